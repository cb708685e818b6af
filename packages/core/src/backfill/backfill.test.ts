import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Json } from '../json/index.ts'
import type { JobSchedule } from '../job/job.ts'
import type { ScheduleSpec } from '../kind/index.ts'
import { occurrencesOf } from '../plan/index.ts'
import { DAY, HOUR, type Instant } from '../time/index.ts'
import {
  advanced,
  type Backfill,
  type BackfillPosition,
  backfillInstants,
  backfillJson,
  cancelled,
  readBackfill,
  room,
  settled,
} from './index.ts'

const BACKFILL: Backfill = {
  id: 'f',
  jobId: 'a',
  scheduleKey: null,
  from: 0,
  to: DAY,
  order: 'oldest',
  concurrency: 3,
  createdAt: DAY,
  reason: null,
  state: 'active',
  position: null,
  made: 0,
  total: 24,
  message: null,
}

/** A schedule with an instant at every multiple of `interval`. `seen` gets the ends of the windows that it was asked for. */
function every(key: string, interval: number, enabled = true, seen: Instant[] = []): JobSchedule {
  const spec: ScheduleSpec = {
    type: 'test',
    json: {},
    str: key,
    *occurrences(from, to) {
      seen.push(to)
      for (let due = Math.ceil(from / interval) * interval; due < to; due += interval) yield { due, args: {} }
    },
  }
  const plain = { args: {}, stop: null, jitter: 0, offset: 0, catchup: null, limit: null }
  return { key, enabled, schedule: spec, ...plain }
}

/** As it comes back from a store. */
function stored(json: Json): Json {
  // JSON.parse makes nothing but JSON values.
  return JSON.parse(JSON.stringify(json)) as Json
}

type Range = Parameters<typeof backfillInstants>[1]

function all(
  schedules: readonly JobSchedule[],
  range: Range,
  after: BackfillPosition | null = null,
): readonly string[] {
  return [...backfillInstants({ params: [], schedules }, range, after)].flat().map(shown)
}

function shown({ due, scheduleKey }: BackfillPosition): string {
  return `${due} ${scheduleKey}`
}

const RANGE: Range = { scheduleKey: null, from: 0, to: DAY, order: 'oldest' }

const ranges = fc.record({
  from: fc.integer({ min: 0, max: 3 * DAY }),
  length: fc.integer({ min: 1, max: 200 * DAY }),
  intervals: fc.array(fc.constantFrom(HOUR, 7 * HOUR, DAY, 30 * DAY), { minLength: 1, maxLength: 3 }),
})

test('FIL1: the instants of the range, in order, once each', () => {
  fc.assert(
    fc.property(ranges, ({ from, length, intervals }) => {
      const schedules = intervals.map((interval, n) => every(`k${n}`, interval))
      const to = from + length
      const expected = schedules
        .flatMap((schedule) =>
          [...occurrencesOf({ params: [] }, schedule, from, to)].map(({ due }) => ({ due, scheduleKey: schedule.key })),
        )
        .sort((left, right) => left.due - right.due || (left.scheduleKey < right.scheduleKey ? -1 : 1))
        .map(shown)
      assert.deepEqual(all(schedules, { ...RANGE, from, to }), expected)
      assert.deepEqual(all(schedules, { ...RANGE, from, to, order: 'newest' }), expected.toReversed())
    }),
    { numRuns: 50 },
  )
})

test('FIL2: taken up after any instant it goes on with the next', () => {
  const schedules = [every('b', HOUR), every('a', 2 * HOUR)]
  for (const order of ['oldest', 'newest'] as const) {
    const range: Range = { ...RANGE, order }
    const instants = [...backfillInstants({ params: [], schedules }, range, null)].flat()
    for (const [index, after] of instants.entries()) {
      assert.deepEqual(all(schedules, range, after), instants.slice(index + 1).map(shown))
    }
  }
})

test('FIL3: one schedule by name, or all that are enabled', () => {
  const schedules = [every('on', HOUR), every('off', HOUR, false)]
  assert.ok(all(schedules, RANGE).every((one) => one.endsWith(' on')))
  assert.equal(all(schedules, { ...RANGE, scheduleKey: 'off' }).length, 24)
  assert.deepEqual(all(schedules, { ...RANGE, scheduleKey: 'none' }), [])
})

test('FIL4: no window is looked at before it is asked for', () => {
  const seen: Instant[] = []
  const job = { params: [], schedules: [every('k', 1_000, true, seen)] }
  const windows = backfillInstants(job, { ...RANGE, to: 1000 * DAY }, null)
  for (let n = 1; n <= 20; n++) {
    const window = windows.next()
    assert.ok(window.done !== true && window.value.length <= 3_600)
    assert.equal(seen.length, n)
  }
})

test('FIL5: room for as many as its concurrency allows', () => {
  assert.deepEqual(
    [0, 2, 3, 9].map((unfinished) => room(BACKFILL, unfinished)),
    [3, 1, 0, 0],
  )
  assert.equal(room(cancelled(BACKFILL, 'no'), 0), 0)
})

test('FIL6: done when nothing is left and its last run has ended; then it stays so', () => {
  const made = advanced(BACKFILL, { due: 5, scheduleKey: 'k' })
  assert.deepEqual([made.made, made.position], [1, { due: 5, scheduleKey: 'k' }])
  assert.equal(settled(made, 1), made)
  const done = settled(made, 0)
  assert.equal(done.state, 'done')
  assert.equal(cancelled(done, 'no'), done)
  const gone = cancelled(made, 'no')
  assert.deepEqual([gone.state, gone.message], ['cancelled', 'no'])
  assert.equal(settled(gone, 0), gone)
})

test('FIL7: a backfill is read back as written; anything else is refused', () => {
  for (const one of [BACKFILL, advanced(BACKFILL, { due: 0.5, scheduleKey: 'k' }), cancelled(BACKFILL, 'no')]) {
    assert.deepEqual(readBackfill(stored(backfillJson(one))), { ok: true, value: one })
  }
  for (const key of Object.keys(BACKFILL)) {
    const read = readBackfill({ ...backfillJson(BACKFILL), [key]: [] })
    assert.ok(!read.ok)
    assert.ok(read.message.includes(key), read.message)
  }
})
