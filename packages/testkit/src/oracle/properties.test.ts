import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Calendar } from '@apsis/core/calendar'
import type { Occurrence, ScheduleSpec } from '@apsis/core/kind'
import { type PlanCursor, type PlanJob, type PlannedInstant, planSchedules } from '@apsis/core/plan'
import { PLAIN_ENVIRONMENT } from '@apsis/core/template'
import { createRegistry, registry } from '@apsis/kinds/builtin'
import fc from 'fast-check'
import type { Json } from './due.ts'
import { daytimeText, timeText } from './due.ts'
import { DAY, HOUR, MINUTE, SECOND } from './units.ts'

type ScheduleJson = Readonly<Record<string, Json>>

const RUNS = { numRuns: 150 }

const zone = fc.constantFrom(
  'UTC',
  'America/New_York',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
  'America/St_Johns',
)
const calendar = fc.constantFrom('all', 'Mon-Fri', 'Sun', 'Tue,Thu')
const daytime = fc.integer({ min: 0, max: 95 }).map((quarter) => daytimeText(quarter * 15 * MINUTE))
const shift = fc.integer({ min: -3, max: 3 })
const dst = fc.record({
  gap: fc.constantFrom('skip', 'next', 'shift'),
  fold: fc.constantFrom('first', 'second', 'both'),
})
const timeShift = fc.constantFrom(0, 0, 600, -5_400)
const bound = fc.record({ daytime, date_shift: shift, cal_shift: shift })

// Times near changes of clocks, in the past and in years that tables do not reach.
const near = fc
  .tuple(
    fc.constantFrom(Date.UTC(2011, 11, 29), Date.UTC(2026, 2, 8), Date.UTC(2026, 9, 31), Date.UTC(2400, 2, 11)),
    fc.integer({ min: -3 * DAY, max: 4 * DAY }),
  )
  .map(([day, away]) => day + away)

const json: fc.Arbitrary<ScheduleJson> = fc.oneof(
  fc.record({
    type: fc.constant('daily'),
    tz: zone,
    calendar,
    daytime: fc.array(daytime, { minLength: 1, maxLength: 5 }),
    date_shift: shift,
    cal_shift: shift,
    dst,
    time_shift: timeShift,
  }),
  fc.record({
    type: fc.constant('daily-interval'),
    tz: zone,
    calendar,
    start: bound,
    stop: bound,
    interval: fc.constantFrom(600, 1_234.5, 3_600, 80_000),
    dst,
    time_shift: timeShift,
  }),
  fc.record({
    type: fc.constant('interval'),
    interval: fc.constantFrom(300, 777.25, 3_600, 100_000),
    phase: fc.constantFrom(0, 1, 299.5),
  }),
  fc.record({ type: fc.constant('explicit'), times: fc.array(near.map(timeText), { maxLength: 6 }) }),
  fc.record({
    type: fc.constant('cron'),
    tz: zone,
    calendar,
    cron: fc.constantFrom(
      '*/20 * * * *',
      '30 1-3 * * *',
      '15 0,2 L,15W * MON',
      '0 */5 * * *',
      '0 30 2 * * 0#2',
      '@daily',
    ),
    dst: fc.oneof(fc.constant({}), dst),
    time_shift: timeShift,
  }),
)

function specOf(value: ScheduleJson, kinds = registry): ScheduleSpec {
  const kind = kinds.schedules.find(({ type }) => type === value['type'])
  assert.ok(kind, `no kind ${JSON.stringify(value['type'])}`)
  return kind.schema.parse(value)
}

function texts(occurrences: Iterable<Occurrence>): string[] {
  return Array.from(occurrences, ({ due, args }) => `${due} ${JSON.stringify({ ...args })}`)
}

const days = fc.integer({ min: 0, max: 5 * DAY })

test('ORACLE10: occurrences ascend strictly, within their window', () => {
  fc.assert(
    fc.property(json, near, days, (value, from, length) => {
      let before = -Infinity
      for (const { due } of specOf(value).occurrences(from, from + length)) {
        assert.ok(due > before && due >= from && due < from + length)
        before = due
      }
    }),
    RUNS,
  )
})

test('ORACLE11: windows compose', () => {
  fc.assert(
    fc.property(json, near, days, days, (value, from, first, second) => {
      const spec = specOf(value)
      const [middle, to] = [from + first, from + first + second]
      const parts = [...texts(spec.occurrences(from, middle)), ...texts(spec.occurrences(middle, to))]
      assert.deepEqual(parts, texts(spec.occurrences(from, to)))
    }),
    RUNS,
  )
})

test('ORACLE12: planning from any cursor gives the same rows', () => {
  const step = fc.record({
    ahead: fc.integer({ min: 0, max: DAY }),
    slice: fc.integer({ min: 1, max: 40 }),
    stop: fc.nat(4),
  })
  fc.assert(
    fc.property(
      json,
      near,
      fc.constantFrom(0, 1_234, 7 * MINUTE),
      fc.array(step, { maxLength: 6 }),
      (value, from, offset, steps) => {
        const schedule = specOf(value)
        const job: PlanJob = {
          id: 'job',
          params: ['date', 'time'],
          schedules: [
            {
              key: 'schedule',
              enabled: true,
              args: {},
              schedule,
              stop: null,
              jitter: HOUR,
              offset,
              catchup: null,
              limit: null,
            },
          ],
        }
        const rows = new Map<number, PlannedInstant>()
        let cursors: readonly PlanCursor[] = []
        // Carries out `stop` slices, as a server does that is ended then.
        const plan = (now: number, horizon: number, slice: number, stop: number): void => {
          const slices = planSchedules({ jobs: [job], cursors, pending: [...rows.values()], now, horizon, slice })
          let left = stop
          for (let next = slices.next(); next.done !== true && left > 0; next = slices.next(), left--) {
            for (const row of next.value.create) {
              assert.ok(!rows.has(row.due), `two rows at ${timeText(row.due)}`)
              rows.set(row.due, row)
            }
            assert.deepEqual([next.value.withdraw, next.value.droppedCursors, next.value.broken], [[], [], []])
            if (next.value.cursors.length > 0) cursors = next.value.cursors
          }
        }
        // The cursor of a schedule is there from the start: one without begins at whatever `now` is.
        cursors = [{ jobId: 'job', scheduleKey: 'schedule', plannedUntil: from }]
        let now = from
        for (const { ahead, slice, stop } of steps) {
          now += ahead
          plan(now, DAY, slice, stop)
        }
        plan(now, DAY, 500, Infinity)
        const expected = Array.from(schedule.occurrences(from - offset, now + DAY - offset), ({ due }) => due + offset)
        assert.deepEqual([...rows.keys()], expected)
      },
    ),
    RUNS,
  )
})

test('ORACLE13: the normal form parses to the same occurrences', () => {
  fc.assert(
    fc.property(json, near, days, (value, from, length) => {
      const spec = specOf(value)
      const again = specOf(spec.json)
      assert.deepEqual(again.json, spec.json)
      assert.equal(again.str, spec.str)
      assert.deepEqual(texts(again.occurrences(from, from + length)), texts(spec.occurrences(from, from + length)))
    }),
    RUNS,
  )
})

test('ORACLE14: the first occurrence costs the same in every year', () => {
  let asked = 0
  const counted = (inner: Calendar): Calendar => ({
    ...inner,
    contains: (date) => (asked++, inner.contains(date)),
    onOrAfter: (date) => (asked++, inner.onOrAfter(date)),
    onOrBefore: (date) => (asked++, inner.onOrBefore(date)),
    shift: (date, n) => (asked++, inner.shift(date, n)),
  })
  const counting = createRegistry({
    ...PLAIN_ENVIRONMENT,
    calendars: (name) => {
      const found = PLAIN_ENVIRONMENT.calendars(name)
      return found.ok ? { ok: true, value: counted(found.value) } : found
    },
  })
  const cost = (spec: ScheduleSpec, from: number, to: number): number => {
    asked = 0
    const [first] = spec.occurrences(from, to)
    assert.ok(first)
    return asked
  }
  const end = Date.UTC(9000, 0, 1)
  // Those that are due again and again.
  const endless = json
    .filter(({ type }) => type !== 'daily-interval' && type !== 'explicit')
    .map((value) => (value['type'] === 'cron' ? { ...value, calendar: 'all' } : value))
  fc.assert(
    fc.property(endless, fc.constantFrom(1, 600, 1969, 2026, 2037, 2400, 7999), fc.nat(365), (value, year, day) => {
      const spec = specOf(value, counting)
      const from = Date.UTC(2000, 0, 1) + (year - 2000) * 365 * DAY + day * DAY + 7 * HOUR + 13 * SECOND
      // Weeks of days that a calendar may lack, and months that an expression may.
      assert.ok(cost(spec, from, end) <= 100, `${cost(spec, from, end)} questions from ${year} on`)
      assert.equal(cost(spec, from, end), cost(spec, from, from + 400 * DAY))
    }),
    RUNS,
  )
})
