import assert from 'node:assert/strict'
import { test } from 'node:test'
import { every, job, schedule } from '../plan/fixture.test.ts'
import { HOUR, MINUTE } from '../time/index.ts'
import { compareForecasts, type CompareOptions, type Comparison, countRuns, type JobPair } from './index.ts'

const WINDOW = { from: 0, to: 10 * HOUR }

function compare(pairs: readonly JobPair[], options: CompareOptions): Comparison {
  const work = compareForecasts(pairs, options)
  let step = work.next()
  while (step.done !== true) step = work.next()
  return step.value
}

test('FORE13: counts are bounded', () => {
  const jobs = [job('a', [every('k', HOUR)]), job('b', [every('k', MINUTE), every('l', 2 * HOUR)]), job('c', [])]
  const all = countRuns(jobs, WINDOW)
  assert.deepEqual(
    [...all.counts],
    [
      ['a', 10],
      ['b', 605],
      ['c', 0],
    ],
  )
  assert.deepEqual(all.cut, [])
  // Just as many as the bound is not more.
  assert.deepEqual(countRuns(jobs, WINDOW, { schedule: 600, total: 615 }).cut, [])
  const one = countRuns(jobs, WINDOW, { schedule: 100, total: 10_000 })
  assert.deepEqual(
    [...one.counts],
    [
      ['a', 10],
      ['b', 105],
      ['c', 0],
    ],
  )
  assert.deepEqual(one.cut, [{ jobId: 'b', scheduleKey: 'k', index: 0, until: 100 * MINUTE }])
  const total = countRuns(jobs, WINDOW, { schedule: 1_000, total: 10 })
  assert.deepEqual([...total.counts.values()], [1, 9, 0])
  assert.deepEqual(
    total.cut.map(({ jobId, index, until }) => ({ jobId, index, until })).sort((x, y) => x.until - y.until),
    [
      { jobId: 'b', index: 0, until: 8 * MINUTE },
      { jobId: 'a', index: 0, until: HOUR },
      { jobId: 'b', index: 1, until: 2 * HOUR },
    ],
  )
  const endless = schedule('k', function* (from) {
    for (let n = 0; ; n++) yield { due: from + n / 1_000, args: {} }
  })
  assert.equal(countRuns([job('e', [endless])], { from: 0, to: 1e15 }).counts.get('e'), 200_000)
})

test('FORE14: comparisons are bounded', () => {
  const [fast, slow] = [job('j', [every('k', MINUTE)]), job('j', [every('l', 2 * MINUTE)])]
  const bounds = { schedule: 100, total: 10_000 }
  const added = compare([{ from: null, to: fast }], { ...WINDOW, bounds, keep: 3 })
  assert.equal(added.added.count, 100)
  assert.deepEqual([added.added.more, added.removed.more], [true, false])
  assert.deepEqual(
    added.added.first.map(({ due }) => due),
    [0, MINUTE, 2 * MINUTE],
  )
  assert.deepEqual(added.cut, [{ jobId: 'j', until: 100 * MINUTE }])
  // The slow side is looked at no further than the fast one.
  const changed = compare([{ from: fast, to: slow }], { ...WINDOW, bounds })
  assert.deepEqual([changed.added.count, changed.removed.count, changed.moved.count], [0, 50, 0])
  assert.deepEqual([changed.added.more, changed.removed.more], [false, true])
  assert.deepEqual(changed.cut, [{ jobId: 'j', until: 100 * MINUTE }])
  const pairs = [
    { from: fast, to: slow },
    { from: null, to: job('z', [every('k', HOUR)]) },
  ]
  const spent = compare(pairs, { ...WINDOW, bounds: { schedule: 1_000, total: 30 } })
  assert.deepEqual(spent.cut, [
    { jobId: 'j', until: 20 * MINUTE },
    { jobId: 'z', until: 0 },
  ])
  assert.deepEqual([spent.removed.count, spent.added.count], [10, 0])
  const whole = compare([{ from: fast, to: slow }], WINDOW)
  assert.deepEqual([whole.removed.count, whole.removed.more, whole.cut], [300, false, []])
})
