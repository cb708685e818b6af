import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Catchup, JobSchedule } from '../job/index.ts'
import { type Pause, pauseText } from '../pause/index.ts'
import type { Instant } from '../time/index.ts'
import {
  CatchupDecision,
  catchupDefaults,
  type CatchupRule,
  type CatchupVerdict,
  catchupRule,
  decidedBefore,
  type Gap,
  MAKE_UP_ALL,
  OVERDUE,
  overdueOf,
  previewCatchup,
  runsAll,
  StartSpacing,
} from './index.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** 2026-01-01T12:00:00Z */
const NOW = 1_767_268_800_000
const ALL: CatchupRule = { policy: 'all', maxAge: null, maxCount: null, rate: null, since: null, gone: null }
const DUES = [5, 4, 3, 2].map((hours) => NOW - hours * HOUR)

function decide(dues: readonly Instant[], rule: Partial<CatchupRule>, gap: Gap | null = null): CatchupVerdict[] {
  const whole = { ...ALL, ...rule }
  const decision = new CatchupDecision(whole, NOW, gap, new StartSpacing(whole.rate))
  if (decision.counts) for (const due of dues) decision.count(due)
  return dues.map((due) => decision.verdict(due))
}

function verdicts(dues: readonly Instant[], rule: Partial<CatchupRule>): string {
  return decide(dues, rule)
    .map(({ verdict }) => (verdict === 'run' ? 'r' : 'm'))
    .join('')
}

const someDues = fc
  .uniqueArray(fc.integer({ min: OVERDUE + 1, max: 30 * HOUR }), { maxLength: 60 })
  .map((ages) => ages.sort((a, b) => b - a).map((age) => NOW - age))
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null })
const someRule: fc.Arbitrary<CatchupRule> = fc.record({
  policy: fc.constantFrom('all' as const, 'last' as const, 'none' as const),
  maxAge: orNull(fc.integer({ min: 1, max: 40 * HOUR })),
  maxCount: orNull(fc.integer({ min: 1, max: 70 })),
  rate: orNull(fc.double({ min: 0.01, max: 1_000, noNaN: true })),
  since: orNull(fc.integer({ min: NOW - 40 * HOUR, max: NOW + HOUR })),
  gone: orNull(fc.constant('its schedule is disabled')),
})

test('CATCH1: what is overdue', () => {
  assert.equal(decidedBefore(null, NOW), NOW - OVERDUE)
  assert.equal(decidedBefore(NOW - HOUR, NOW), NOW - OVERDUE)
  assert.equal(decidedBefore(NOW - 10, NOW), NOW - 10)
  // What is due just now is due before then.
  assert.ok(decidedBefore(NOW + HOUR, NOW) > NOW)
})

test('CATCH2: one verdict each, the missed first', () => {
  fc.assert(
    fc.property(someDues, someRule, (dues, rule) => {
      const all = decide(dues, rule)
      assert.equal(all.length, dues.length)
      const first = all.findIndex(({ verdict }) => verdict === 'run')
      assert.ok(first < 0 || all.slice(first).every(({ verdict }) => verdict === 'run'))
    }),
  )
})

test('CATCH3: the policies', () => {
  assert.equal(verdicts(DUES, {}), 'rrrr')
  assert.equal(verdicts(DUES, { policy: 'last' }), 'mmmr')
  assert.equal(verdicts(DUES, { policy: 'none' }), 'mmmm')
  fc.assert(
    fc.property(someDues, (dues) => {
      assert.equal(verdicts(dues, { policy: 'last' }).replaceAll('m', ''), dues.length === 0 ? '' : 'r')
    }),
  )
})

test('CATCH4: the newest, never above max_count', () => {
  assert.equal(verdicts(DUES, { maxCount: 2 }), 'mmrr')
  assert.equal(verdicts(DUES, { maxCount: 4 }), 'rrrr')
  fc.assert(
    fc.property(someDues, someRule, (dues, rule) => {
      const ran = decide(dues, rule).filter(({ verdict }) => verdict === 'run').length
      assert.ok(ran <= (rule.maxCount ?? dues.length))
    }),
  )
})

test('CATCH5: none older than max_age', () => {
  assert.equal(verdicts(DUES, { maxAge: 4 * HOUR }), 'mrrr')
  assert.equal(verdicts(DUES, { policy: 'last', maxAge: HOUR }), 'mmmm')
  fc.assert(
    fc.property(someDues, someRule, (dues, rule) => {
      decide(dues, rule).forEach(({ verdict }, n) => {
        if (verdict === 'run' && rule.maxAge !== null) assert.ok(NOW - (dues[n] ?? 0) <= rule.maxAge)
      })
    }),
  )
  const said: Catchup = { policy: 'all', maxAge: 5 * HOUR, maxCount: null, rate: null }
  assert.equal(catchupRule({ enabled: true, catchup: said }, { ...MAKE_UP_ALL, maxAge: HOUR }).maxAge, HOUR)
  assert.equal(catchupRule({ enabled: true, catchup: said }, MAKE_UP_ALL).maxAge, 5 * HOUR)
})

test('CATCH6: none before since', () => {
  assert.equal(verdicts(DUES, { since: NOW - 3 * HOUR }), 'mmrr')
  assert.deepEqual(decide(DUES.slice(0, 1), { since: NOW - 3 * HOUR }), [
    { verdict: 'missed', reason: 'before schedule.since 2026-01-01T09:00:00+00:00' },
  ])
})

test('CATCH7: none of a schedule that is gone or disabled', () => {
  const { gone } = catchupRule(null, MAKE_UP_ALL)
  assert.equal(verdicts(DUES, { gone }), 'mmmm')
  assert.equal(catchupRule({ enabled: false, catchup: null }, MAKE_UP_ALL).gone, 'its schedule is disabled')
  assert.equal(catchupRule({ enabled: true, catchup: null }, MAKE_UP_ALL).gone, null)
})

test('CATCH8: a rate spaces the starts', () => {
  const starts = decide(DUES, { rate: 2, maxCount: 3 }).flatMap((one) => (one.verdict === 'run' ? [one.at] : []))
  assert.deepEqual(starts, [NOW, NOW + MINUTE / 2, NOW + MINUTE])
  fc.assert(
    fc.property(someDues, someRule, (dues, rule) => {
      const all = decide(dues, rule).flatMap((one) => (one.verdict === 'run' ? [one.at] : []))
      const step = rule.rate === null ? 0 : MINUTE / rule.rate
      all.forEach((at, n) => {
        assert.ok(at >= NOW)
        // Times are doubles: half a microsecond is as near as they tell.
        assert.ok(n === 0 || at - (all[n - 1] ?? 0) >= step - 0.0005)
      })
    }),
  )
  const spacing = new StartSpacing(1)
  assert.ok(spacing.isFree(NOW))
  assert.equal(spacing.next(NOW), NOW)
  assert.ok(!spacing.isFree(NOW + MINUTE - 1))
  assert.equal(spacing.next(NOW + 10 * MINUTE), NOW + 10 * MINUTE)
})

test('CATCH9: reasons', () => {
  const gap: Gap = { from: NOW - 4.5 * HOUR, to: NOW, cause: 'down' }
  const reason = (due: Instant, rule: Partial<CatchupRule>, when: Gap | null): string => {
    const [one] = decide([due, NOW - 2 * HOUR, NOW - HOUR], rule, when)
    return one?.verdict === 'missed' ? one.reason : ''
  }
  const away = 'the server was away until 2026-01-01T12:00:00+00:00, last seen alive at 2026-01-01T07:30:00+00:00'
  const still = 'the server stood still from 2026-01-01T07:30:00+00:00 to 2026-01-01T12:00:00+00:00'
  assert.equal(reason(NOW - 3 * HOUR, { policy: 'none' }, gap), `${away}; catchup is none`)
  assert.equal(
    reason(NOW - 3 * HOUR, { policy: 'last' }, { ...gap, cause: 'stuck' }),
    `${still}; only the last is made up for (3 overdue)`,
  )
  assert.equal(reason(NOW - 3 * HOUR, { maxCount: 2 }, gap), `${away}; only the newest 2 are made up for (3 overdue)`)
  assert.equal(reason(NOW - 3 * HOUR, { maxCount: 1 }, gap), `${away}; only the last is made up for (3 overdue)`)
  const decision = new CatchupDecision({ ...ALL, maxCount: 3 }, NOW, gap, new StartSpacing(1), 2)
  for (const due of DUES) decision.count(due)
  assert.equal(
    decision.missed(NOW - 3 * HOUR),
    `${away}; only the newest 3 are made up for (4 overdue, and 2 from before that wait for their turn)`,
  )
  const full = new CatchupDecision({ ...ALL, policy: 'last' }, NOW, null, new StartSpacing(1), 1)
  for (const due of DUES) full.count(due)
  const none = 'decided 2h late; only the last is made up for (4 overdue, and 1 from before that waits for its turn)'
  assert.equal(full.missed(NOW - 2 * HOUR), none)
  assert.equal(reason(NOW - 3 * HOUR, { maxAge: 2 * HOUR }, gap), `${away}; older than max_age 2h`)
  assert.equal(reason(NOW - 5 * HOUR, { maxAge: 2 * HOUR }, gap), 'decided 5h late; older than max_age 2h')
  assert.equal(
    reason(NOW - 90 * MINUTE, { gone: 'its schedule is disabled' }, null),
    'decided 90m late; its schedule is disabled',
  )
})

test('CATCH10: what the config says', () => {
  const last: Catchup = { policy: 'last', maxAge: null, maxCount: null, rate: null }
  const defaults = { ...MAKE_UP_ALL, catchup: last }
  assert.equal(catchupRule({ enabled: true, catchup: null }, defaults).policy, 'last')
  assert.equal(catchupRule({ enabled: true, catchup: MAKE_UP_ALL.catchup }, defaults).policy, 'all')
  const config = { horizon: HOUR, since: null, maxAge: null, catchup: null }
  assert.deepEqual(catchupDefaults(config, NOW), MAKE_UP_ALL)
  const more = catchupDefaults({ ...config, since: 'now', maxAge: HOUR, catchup: last }, NOW)
  assert.deepEqual(more, { since: NOW, maxAge: HOUR, catchup: last })
  assert.ok(runsAll(catchupRule({ enabled: true, catchup: null }, MAKE_UP_ALL)))
  fc.assert(
    fc.property(someDues, someRule, (dues, rule) => {
      if (runsAll(rule)) assert.ok(decide(dues, rule).every((one) => one.verdict === 'run' && one.at === NOW))
      else assert.notDeepEqual(rule, ALL)
    }),
  )
})

test('CATCH11: rows, and what the schedule implies', () => {
  const schedule: JobSchedule = {
    key: 'hourly',
    enabled: true,
    args: { kind: 'x' },
    schedule: {
      type: 'test',
      json: {},
      str: 'hourly',
      *occurrences(from, to) {
        for (let due = Math.ceil(from / HOUR) * HOUR; due < to; due += HOUR) yield { due, args: {} }
      },
    },
    stop: null,
    jitter: 0,
    offset: 0,
    catchup: null,
    limit: null,
  }
  const job = { params: ['kind'] }
  const rows = [NOW - 6 * HOUR, NOW - 3.5 * HOUR, NOW - 3 * HOUR, NOW - 1, NOW + HOUR]
  const of = (change: Partial<Parameters<typeof overdueOf>[0]>): unknown[] => [
    ...overdueOf({ job, schedule, cursor: NOW - 4 * HOUR, rows, before: NOW, ...change }),
  ]
  const found = of({}).map((one) => JSON.stringify(one).replaceAll('"', ''))
  assert.deepEqual(
    found,
    [
      { due: rows[0], row: true },
      { due: NOW - 4 * HOUR, row: false, args: { kind: 'x' } },
      { due: rows[1], row: true },
      { due: rows[2], row: true },
      { due: NOW - 2 * HOUR, row: false, args: { kind: 'x' } },
      { due: NOW - HOUR, row: false, args: { kind: 'x' } },
      { due: rows[3], row: true },
    ].map((one) => JSON.stringify(one).replaceAll('"', '')),
  )
  const known = rows.slice(0, 4).map((due) => ({ due, row: true }))
  assert.deepEqual(of({ schedule: null }), known)
  assert.deepEqual(of({ cursor: null }), known)
  assert.deepEqual(of({ schedule: { ...schedule, enabled: false } }), known)
  assert.deepEqual(of({ cursor: NOW }), known)
})

const PLAIN = { held: null, labels: [] }
const NONE = { recent: null, skipped: [], held: [], broken: null }

function hourly(catchup: Catchup | null, key = 'key', broken = false): JobSchedule {
  return {
    key,
    enabled: true,
    args: {},
    schedule: {
      type: 'test',
      json: {},
      str: key,
      *occurrences(from, to) {
        if (broken) throw new Error('out of range')
        for (let due = Math.ceil(from / HOUR) * HOUR; due < to; due += HOUR) yield { due, args: {} }
      },
    },
    stop: null,
    jitter: 0,
    offset: 0,
    catchup,
    limit: null,
  }
}

test('CATCH12: a preview counts what a start would decide', () => {
  const last: Catchup = { policy: 'last', maxAge: null, maxCount: null, rate: null }
  const schedules = [
    hourly(last, 'a'),
    hourly({ ...last, policy: 'all', rate: 1 }, 'b'),
    hourly(null, 'c', true),
    hourly(last, 'd'),
  ]
  const preview = previewCatchup({
    jobs: [{ id: 'job', params: [], schedules, labels: [] }],
    cursors: [
      { jobId: 'job', scheduleKey: 'a', plannedUntil: NOW - 3 * HOUR },
      { jobId: 'job', scheduleKey: 'b', plannedUntil: NOW - 2 * HOUR },
      { jobId: 'job', scheduleKey: 'c', plannedUntil: NOW - 2 * HOUR },
      { jobId: 'job', scheduleKey: 'd', plannedUntil: NOW + 1 },
    ],
    undecided: [
      { jobId: 'job', scheduleKey: 'a', due: NOW - 4 * HOUR, ...PLAIN },
      { jobId: 'gone', scheduleKey: 'x', due: NOW - HOUR, ...PLAIN },
    ],
    pauses: [],
    defaults: MAKE_UP_ALL,
    now: NOW,
    gap: { from: NOW - 5 * HOUR, to: NOW, cause: 'down' },
  })
  assert.deepEqual(preview, [
    {
      jobId: 'gone',
      scheduleKey: 'x',
      run: null,
      missed: [{ count: 1, first: NOW - HOUR, last: NOW - HOUR, reason: 'its schedule is no longer there' }],
      ...NONE,
    },
    {
      jobId: 'job',
      scheduleKey: 'a',
      run: { count: 1, first: NOW - HOUR, last: NOW - HOUR, lastStart: NOW },
      missed: [{ count: 3, first: NOW - 4 * HOUR, last: NOW - 2 * HOUR, reason: 'only the last is made up for' }],
      ...NONE,
      recent: { count: 1, first: NOW, last: NOW },
    },
    {
      jobId: 'job',
      scheduleKey: 'b',
      run: { count: 2, first: NOW - 2 * HOUR, last: NOW - HOUR, lastStart: NOW + MINUTE },
      missed: [],
      ...NONE,
      recent: { count: 1, first: NOW, last: NOW },
    },
    { jobId: 'job', scheduleKey: 'c', run: null, missed: [], ...NONE, broken: 'out of range' },
  ])
})

test('CATCH13: a preview says what is held, what a pause skips or holds, and what is due for less than a minute', () => {
  const job = { id: 'a/job', params: [], schedules: [hourly(null)], labels: ['x'] }
  const row = (due: number, held: string | null = null) => {
    const kept = held === null ? null : { reason: held }
    return { jobId: job.id, scheduleKey: 'key', due, held: kept, labels: ['x'] }
  }
  const pause = (more: Partial<Pause>): Pause => ({
    id: 'p',
    scope: 'job',
    target: 'a/',
    createdAt: NOW - 5 * HOUR,
    until: NOW - 3 * HOUR,
    mode: 'skip',
    reason: null,
    ...more,
  })
  const input = {
    jobs: [job],
    cursors: [{ jobId: job.id, scheduleKey: 'key', plannedUntil: NOW - 2 * HOUR }],
    undecided: [row(NOW - 5 * HOUR), row(NOW - 4 * HOUR), row(NOW - 3 * HOUR), row(NOW - 2.5 * HOUR, 'wait for me')],
    pauses: [pause({})],
    defaults: MAKE_UP_ALL,
    now: NOW + MINUTE / 2,
    gap: null,
  }
  const [preview] = previewCatchup(input)
  const hours = (count: number, first: number, last: number) => ({
    count,
    first: NOW - first * HOUR,
    last: NOW - last * HOUR,
  })
  assert.deepEqual(preview?.skipped, [{ ...hours(2, 5, 4), reason: pauseText(pause({})) }])
  assert.deepEqual(preview.held, [{ ...hours(1, 2.5, 2.5), reason: 'wait for me' }])
  assert.deepEqual(preview.run, { ...hours(3, 3, 1), lastStart: NOW + MINUTE / 2 })
  assert.deepEqual(preview.recent, hours(1, 0, 0))
  const byLabel = pause({ scope: 'label', target: 'x', createdAt: NOW - HOUR, until: null, mode: 'hold' })
  const [holding] = previewCatchup({ ...input, pauses: [byLabel] })
  assert.deepEqual(holding?.held[1], { ...hours(2, 1, 0), reason: pauseText(byLabel) })
  assert.deepEqual(holding.recent, null)
})
