import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ALL_DAYS } from '../calendar/index.ts'
import type { Job } from '../job/index.ts'
import { jobOf } from '../job/sample-kinds.test.ts'
import { canonicalJson, type Json } from '../json/index.ts'
import {
  applyChange,
  applyEdits,
  definitionEdits,
  diffJobs,
  difference,
  editDefinition,
  editText,
  orphans,
} from './index.ts'

const PROGRAM = 'program: {type: echo, text: hi}'

function texts(before: Json, after: Json): readonly string[] {
  return difference(before, after).map(editText)
}

function edits(before: string, after: string): readonly string[] {
  return definitionEdits(jobOf(before).json, jobOf(after).json).map(editText)
}

const ids = (jobs: readonly Job[]): readonly string[] => jobs.map(({ id }) => id)

test('CHG1: added, removed, changed', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => jobOf(`${PROGRAM}\nmetadata: {of: ${id}}`, id))
  assert.ok(a !== undefined && b !== undefined && c !== undefined)
  const other = jobOf(`${PROGRAM}\nmetadata: {of: x}`, 'b')
  const change = diffJobs([b, a], [c, other])
  assert.deepEqual(ids(change.added), ['c'])
  assert.deepEqual(ids(change.removed), ['a'])
  assert.deepEqual(
    change.changed.map(({ to, edits: found }) => [to.id, ...found.map(editText)]),
    [['b', 'metadata.of: b → x']],
  )
  assert.deepEqual(diffJobs([a, b, c], [c, a, b]), { added: [], removed: [], changed: [], moved: [] })
})

test('CHG2: edits as people read them', () => {
  assert.deepEqual(texts({ a: 1, b: { c: 'x y', d: [1] } }, { b: { c: '', d: [1, true] }, e: null }), [
    '- a: 1',
    'b.c: x y → ""',
    '+ b.d[1]: true',
    '+ e: null',
  ])
  assert.deepEqual(edits(`${PROGRAM}\nparams: [a]`, `program: {type: echo, text: "a: b"}\nparams: [a, b]`), [
    '+ params[1]: b',
    'program.text: hi → a: b',
  ])
  assert.deepEqual(texts('a', '{"'), [': a → "{\\""'])
  assert.deepEqual(texts({ x: [] }, { x: {} }), ['x: [] → {}'])
})

test('CHG3: items are matched', () => {
  const one = { type: 'every', seconds: 1 }
  const two = { type: 'every', seconds: 2 }
  assert.deepEqual(texts([one, two], [{ type: 'at' }, one, { ...two, seconds: 3 }]), [
    '+ [0]: {"type":"at"}',
    '[2].seconds: 2 → 3',
  ])
  assert.deepEqual(texts([one, { ...two, enabled: true }], [{ ...two, enabled: false }]), [
    '- [0]: {"type":"every","seconds":1}',
    '[0].enabled: true → false',
  ])
  assert.deepEqual(texts([one], [{ type: 'at' }]), ['- [0]: {"type":"every","seconds":1}', '+ [0]: {"type":"at"}'])
  assert.deepEqual(texts(['x', 'y'], ['x', 'z', 'w']), ['[1]: y → z', '+ [2]: w'])
  assert.deepEqual(texts(['x', 'y'], ['n', 'x', 'y']), ['+ [0]: n'])
})

test('CHG4: items that moved', () => {
  assert.deepEqual(texts(['a', 'b', 'c', 'd'], ['d', 'a', 'b', 'c']), ['[3] → [0]'])
  assert.deepEqual(texts(['a', 'b', 'c'], ['c', 'a']), ['- [1]: b', '[2] → [0]'])
})

test('CHG5: edits apply', () => {
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<Json>(null, true, 0, 1, 'a', 'b', '__proto__'),
      fc.array(tie('json'), { maxLength: 6 }),
      fc.dictionary(fc.constantFrom('type', 'a', 'b', 'enabled', 'stop schedule', 'constructor'), tie('json'), {
        noNullPrototype: true,
      }),
    ),
  }))
  fc.assert(
    fc.property(json, json, (before, after) => {
      const found = difference(before, after)
      assert.equal(canonicalJson(applyEdits(before, found)), canonicalJson(after))
      assert.equal(found.length === 0, canonicalJson(before) === canonicalJson(after))
    }),
    { numRuns: 2_000 },
  )
  assert.throws(() => applyEdits({}, difference({ a: { b: 1 } }, { a: { b: 2 } })), /not there: a/)
})

const schedules = fc.array(
  fc.record({
    seconds: fc.integer({ min: 1, max: 4 }),
    enabled: fc.boolean(),
    stop: fc.option(fc.integer({ min: 1, max: 3 })),
  }),
  { maxLength: 4 },
)
const jobSets = fc.uniqueArray(
  fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), text: fc.constantFrom('x', 'y'), schedules }),
  { selector: ({ id }) => id, maxLength: 5 },
)

function jobsOf(
  set: readonly {
    id: string
    text: string
    schedules: readonly { seconds: number; enabled: boolean; stop: number | null }[]
  }[],
): Job[] {
  return set.map(({ id, text, schedules: all }) => {
    const items = all.map(({ seconds, enabled, stop }) => {
      const start = { type: 'every', seconds, enabled }
      return stop === null ? start : { start, stop: { type: 'after', seconds: stop } }
    })
    return jobOf(JSON.stringify({ program: { type: 'echo', text }, schedule: items }), id)
  })
}

test('CHG6: a change applies to the jobs it was made from', () => {
  fc.assert(
    fc.property(jobSets, jobSets, (one, other) => {
      const [before, after] = [jobsOf(one), jobsOf(other)]
      const change = diffJobs(before, after)
      const applied = applyChange(before, change)
      assert.ok(applied.ok)
      assert.deepEqual(
        applied.jobs.map(({ json }) => json),
        [...after].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ json }) => json),
      )
      for (const { from, to, edits: found } of change.changed)
        assert.deepEqual(editDefinition(from.json, found), to.json)
    }),
  )
  const [a, b] = [jobOf(PROGRAM, 'a'), jobOf(`${PROGRAM}\nparams: b`, 'b')]
  assert.deepEqual(applyChange([], diffJobs([a], [])), { ok: false, message: 'no job a' })
  assert.deepEqual(applyChange([a, b], diffJobs([], [b])), { ok: false, message: 'there is a job b already' })
  const change = diffJobs([a], [jobOf('program: {type: echo, text: ho}', 'a')])
  assert.deepEqual(applyChange([jobOf(`${PROGRAM}\nparams: c`, 'a')], change), {
    ok: false,
    message: 'job a is not as it was',
  })
})

test('CHG7: a job that moved', () => {
  const { moved, added, removed } = diffJobs([jobOf(PROGRAM, 'a'), jobOf(PROGRAM, 'b')], [jobOf(PROGRAM, 'c')])
  assert.deepEqual([ids(added), ids(removed), moved.map(({ from, to }) => [from.id, to.id])], [[], ['b'], [['a', 'c']]])
})

test('CHG8: a calendar with other dates', () => {
  const job = jobOf(`${PROGRAM}\nschedule: {type: every, seconds: 9}`)
  const within = (source: string): Job => ({
    ...job,
    hash: source,
    schedules: job.schedules.map((one) => {
      const calendar = { ...ALL_DAYS, name: 'x', source }
      return { ...one, schedule: { ...one.schedule, calendars: [calendar] } }
    }),
  })
  const change = diffJobs([within('1')], [within('2')])
  assert.deepEqual(
    change.changed.map((one) => [one.edits, one.calendars]),
    [[[], ['x']]],
  )
  assert.deepEqual(diffJobs([within('1')], [within('1')]).changed, [])
})

test('CHG9: a stop schedule', () => {
  const start = '{type: every, seconds: 3}'
  const bare = `${PROGRAM}\nschedule: ${start}`
  const stopping = (seconds: number): string =>
    `${PROGRAM}\nschedule: {start: ${start}, stop: {type: after, seconds: ${seconds}}}`
  assert.deepEqual(edits(bare, stopping(1)), ['+ schedule[0].stop schedule: {"type":"after","seconds":1}'])
  assert.deepEqual(edits(stopping(1), stopping(2)), ['schedule[0].stop schedule.seconds: 1 → 2'])
  assert.deepEqual(edits(stopping(1), bare), ['- schedule[0].stop schedule: {"type":"after","seconds":1}'])
})

test('CHG10: orphans', () => {
  const job = jobOf(`${PROGRAM}\ncondition: {type: needs, job_id: gone}\nsuccessors: [stays, gone]`)
  assert.deepEqual(orphans([job], new Set(['gone', '{{ x }}'])), [
    { jobId: 'j', names: 'gone', place: 'condition', index: 0 },
    { jobId: 'j', names: 'gone', place: 'action', index: 1 },
  ])
  assert.deepEqual(orphans([job], new Set()), [])
})
