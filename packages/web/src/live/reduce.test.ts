import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeedMessage } from '@apsis/api/feed'
import type { RunSummary } from '@apsis/api/json'
import fc from 'fast-check'
import { parseQuery, type Query } from '@apsis/core/query'
import { ALL_RUNS as ALL, type RunFilter } from './filter.ts'
import { ordered } from './order.ts'
import { emptyTable, MAX_GONE, reduceRuns, type RunTable, type RunTableEvent, timeOf } from './reduce.ts'

const TIME = '2026-01-01T00:00:00.000+00:00'
const ZONE = { localAt: (at: number) => at, instantsOf: (local: number) => [local] }

function run(number: number, version: number, change: Partial<RunSummary> = {}): RunSummary {
  const times = { schedule: `2026-01-01T00:${String(number % 60).padStart(2, '0')}:00.000+00:00` }
  return { run_id: `r${number}`, job_id: 'a/job', args: {}, state: 'success', times, labels: [], version, ...change }
}

function query(text: string): Query {
  const read = parseQuery(text, { now: 0, zone: ZONE })
  assert.ok(read.ok)
  return read.query
}

const said = (...runs: readonly RunSummary[]): RunTableEvent => ({
  type: 'messages',
  messages: runs.map((run, index): FeedMessage => ({ type: 'run', seq: index, time: TIME, run })),
})
const deleted = (number: number): RunTableEvent => ({
  type: 'messages',
  messages: [{ type: 'run_delete', seq: 0, time: TIME, run_id: `r${number}` }],
})
const removed = (...numbers: readonly number[]): RunTableEvent => ({
  type: 'messages',
  messages: [{ type: 'runs_removed', seq: 0, time: TIME, run_ids: numbers.map((number) => `r${number}`) }],
})
const page = (...runs: readonly RunSummary[]): RunTableEvent => ({ type: 'page', runs })

function after(filter: RunFilter, ...events: readonly RunTableEvent[]): RunTable {
  return events.reduce((table, event) => reduceRuns(table, event), emptyTable(filter))
}
const ids = (table: RunTable): readonly string[] => [...table.rows.keys()].sort()

test('WEB1: pages and messages fill the table', () => {
  assert.deepEqual(ids(after(ALL, page(run(1, 0)), said(run(2, 0)))), ['r1', 'r2'])
})

test('WEB2: the higher version stays', () => {
  for (const events of [
    [page(run(1, 1)), said(run(1, 2))],
    [said(run(1, 2)), page(run(1, 1))],
  ]) {
    assert.equal(after(ALL, ...events).rows.get('r1')?.run.version, 2)
  }
})

test('WEB3: a run that no longer matches leaves for good', () => {
  const running: RunFilter = { ...ALL, states: ['running'] }
  const old = run(1, 1, { state: 'running' })
  assert.deepEqual(ids(after(running, page(old), said(run(1, 2)), page(old))), [])
  assert.deepEqual(ids(after(running, page(old), said(run(1, 2)), said(run(1, 3, { state: 'running' })))), ['r1'])
})

test('WEB4: a deleted run leaves for good', () => {
  assert.deepEqual(ids(after(ALL, page(run(1, 3), run(2, 0)), deleted(1), page(run(1, 3)))), ['r2'])
})

test('WEB4: runs that were removed together leave for good, also those that were not there', () => {
  const table = after(ALL, page(run(1, 3), run(2, 0), run(3, 1)), removed(1, 3, 4), page(run(1, 3), run(4, 9)))
  assert.deepEqual(ids(table), ['r2'])
  assert.deepEqual([...table.gone.keys()], ['r1', 'r3', 'r4'])
  assert.deepEqual(ids(reduceRuns(table, said(run(3, 2)))), ['r2'])
  const begun = after(ALL, page(run(1, 0), run(2, 0)), { type: 'begin' }, removed(1), page(run(1, 0), run(2, 0)))
  assert.deepEqual(ids(reduceRuns(begun, { type: 'loaded' })), ['r2'])
})

test('WEB5: loading anew drops what nothing names, at its end', () => {
  const begun = after(ALL, page(run(1, 0), run(2, 0), run(3, 0)), { type: 'begin' }, page(run(1, 0)), said(run(2, 0)))
  assert.deepEqual(ids(begun), ['r1', 'r2', 'r3'])
  assert.deepEqual(ids(reduceRuns(begun, { type: 'loaded' })), ['r1', 'r2'])
})

test('WEB6: over the limit, the oldest finished runs go first, then the furthest coming', () => {
  const live = run(1, 0, { state: 'running' })
  const coming = [run(50, 0, { state: 'scheduled' }), run(51, 0, { state: 'scheduled' })]
  const full = reduceRuns(emptyTable(ALL), page(run(2, 0), run(3, 0), live, ...coming), 4)
  assert.deepEqual(ids(full), ['r1', 'r3', 'r50', 'r51'])
  assert.equal(full.dropped, true)
  assert.deepEqual(ids(reduceRuns(full, said(run(4, 0, { state: 'waiting' })), 3)), ['r1', 'r4', 'r50'])
})

test('WEB7: what changes nothing gives the same table', () => {
  const table = after(ALL, page(run(1, 1)))
  assert.equal(reduceRuns(table, said(run(1, 1), run(1, 0))), table)
  assert.equal(reduceRuns(table, { type: 'loaded' }), table)
})

test('WEB8: the filter of jobs and states', () => {
  const shown = (filter: Partial<RunFilter>) =>
    ids(after({ ...ALL, ...filter }, page(run(1, 0), run(2, 0, { job_id: 'b' }))))
  assert.deepEqual(shown({ jobText: 'A/J' }), ['r1'])
  assert.deepEqual(shown({ jobId: 'b' }), ['r2'])
  assert.deepEqual(shown({ jobId: 'a' }), [])
  assert.deepEqual(shown({ states: ['failure'] }), [])
  assert.deepEqual(shown({}), ['r1', 'r2'])
})

test('WEB17: a query holds of messages as of their time; of pages the server has said so', () => {
  const shown = (text: string, ...events: readonly RunTableEvent[]) =>
    ids(after({ ...ALL, query: query(text) }, ...events))
  const failed = run(1, 2, { state: 'failure', message: 'exit code 3', elapsed: 61, labels: ['night'] })
  for (const text of [
    'state:failure',
    'elapsed:>1m',
    'message:CODE',
    'label:night',
    'x',
    'changed:2026-01-01T00:00Z',
    '',
  ]) {
    assert.deepEqual(shown(text.replace('x', 'job'), said(failed)), ['r1'], text)
  }
  for (const text of ['!state:failure', 'elapsed:<1m', 'message:4', 'since:2027-01-01', 'changed:2026-01-02']) {
    assert.deepEqual(shown(text, said(failed)), [], text)
  }
  assert.deepEqual(shown('origin:rerun', said(run(1, 0), run(2, 0, { made_by: 'rerun' }))), ['r2'])
  assert.deepEqual(shown('origin:schedule', said(run(1, 0), run(2, 0, { made_by: 'rerun' }))), ['r1'])
  // When it changed, only the server knows; and what it was, another message may have told since.
  assert.deepEqual(shown('changed:2026-01-02', page(failed)), ['r1'])
  assert.deepEqual(shown('state:running', page(run(1, 1, { state: 'running' })), said(failed)), [])
})

test('WEB18: what can never match is not remembered', () => {
  const table = after({ ...ALL, query: query('job:a/other state:failure') }, said(run(1, 0)))
  assert.deepEqual([table.rows.size, table.gone.size], [0, 0])
  const left = after({ ...ALL, query: query('job:a/job state:failure') }, said(run(1, 0)))
  assert.deepEqual([left.rows.size, left.gone.size], [0, 1])
})

test('WEB9: memory of the departed is bounded', () => {
  const table = after(ALL, ...Array.from({ length: MAX_GONE + 5 }, (_, index) => deleted(index)))
  assert.equal(table.gone.size, MAX_GONE)
  assert.equal(table.gone.has('r4'), false)
  assert.equal(table.gone.has('r5'), true)
})

test('WEB10: the order of the list', () => {
  const table = after(
    ALL,
    page(
      run(1, 0),
      run(2, 0, { state: 'running' }),
      run(62, 0),
      run(30, 0, { state: 'scheduled' }),
      run(40, 0, { state: 'new' }),
    ),
  )
  const { coming, past } = ordered(table)
  assert.deepEqual(
    coming.map(({ run }) => run.run_id),
    ['r40', 'r30'],
  )
  assert.deepEqual(
    past.map(({ run }) => run.run_id),
    ['r62', 'r2', 'r1'],
  )
})

test('WEB11: the time of a run', () => {
  const times = { running: '2026-01-01T00:00:02.000+00:00', starting: '2026-01-01T00:00:01.000+00:00' }
  assert.equal(timeOf(run(1, 0, { times })), Date.UTC(2026, 0, 1, 0, 0, 1))
  assert.equal(
    timeOf(run(1, 0, { times: { ...times, schedule: '2026-01-01T00:00:09Z' } })),
    Date.UTC(2026, 0, 1, 0, 0, 9),
  )
  assert.equal(timeOf(run(1, 0, { times: {} })), 0)
})

test('WEB2: in whatever order summaries come, the table ends as the newest of each run', () => {
  const summary = fc.record({
    number: fc.integer({ min: 1, max: 5 }),
    version: fc.integer({ min: 0, max: 6 }),
    page: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(summary, { maxLength: 30 }), (given) => {
      // A version says all of a run: the even ones are running here.
      const filter: RunFilter = { ...ALL, states: ['running'] }
      const of = (number: number, version: number) =>
        run(number, version, { state: version % 2 === 0 ? 'running' : 'failure' })
      const events = given.map(({ number, version, page: paged }) => (paged ? page : said)(of(number, version)))
      const newest = new Map<number, number>()
      for (const { number, version } of given) newest.set(number, Math.max(version, newest.get(number) ?? 0))
      const expected = [...newest].filter(([, version]) => version % 2 === 0).map(([number]) => `r${number}`)
      assert.deepEqual(ids(after(filter, ...events)), expected.sort())
    }),
  )
})
