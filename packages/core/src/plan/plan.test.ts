import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY, HOUR, MINUTE } from '../time/index.ts'
import { daily, every, job, Ledger, rowKey, schedule, stopAfter } from './fixture.test.ts'
import { type PlanJob, planSchedules } from './index.ts'

const NOW = 1_790_000_000_000

const jobs: fc.Arbitrary<readonly PlanJob[]> = fc
  .array(
    fc.array(
      fc.oneof(
        fc
          .tuple(fc.integer({ min: 5 * MINUTE, max: 3 * DAY }), fc.integer({ min: 0, max: 4 * MINUTE }))
          .map(([interval, phase]) => every(`every ${interval} ${phase}`, interval, phase)),
        fc
          .uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 5 })
          .map((hours) => daily(`daily ${hours.join(',')}`, ...hours.sort((a, b) => a - b))),
        fc.constant(schedule('never', () => [])),
      ),
      { maxLength: 3 },
    ),
    { maxLength: 4 },
  )
  .map((all) =>
    all.map((schedules, n) => job(`job ${n}`, [...new Map(schedules.map((one) => [one.key, one])).values()])),
  )
const horizons = fc.integer({ min: 0, max: 2 * DAY })
const slices = fc.integer({ min: 1, max: 40 })

// A ledger in which every schedule was planned up to `at`.
function plannedUntil(all: readonly PlanJob[], at: number): Ledger {
  const ledger = new Ledger()
  ledger.plan(all, at, 0)
  return ledger
}

test('PLAN1: rows from the cursor on', () => {
  const all = [job('a', [every('hourly', HOUR)])]
  const ledger = plannedUntil(all, NOW - 3 * HOUR)
  ledger.plan(all, NOW, 2 * HOUR)
  const first = Math.ceil((NOW - 3 * HOUR) / HOUR) * HOUR
  assert.deepEqual(
    ledger.dues(),
    [0, 1, 2, 3, 4].map((n) => first + n * HOUR),
  )
})

test('PLAN2: a new schedule begins now', () => {
  const ledger = new Ledger()
  ledger.plan([job('a', [every('hourly', HOUR, NOW % HOUR)])], NOW, 2 * HOUR)
  assert.deepEqual(ledger.dues(), [NOW, NOW + HOUR])
  assert.deepEqual([...ledger.cursors.values()], [{ jobId: 'a', scheduleKey: 'hourly', plannedUntil: NOW + 2 * HOUR }])
})

test('PLAN3: planning twice makes nothing', () => {
  fc.assert(
    fc.property(jobs, horizons, slices, (all, horizon, slice) => {
      const ledger = new Ledger()
      ledger.plan(all, NOW, horizon, { slice })
      const again = ledger.plan(all, NOW, horizon, { slice })
      for (const one of again.slices) {
        assert.deepEqual(one, { create: [], withdraw: [], cursors: [], droppedCursors: [], broken: [] })
      }
    }),
  )
})

test('PLAN4: planning in steps is planning at once', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 2 * DAY }), { maxLength: 5 })
  fc.assert(
    fc.property(jobs, horizons, steps, slices, (all, horizon, pauses, slice) => {
      const [stepwise, once] = [plannedUntil(all, NOW), plannedUntil(all, NOW)]
      let now = NOW
      for (const pause of pauses) stepwise.plan(all, (now += pause), horizon, { slice })
      if (pauses.length > 0) once.plan(all, now, horizon)
      assert.deepEqual(stepwise.sorted(), once.sorted())
    }),
  )
})

test('PLAN5: what is gone is withdrawn', () => {
  const gone = every('gone', HOUR)
  const disabled = every('disabled', HOUR)
  const before = [job('a', [gone, disabled, every('stays', HOUR)]), job('b', [every('hourly', HOUR)])]
  const ledger = plannedUntil(before, NOW)
  ledger.plan(before, NOW, 6 * HOUR)
  const later = NOW + 3 * HOUR
  const after = [job('a', [{ ...disabled, enabled: false }, every('stays', HOUR)])]
  const { slices: done } = ledger.plan(after, later, 6 * HOUR)
  const withdrawn = done.flatMap((slice) => slice.withdraw)
  assert.equal(withdrawn.length, 9)
  assert.ok(withdrawn.every(({ due }) => due >= later))
  assert.deepEqual([...ledger.cursors.keys()], ['a stays'])
  const left = [...ledger.rows.values()].filter(({ scheduleKey }) => scheduleKey !== 'stays')
  assert.equal(left.length, 9)
  assert.ok(left.every(({ due }) => due < later))
  // Enabled again, it begins anew.
  ledger.plan(before, later, 0)
  assert.equal(ledger.cursors.get('a disabled')?.plannedUntil, Math.ceil(later / HOUR) * HOUR)
})

test('PLAN6: what stays is kept', () => {
  const all = [job('a', [every('hourly', HOUR)])]
  const ledger = new Ledger()
  ledger.plan(all, NOW, 4 * HOUR)
  const rows = [...ledger.rows.values()]
  // Even where the cursor was lost: `apply` refuses to make a row twice.
  ledger.cursors.clear()
  ledger.plan(all, NOW, 6 * HOUR)
  assert.equal(ledger.rows.size, 6)
  assert.ok(rows.every((row) => ledger.rows.get(rowKey(row)) === row))
})

test('PLAN7: slices are bounded, and each can be the last', () => {
  fc.assert(
    fc.property(jobs, horizons, slices, fc.integer({ min: 0, max: 30 }), (all, horizon, slice, limit) => {
      const [broken, whole] = [plannedUntil(all, NOW - DAY), plannedUntil(all, NOW - DAY)]
      const { slices: done } = broken.plan(all, NOW, horizon, { slice }, limit)
      for (const one of done) assert.ok(one.create.length + one.withdraw.length <= slice)
      broken.plan(all, NOW, horizon, { slice })
      whole.plan(all, NOW, horizon)
      assert.deepEqual(broken.sorted(), whole.sorted())
      assert.deepEqual(broken.cursors, whole.cursors)
    }),
  )
})

test('PLAN7: withdrawals are sliced too', () => {
  const ledger = new Ledger()
  ledger.plan([job('a', [every('fast', MINUTE)])], NOW, DAY)
  const { slices: done } = ledger.plan([], NOW, DAY, { slice: 100 })
  assert.deepEqual(
    done.map(({ withdraw }) => withdraw.length).filter((count) => count > 100),
    [],
  )
  assert.equal(ledger.rows.size, 0)
  assert.equal(ledger.cursors.size, 0)
})

test('PLAN8: args of an instant', () => {
  const params = ['constructor', 'date', 'fixed', 'nobody', 'schedule_time', 'time']
  const args = { fixed: 'f', time: 'mine', schedule_time: 'theirs', extra: 'dropped' }
  const ledger = new Ledger()
  ledger.plan([job('a', [every('daily', DAY, 0, { args })], params)], 0, 1)
  const [row] = ledger.rows.values()
  assert.deepEqual(row?.args, {
    date: '1970-01-01',
    fixed: 'f',
    schedule_time: '1970-01-01T00:00:00+00:00',
    time: 'mine',
  })
  assert.deepEqual(Object.keys(row?.args ?? {}), ['date', 'fixed', 'schedule_time', 'time'])
})

test('PLAN9: stop times', () => {
  const ledger = new Ledger()
  ledger.plan([job('a', [every('stopped', HOUR, 0, { stop: stopAfter(90_000) }), every('free', HOUR)])], 0, 1)
  assert.deepEqual(
    [...ledger.rows.values()].map(({ scheduleKey, stopAt }) => [scheduleKey, stopAt]),
    [
      ['stopped', 90_000],
      ['free', null],
    ],
  )
})

test('PLAN10: a broken schedule is set aside', () => {
  const broken = schedule('broken', function* (from) {
    const first = Math.ceil(from / HOUR) * HOUR
    yield { due: first, args: {} }
    yield { due: first + HOUR, args: {} }
    throw new Error('out of range')
  })
  const all = [job('a', [broken]), job('b', [every('hourly', HOUR)])]
  const ledger = plannedUntil([job('b', [every('hourly', HOUR)])], NOW)
  const { slices: done, result } = ledger.plan(all, NOW, 5 * HOUR)
  assert.deepEqual(
    done.flatMap((slice) => slice.broken),
    [{ jobId: 'a', scheduleKey: 'broken', message: 'out of range' }],
  )
  assert.deepEqual([ledger.dues('a').length, ledger.dues('b').length], [2, 5])
  assert.equal(result?.coveredUntil, NOW + 5 * HOUR)
  // Still broken, it goes on from where it was, and makes no row twice.
  ledger.plan(all, NOW, 5 * HOUR)
  assert.deepEqual(
    ledger.dues('a').map((due) => due - (ledger.dues('a')[0] ?? 0)),
    [0, HOUR, 2 * HOUR, 3 * HOUR],
  )
})

test('PLAN11: not too many ahead', () => {
  const all = [job('a', [every('fast', MINUTE)]), job('b', [every('slow', HOUR)])]
  const ledger = new Ledger()
  const { result } = ledger.plan(all, 0, DAY, { maxAhead: 100 })
  assert.equal(ledger.dues('a').length, 100)
  assert.equal(ledger.dues('b').length, 24)
  assert.equal(result?.coveredUntil, 100 * MINUTE)
  // Nothing is decided, so nothing is added; then 30 are.
  ledger.plan(all, HOUR, DAY, { maxAhead: 100 })
  assert.equal(ledger.dues('a').length, 100)
  for (const [key, row] of [...ledger.rows].slice(0, 30)) if (row.jobId === 'a') ledger.rows.delete(key)
  assert.equal(ledger.plan(all, HOUR, DAY, { maxAhead: 100 }).result?.coveredUntil, 130 * MINUTE)
  assert.deepEqual(
    ledger.dues('a'),
    Array.from({ length: 100 }, (_, n) => (n + 30) * MINUTE),
  )
})

test('PLAN11: nothing to cover', () => {
  assert.equal(new Ledger().plan([job('a', [])], NOW, DAY).result?.coveredUntil, Number.POSITIVE_INFINITY)
})

test('PLAN12: a clock set back', () => {
  const all = [job('a', [every('hourly', HOUR)])]
  const ledger = new Ledger()
  ledger.plan(all, NOW, DAY)
  const [rows, cursors] = [ledger.sorted(), [...ledger.cursors.values()]]
  for (const row of ledger.rows.keys()) ledger.rows.delete(row)
  ledger.plan(all, NOW - 3 * DAY, DAY)
  assert.equal(ledger.rows.size, 0)
  assert.deepEqual([...ledger.cursors.values()], cursors)
  ledger.plan(all, NOW + HOUR, DAY)
  assert.equal(ledger.rows.size, 1)
  assert.ok(!rows.includes(ledger.sorted()[0] ?? ''))
})

test('PLAN16: a cursor waits at the next instant, a day ahead at most', () => {
  const ledger = new Ledger()
  const all = [job('a', [every('often', 7 * HOUR), every('rarely', 30 * DAY), schedule('never', () => [])])]
  ledger.plan(all, NOW, HOUR)
  assert.deepEqual(
    [...ledger.cursors.values()],
    [
      { jobId: 'a', scheduleKey: 'often', plannedUntil: Math.ceil(NOW / (7 * HOUR)) * 7 * HOUR },
      { jobId: 'a', scheduleKey: 'rarely', plannedUntil: NOW + HOUR + DAY },
      { jobId: 'a', scheduleKey: 'never', plannedUntil: NOW + HOUR + DAY },
    ],
  )
})

test('PLAN16: a schedule is not asked before the horizon reaches its cursor', () => {
  const asked: (readonly [number, number])[] = []
  const all = [
    job('a', [
      schedule('s', (from, to) => {
        asked.push([from, to])
        return []
      }),
    ]),
  ]
  const ledger = new Ledger()
  ledger.plan(all, NOW, HOUR)
  ledger.plan(all, NOW + DAY, HOUR)
  ledger.plan(all, NOW + DAY + 1, HOUR)
  assert.deepEqual(asked, [
    [NOW, NOW + HOUR + DAY],
    [NOW + HOUR + DAY, NOW + 1 + HOUR + 2 * DAY],
  ])
})

test('PLAN17: what has its verdict beyond the cursor', () => {
  const [hourly, limited] = [every('hourly', HOUR), every('limited', HOUR, 0, { limit: 1 })]
  const first = Math.ceil(NOW / HOUR) * HOUR
  const decided = ['hourly', 'limited', 'gone'].map((scheduleKey) => ({ jobId: 'a', scheduleKey, due: first }))
  const options = { jobs: [job('a', [hourly, limited])], cursors: [], pending: [], decided, now: NOW }
  const created = [...planSchedules({ ...options, horizon: 3 * HOUR })].flatMap(({ create }) => create)
  assert.deepEqual(
    created.map(({ scheduleKey, due }) => [scheduleKey, (due - first) / HOUR]),
    [
      ['hourly', 1],
      ['hourly', 2],
      ['limited', 1],
    ],
  )
})
