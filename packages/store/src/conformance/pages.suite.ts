import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FINISHED, type Run, runId, STATES } from '@apsis/core/run'
import type { Reader, RunFilter, RunOrder } from '../port/index.ts'
import { run, T0, write } from './fixture.ts'
import { type Factory, newStore, refusal } from './place.ts'

/** Rules of pages of runs. */
export function testPages(factory: Factory): void {
  test('STORE30: pages lead through all runs once, newest or oldest first', async (t) => {
    const store = await newStore(t, factory)
    const numbers = Array.from({ length: 450 }, (_, index) => index * 3 + 1)
    await store.commit({ runs: numbers.map((number) => write(run(number, STATES[number % 10] ?? 'new'))) })
    const ids = numbers.map(runId)
    for (const limit of [1, 100, 150, 449, 450, 10_000]) {
      assert.deepEqual(await walk(store.read, {}, 'oldest', limit), ids)
    }
    assert.deepEqual(await walk(store.read, {}, 'newest', 100), ids.toReversed())
    assert.deepEqual(await store.read.runs({ filter: { jobId: 'none' }, limit: 10 }), { runs: [], next: null })
  })

  test('STORE31: runs that are added between pages do not disturb them', async (t) => {
    const store = await newStore(t, factory)
    await store.commit({ runs: [1, 2, 3, 4].map((number) => write(run(number, 'success'))) })
    const first = await store.read.runs({ filter: {}, limit: 2 })
    await store.commit({ runs: [5, 6].map((number) => write(run(number, 'success'))) })
    assert.ok(first.next !== null)
    const second = await store.read.runs({ filter: {}, limit: 2, after: first.next })
    assert.deepEqual(
      [...first.runs, ...second.runs].map(({ id }) => id),
      ['r4', 'r3', 'r2', 'r1'],
    )
  })

  test('STORE32: any combination of filters gives just the runs that match', async (t) => {
    const store = await newStore(t, factory)
    const runs = Array.from({ length: 240 }, (_, index) => variousRun(index + 1))
    await store.commit({ runs: runs.map((written) => write(written)) })
    let checked = 0
    for (const filter of variousFilters()) {
      const wanted = runs.filter((written) => matches(written, filter)).map(({ id }) => id)
      assert.deepEqual(await walk(store.read, filter, 'newest', 57), wanted.toReversed(), JSON.stringify(filter))
      assert.equal(await store.read.countRuns(filter, 10_000), wanted.length, JSON.stringify(filter))
      const byDue = wanted.toSorted(dueOrder)
      // One order a filter, in turn: all of them take long.
      const latest = checked % 2 === 0
      const found = await walk(store.read, filter, latest ? 'latest' : 'earliest', 57)
      assert.deepEqual(found, latest ? byDue.toReversed() : byDue, JSON.stringify(filter))
      checked++
    }
    assert.ok(checked > 500)
    assert.deepEqual(
      await walk(store.read, { text: 'ÄB' }, 'oldest', 7),
      await walk(store.read, { text: 'äb' }, 'oldest', 300),
    )
  })

  test('STORE33: a cursor that no page ended with, or a limit out of range, is refused', async (t) => {
    const store = await newStore(t, factory)
    await store.commit({ runs: [1, 2, 3].map((number) => write(run(number, 'success'))) })
    const { next } = await store.read.runs({ filter: {}, limit: 1 })
    assert.ok(next !== null)
    for (const after of ['', 'x', `${next}AA`, Buffer.from('newest:0').toString('base64url'), '\u{1f4a5}']) {
      await assert.rejects(store.read.runs({ filter: {}, limit: 1, after }), refusal('STORE_REQUEST'), after)
    }
    await assert.rejects(
      store.read.runs({ filter: {}, limit: 1, after: next, order: 'oldest' }),
      refusal('STORE_REQUEST'),
    )
    const { next: late } = await store.read.runs({ filter: {}, limit: 1, order: 'latest' })
    assert.ok(late !== null)
    for (const order of ['newest', 'earliest'] as const) {
      await assert.rejects(store.read.runs({ filter: {}, limit: 1, after: late, order }), refusal('STORE_REQUEST'))
    }
    for (const name of ['since', 'scheduledBefore', 'scheduledAfter'] as const) {
      await assert.rejects(store.read.countRuns({ [name]: Number.NaN }, 1), refusal('STORE_REQUEST'))
    }
    for (const limit of [0, -1, 1.5, 10_001, Number.NaN]) {
      await assert.rejects(store.read.runs({ filter: {}, limit }), refusal('STORE_REQUEST'))
    }
    const ids = Array.from({ length: 10_001 }, (_, index) => runId(index + 1))
    await assert.rejects(store.read.runs({ filter: { ids }, limit: 1 }), refusal('STORE_REQUEST'))
  })

  test('STORE34: runs are counted up to a limit', async (t) => {
    const store = await newStore(t, factory)
    await store.commit({ runs: [1, 2, 3].map((number) => write(run(number, number === 1 ? 'waiting' : 'error'))) })
    assert.equal(await store.read.countRuns({}, 2), 2)
    assert.equal(await store.read.countRuns({}, 9), 3)
    assert.equal(await store.read.countRuns({ jobId: 'dir/job' }, 2), 2)
    assert.equal(await store.read.countRuns({ states: ['error', 'waiting'] }, 9), 3)
  })

  test('STORE47: pages by schedule time say where they stopped', async (t) => {
    const store = await newStore(t, factory)
    await store.commit({ runs: [1, 2, 3].map((number) => write(run(number, 'success', { due: T0 + number }))) })
    for (const [order, reached] of [
      ['latest', T0 + 2],
      ['earliest', T0 + 2],
      ['newest', undefined],
      ['oldest', undefined],
    ] as const) {
      assert.equal((await store.read.runs({ filter: {}, limit: 2, order })).reached, reached)
      assert.equal((await store.read.runs({ filter: {}, limit: 3, order })).reached, undefined)
    }
  })

  test('STORE39: pages by schedule time lead through the runs that have one', async (t) => {
    const store = await newStore(t, factory)
    // Few times for many runs, so that pages end within a time, and numbers that say nothing of it.
    const runs = Array.from({ length: 120 }, (_, index) =>
      run(index + 1, STATES[index % 10] ?? 'new', { due: T0 + ((index * 7) % 5) + 0.5 }),
    )
    const { schedule: _, ...rest } = run(121, 'success').times
    const without: Run = { ...run(121, 'waiting'), times: rest }
    await store.commit({ runs: [...runs, without].map((written) => write(written)) })
    const due = new Map(runs.map(({ id, times }) => [id, times.schedule ?? 0]))
    const order = (left: Run, right: Run): number => (due.get(left.id) ?? 0) - (due.get(right.id) ?? 0)
    const earliest = (): string[] => runs.toSorted(order).map(({ id }) => id)
    for (const limit of [1, 7, 119, 120, 10_000]) {
      assert.deepEqual(await walk(store.read, {}, 'earliest', limit), earliest())
      assert.deepEqual(await walk(store.read, {}, 'latest', limit), earliest().toReversed())
    }
    for (const later of [
      run(1, 'scheduled', { version: 1, due: T0 + 9 }),
      run(3, 'running', { version: 1, due: T0 }),
    ]) {
      await store.commit({ runs: [write(later)] })
      due.set(later.id, later.times.schedule ?? 0)
    }
    assert.deepEqual(await walk(store.read, {}, 'earliest', 50), earliest())
    assert.deepEqual(await walk(store.read, { scheduledAfter: T0 + 9 }, 'newest', 5), ['r1'])
    assert.equal(await store.read.countRuns({ scheduledBefore: T0 + 0.5 }, 5), 1)
    // From a place outside of the bounds, which a caller may have moved on.
    const { next } = await store.read.runs({ filter: {}, order: 'earliest', limit: 1 })
    assert.ok(next !== null)
    const moved = await store.read.runs({
      filter: { scheduledAfter: T0 + 4.5 },
      order: 'earliest',
      limit: 200,
      after: next,
    })
    assert.deepEqual(
      moved.runs.map(({ id }) => id),
      earliest().slice(-24),
    )
  })
}

function dueOrder(left: string, right: string): number {
  const [a, b] = [Number(left.slice(1)), Number(right.slice(1))]
  return dueOf(a) - dueOf(b) || a - b
}

/** The schedule time of a various run: several runs have the same. */
function dueOf(number: number): number {
  return T0 + ((number * 37) % 60)
}

async function walk(read: Reader, filter: RunFilter, order: RunOrder, limit: number): Promise<string[]> {
  const ids: string[] = []
  let after: string | null = null
  do {
    const { runs, next } = await read.runs({ filter, order, limit, ...(after === null ? {} : { after }) })
    assert.ok(runs.length <= limit)
    ids.push(...runs.map(({ id }) => id))
    after = next
  } while (after !== null)
  return ids
}

const JOBS = ['a', 'a/b', 'ÄB/c', 'b%_'] as const

function variousRun(number: number): Run {
  // The third has the text of another arg within a name.
  const some = [{}, { x: String(number % 2), 'a"b': 'c' }, { 'a"x': '1' }, { x: '1' }] as const
  const args: Record<string, string> = some[Math.floor(number / 4) % 4] ?? {}
  const jobId = JOBS[number % 4] ?? 'a'
  return run(number, STATES[(number * 7) % 10] ?? 'new', {
    jobId,
    args,
    time: T0 + ((number * 37) % 240),
    due: dueOf(number),
  })
}

function* variousFilters(): Generator<RunFilter> {
  const jobs: RunFilter[] = [
    {},
    { jobId: 'a' },
    { jobId: 'x' },
    { jobPrefix: 'a' },
    { text: 'B' },
    { jobPrefix: 'b%', text: '_' },
  ]
  const states: RunFilter[] = [
    {},
    { states: ['success'] },
    { states: [...FINISHED] },
    { states: ['running', 'scheduled'] },
    { states: ['error', 'waiting'] },
    { states: [] },
  ]
  const args: RunFilter[] = [{}, { args: { x: '1' } }, { args: { x: '0', 'a"b': 'c' } }, { args: { 'a"b': 'd' } }]
  const ids: RunFilter[] = [{}, { ids: ['r3', 'r9', 'r9', 'r120', 'r999'] }]
  const since: RunFilter[] = [
    {},
    { since: T0 + 200 },
    { scheduledBefore: T0 + 11, scheduledAfter: T0 + 10 },
    { scheduledBefore: T0 + 30, since: T0 + 100 },
  ]
  for (const job of jobs)
    for (const state of states)
      for (const arg of args)
        for (const id of ids)
          for (const time of since) {
            yield { ...job, ...state, ...arg, ...id, ...time }
          }
}

function matches(written: Run, filter: RunFilter): boolean {
  const { jobId, jobPrefix, text, states, args, ids, since, scheduledBefore, scheduledAfter } = filter
  const { schedule = 0 } = written.times
  return (
    (jobId === undefined || written.jobId === jobId) &&
    (jobPrefix === undefined || written.jobId.startsWith(jobPrefix)) &&
    (text === undefined || written.jobId.toLowerCase().includes(text.toLowerCase())) &&
    (states === undefined || states.includes(written.state)) &&
    Object.entries(args ?? {}).every(([name, value]) => written.args[name] === value) &&
    (ids === undefined || ids.includes(written.id)) &&
    (scheduledBefore === undefined || schedule < scheduledBefore) &&
    (scheduledAfter === undefined || schedule >= scheduledAfter) &&
    // The write of the fixture puts its fact at the latest of all times, the planned stop among them.
    (since === undefined || Math.max(T0, ...Object.values(written.times)) >= since)
  )
}
