import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { daily, every, job, stopAfter } from '../plan/fixture.test.ts'
import type { JobSchedule } from '../job/index.ts'
import { DAY, formatInstant, HOUR, MINUTE, parseInstant } from '../time/index.ts'
import { compareForecasts, type CompareOptions, type Comparison, forecast, type JobPair } from './index.ts'

// A Monday; New York is at -05:00 until Sunday.
const START = instant('2026-03-02T05:00:00Z')
const WEEK = { from: START, to: START + 6 * DAY }

function instant(text: string): number {
  const parsed = parseInstant(text)
  assert.ok(parsed.ok)
  return parsed.value
}

function compare(pairs: readonly JobPair[], options: CompareOptions = WEEK): Comparison {
  const work = compareForecasts(pairs, options)
  let step = work.next()
  while (step.done !== true) step = work.next()
  return step.value
}

function changed(
  before: readonly JobSchedule[],
  after: readonly JobSchedule[],
  params: readonly string[] = [],
): Comparison {
  return compare([{ from: job('j', before, params), to: job('j', after, params) }])
}

function counts({ added, removed, moved, changed: other }: Comparison): readonly number[] {
  return [added.count, removed.count, moved.count, other.count]
}

test('FORE7: nothing, all new, all gone', () => {
  const one = job('j', [every('k', HOUR), daily('l', 9)])
  assert.deepEqual(counts(compare([{ from: one, to: one }])), [0, 0, 0, 0])
  assert.deepEqual(counts(compare([{ from: null, to: one }])), [150, 0, 0, 0])
  assert.deepEqual(counts(compare([{ from: one, to: null }])), [0, 150, 0, 0])
})

test('FORE8: runs at the same time', () => {
  assert.deepEqual(counts(changed([every('a', HOUR)], [every('b', HOUR)])), [0, 0, 0, 0])
  const args = changed([every('a', DAY, 0, { args: { x: '1' } })], [every('b', DAY, 0, { args: { x: '2' } })], ['x'])
  assert.deepEqual(counts(args), [0, 0, 0, 6])
  assert.deepEqual(args.changed.first[0]?.to.args, { x: '2' })
  assert.deepEqual(counts(changed([every('a', DAY)], [every('b', DAY, 0, { stop: stopAfter(HOUR) })])), [0, 0, 0, 6])
})

test('FORE9: runs that moved', () => {
  const params = ['date', 'time', 'schedule_time']
  const later = changed([daily('a', 9)], [daily('b', 10)], params)
  assert.deepEqual(counts(later), [0, 0, 6, 0])
  const [first] = later.moved.first
  assert.equal(formatInstant(first?.from.due ?? 0), '2026-03-02T14:00:00+00:00')
  assert.equal(formatInstant(first?.to.due ?? 0), '2026-03-02T15:00:00+00:00')
  // Over midnight in UTC, but on the same day of the schedule.
  assert.deepEqual(counts(changed([daily('a', 18)], [daily('b', 20)])), [0, 0, 6, 0])
  assert.deepEqual(counts(changed([daily('a', 9, 12, 15)], [daily('b', 9, 13, 15)])), [0, 0, 6, 0])
  assert.deepEqual(
    counts(changed([every('a', DAY, 0, { args: { x: '1' } })], [every('b', DAY, HOUR, { args: { x: '2' } })], ['x'])),
    [6, 6, 0, 0],
  )
})

test('FORE10: runs that are added or removed', () => {
  assert.deepEqual(counts(changed([daily('a', 9)], [daily('b', 9, 10)])), [6, 0, 0, 0])
  assert.deepEqual(counts(changed([daily('a', 9, 10)], [daily('b', 11)])), [0, 6, 6, 0])
  const out = compare([{ from: job('j', [daily('a', 9)]), to: job('j', [daily('b', 11)]) }], {
    from: START + 10 * HOUR,
    to: START + 12 * HOUR,
  })
  assert.deepEqual(counts(out), [1, 0, 0, 0])
})

test('FORE11: counts add up', () => {
  const schedules = fc.array(
    fc.oneof(
      fc.integer({ min: 20, max: 600 }).map((minutes) => every('k', minutes * MINUTE)),
      fc
        .uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 3 })
        .map((hours) => daily('k', ...hours.sort((a, b) => a - b))),
    ),
    { maxLength: 3 },
  )
  const params = fc.subarray(['date', 'time', 'schedule_time'])
  fc.assert(
    fc.property(schedules, schedules, params, fc.integer({ min: 0, max: 30 }), (before, after, names, keep) => {
      const [from, to] = [job('j', before, names), job('j', after, names)]
      const found = compare([{ from, to }], { ...WEEK, keep })
      const [added = 0, removed = 0] = counts(found)
      const olds = [...forecast([from], WEEK)].length
      const news = [...forecast([to], WEEK)].length
      assert.equal(news - olds, added - removed)
      const back = compare([{ from: to, to: from }], { ...WEEK, keep })
      assert.deepEqual(counts(back), [removed, added, found.moved.count, found.changed.count])
      for (const { count, first } of [found.added, found.removed]) {
        assert.ok(first.length <= Math.min(count, keep))
        assert.deepEqual(
          first.map(({ due }) => due),
          first.map(({ due }) => due).sort((a, b) => a - b),
        )
      }
      assert.ok(
        found.moved.first.every((pair) => pair.from.nominal === pair.to.nominal && pair.from.due !== pair.to.due),
      )
    }),
  )
})

test('FORE12: many runs of a day', () => {
  const found = compare([{ from: job('j', [daily('a', 9)]), to: job('j', [every('b', MINUTE, 1_000)]) }], {
    ...WEEK,
    keep: 3,
  })
  assert.deepEqual(counts(found), [6 * 1440 - 6, 0, 6, 0])
  // The first run of each day is taken for the old one's; of what is left of a day, two are known.
  const first = [1, 2].map((minute) => START + minute * MINUTE + 1_000)
  assert.deepEqual(
    found.added.first.map(({ due }) => due),
    [...first, Math.ceil(START / DAY) * DAY + MINUTE + 1_000],
  )
})

test('FORE15: what is decided is left out', () => {
  const one = job('j', [every('k', HOUR), daily('l', 9)])
  const without = (jobId: string, key: string, due: number): boolean =>
    jobId === 'j' && key === 'k' && due < START + DAY
  const options = { ...WEEK, without }
  assert.deepEqual(counts(compare([{ from: null, to: one }], options)), [126, 0, 0, 0])
  assert.deepEqual(counts(compare([{ from: one, to: null }], options)), [0, 126, 0, 0])
  assert.equal([...forecast([one], options)].length, 126)
})
