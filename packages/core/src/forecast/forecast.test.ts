import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { daily, every, job, schedule, stopAfter } from '../plan/fixture.test.ts'
import { occurrencesOf, type PlanJob } from '../plan/index.ts'
import { DAY, HOUR, MINUTE, parseInstant } from '../time/index.ts'
import { forecast, type ForecastEnd, type ForecastOptions, type ForecastRun } from './index.ts'

const START = at('2026-03-02T00:00:00Z')

function at(text: string): number {
  const parsed = parseInstant(text)
  assert.ok(parsed.ok)
  return parsed.value
}

function whole(
  jobs: readonly PlanJob[],
  options: ForecastOptions,
): { readonly runs: ForecastRun[]; readonly end: ForecastEnd } {
  const runs: ForecastRun[] = []
  const all = forecast(jobs, options)
  for (let step = all.next(); ; step = all.next()) {
    if (step.done === true) return { runs, end: step.value }
    runs.push(step.value)
  }
}

const schedules = fc.oneof(
  fc.record({ minutes: fc.integer({ min: 7, max: 600 }), phase: fc.integer({ min: 0, max: 6 }) }).map(
    ({ minutes, phase }) =>
      (key: string) =>
        every(key, minutes * MINUTE, phase * MINUTE),
  ),
  fc
    .uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 3 })
    .map((hours) => (key: string) => daily(key, ...hours.sort((a, b) => a - b))),
)
const jobSets = fc
  .array(
    fc.tuple(
      fc.array(fc.tuple(schedules, fc.boolean()), { maxLength: 3 }),
      fc.subarray(['date', 'time', 'schedule_time']),
    ),
    { maxLength: 5 },
  )
  .map((sets) =>
    sets.map(([all, params], n) =>
      job(
        `job${n}`,
        all.map(([make, enabled], index) => ({ ...make(`k${index}`), enabled })),
        params,
      ),
    ),
  )
const hours = fc.integer({ min: 0, max: 60 })

test('FORE1: all runs of all schedules', () => {
  fc.assert(
    fc.property(jobSets, hours, (jobs, length) => {
      const [from, to] = [START, START + length * HOUR]
      const expected = jobs
        .flatMap((one) =>
          one.schedules.flatMap((each, index) =>
            each.enabled
              ? [...occurrencesOf(one, each, from, to)].map(({ due, args, stopAt }) => ({
                  jobId: one.id,
                  index,
                  due,
                  args,
                  stopAt,
                }))
              : [],
          ),
        )
        .sort((a, b) => a.due - b.due || (a.jobId < b.jobId ? -1 : a.jobId > b.jobId ? 1 : a.index - b.index))
      const found = whole(jobs, { from, to }).runs
      assert.deepEqual(
        found.map(({ jobId, index, due, args, stopAt }) => ({ jobId, index, due, args, stopAt })),
        expected,
      )
    }),
  )
  const one = job('j', [every('k', DAY, 0, { args: { x: '1' }, stop: stopAfter(HOUR) })], ['date', 'x'])
  const [run] = whole([one], { from: START, to: START + DAY }).runs
  assert.deepEqual(run, {
    jobId: 'j',
    scheduleKey: 'k',
    index: 0,
    due: START,
    args: { date: '2026-03-02', x: '1' },
    stopAt: START + HOUR,
    nominal: START / DAY,
  })
})

test('FORE2: in the order of time, job, schedule', () => {
  const jobs = [job('b', [every('x', DAY), every('y', HOUR)]), job('a', [every('z', DAY)])]
  const order = whole(jobs, { from: START, to: START + HOUR + 1 }).runs.map((run) => `${run.jobId}${run.index}`)
  assert.deepEqual(order, ['a0', 'b0', 'b1', 'b1'])
})

test('FORE3: windows compose', () => {
  fc.assert(
    fc.property(jobSets, hours, hours, (jobs, first, second) => {
      const [a, b] = [START, START + first * HOUR]
      const c = b + second * HOUR
      const runs = (from: number, to: number): ForecastRun[] => whole(jobs, { from, to }).runs
      assert.deepEqual([...runs(a, b), ...runs(b, c)], runs(a, c))
    }),
  )
})

test('FORE4: lazy', () => {
  let asked = 0
  const counted = schedule('k', function* (from) {
    for (let n = 0; ; n++) {
      asked++
      yield { due: from + n * HOUR, args: {} }
    }
  })
  const runs = forecast([job('j', [counted])], { from: START, to: at('2400-01-01T00:00:00Z') })
  assert.equal(asked, 0)
  runs.next()
  runs.next()
  assert.ok(asked <= 3)
})

test('FORE5: filter and limit', () => {
  const jobs = [job('a', [every('k', HOUR)]), job('b', [every('k', HOUR)])]
  const window = { from: START, to: START + 3 * HOUR }
  assert.equal(whole(jobs, { ...window, limit: 6 }).end.more, false)
  assert.equal(whole(jobs, { ...window, limit: 5 }).end.more, true)
  assert.equal(whole(jobs, { ...window, limit: 5 }).runs.length, 5)
  const only = [...forecast(jobs, { ...window, filter: ({ id }) => id === 'b' })]
  assert.deepEqual(
    only.map(({ jobId }) => jobId),
    ['b', 'b', 'b'],
  )
})

test('FORE6: a schedule that throws', () => {
  const bad = schedule('bad', function* (from) {
    yield { due: from, args: {} }
    throw new Error('no more')
  })
  const { runs, end } = whole([job('a', [bad, every('k', HOUR)])], { from: START, to: START + 2 * HOUR })
  assert.deepEqual(
    runs.map(({ index }) => index),
    [0, 1, 1],
  )
  assert.deepEqual(end, { more: false, broken: [{ jobId: 'a', scheduleKey: 'bad', index: 0, message: 'no more' }] })
})
