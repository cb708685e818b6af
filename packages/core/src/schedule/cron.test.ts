import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ALL_DAYS, builtInCalendar, NO_DAYS } from '../calendar/index.ts'
import { DAY, DEFAULT_DST, END_OF_TIME, formatInstant, HOUR, MINUTE, parseZone, type Zone } from '../time/index.ts'
import { type CronExpression, cronDst, cronOccurrences, type CronRule, parseCron } from './index.ts'
import { assertAscending, assertComposing } from './fixture.test.ts'

const zone = (name: string): Zone => {
  const parsed = parseZone(name)
  assert.ok(parsed.ok, name)
  return parsed.value
}
const cron = (text: string): CronExpression => {
  const parsed = parseCron(text)
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.message)
  return parsed.value
}
const rule = (text: string, change: Partial<CronRule> = {}): CronRule => ({
  cron: cron(text),
  zone: zone('UTC'),
  calendar: ALL_DAYS,
  dst: cronDst(cron(text)),
  ...change,
})
const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds
const dues = (one: CronRule, from: number, to: number): number[] =>
  Array.from(cronOccurrences(one, from, to), ({ due }) => due)
const next = (one: CronRule, from: string, count: number): string[] => {
  const found: string[] = []
  for (const { due } of cronOccurrences(one, at(from), END_OF_TIME)) {
    found.push(formatInstant(due).slice(0, 16))
    if (found.length === count) break
  }
  return found
}
/** The dates of the next few at midnight UTC, from 2026 on. */
const dates = (days: string, count: number): string[] =>
  next(rule(`0 0 ${days}`), '2026-01-01T00:00:00Z', count).map((text) => text.slice(0, 10))
const faultOf = (text: string): string => {
  const parsed = parseCron(text)
  return parsed.ok ? 'none' : parsed.message
}

const PIECES = ['*', '*/2', '5', '1-4', '2,7,11', '3/3', '1-10/4']
const piece = fc.constantFrom(...PIECES)
const texts = fc
  .tuple(
    fc.constantFrom('*/7', '30', '0,15,45', '*'),
    fc.constantFrom('*', '*/2', '1', '1-3', '0,23'),
    piece,
    piece,
    fc.constantFrom('*', '1-5', 'MON', '*/2', '6L', '2#1'),
  )
  .map((fields) => fields.join(' '))
const rules: fc.Arbitrary<CronRule> = fc.record({
  cron: texts.map(cron),
  zone: fc.constantFrom('America/New_York', 'Australia/Lord_Howe', 'Europe/Dublin', 'Pacific/Apia', 'UTC').map(zone),
  calendar: fc.constantFrom('all', 'Mon-Fri', 'Sat,Sun').map((name) => builtInCalendar(name) ?? NO_DAYS),
  dst: fc.record({ gap: fc.constantFrom('skip', 'next', 'shift'), fold: fc.constantFrom('first', 'second', 'both') }),
})
const froms = fc
  .tuple(
    fc.constantFrom(
      at('2026-03-08T07:00:00Z'),
      at('2026-11-01T06:00:00Z'),
      at('2026-10-04T00:00:00Z'),
      at('2011-12-30T10:00:00Z'),
    ),
    fc.integer({ min: -2 * DAY, max: 2 * DAY }),
  )
  .map(([near, by]) => near + by)

test('SCHED10: cron ascends, once each', () => {
  assertAscending({ dues, rules, froms })
})

test('SCHED11: windows of cron compose', () => {
  assertComposing({ dues, rules, froms })
})

test('SCHED12: the first of a cron expression, in any year', () => {
  assert.deepEqual(next(rule('0 0 29 2 *'), '2026-01-01T00:00:00Z', 1), ['2028-02-29T00:00'])
  assert.deepEqual(next(rule('0 0 29 2 *'), '2396-03-01T00:00:00Z', 1), ['2400-02-29T00:00'])
  assert.deepEqual(next(rule('30 12 * * *'), '9999-12-31T12:00:00Z', 5), ['9999-12-31T12:30'])
})

test('SCHED13: extreme windows of cron', () => {
  assert.deepEqual(dues(rule('* * * * *'), 1e300, Infinity), [])
  assert.deepEqual(dues(rule('* * * * *'), -Infinity, -1e300), [])
  const [first] = cronOccurrences(rule('* * * * * *'), -Infinity, Infinity)
  assert.equal(first?.due, at('0001-01-01T00:00:00Z'))
  assert.equal(dues(rule('* * * * * *'), END_OF_TIME - 5_500, Infinity).length, 5)
})

test('SCHED70: five and six fields', () => {
  assert.deepEqual(next(rule(' 30   9 * * * '), '2026-01-01T09:30:00Z', 2), ['2026-01-01T09:30', '2026-01-02T09:30'])
  assert.deepEqual(
    dues(rule('*/20 1 0 * * *'), 0, DAY).map((due) => due - MINUTE),
    [0, 20_000, 40_000],
  )
  assert.equal(cron('0 0 1 jan mon-Fri').text, '0 0 1 JAN MON-FRI')
})

test('SCHED71: lists, ranges, steps', () => {
  assert.deepEqual(cron('0-10/5,3,50/4,*/30 * * * *').minutes, [0, 3, 5, 10, 30, 50, 54, 58])
  assert.deepEqual(cron('*/60 * * * *').minutes, [0])
  assert.deepEqual([...cron('0 0 * * 4/2').weekdays.numbers], [4, 6])
  assert.deepEqual([...cron('0 0 * * 7/3').weekdays.numbers], [0, 3, 6])
})

test('SCHED72: names, and Sunday', () => {
  assert.deepEqual([...cron('0 0 * feb,NOV-dec *').months], [2, 11, 12])
  for (const sunday of ['0', '7', 'sun', '0,7', '7-7'])
    assert.deepEqual([...cron(`0 0 * * ${sunday}`).weekdays.numbers], [0])
  assert.deepEqual([...cron('0 0 * * FRI-SUN').weekdays.numbers], [5, 6, 0])
  assert.deepEqual([...cron('0 0 * * 5-7').weekdays.numbers], [5, 6, 0])
  assert.equal(cron('0 0 * * 0-7').weekdays.numbers.size, 7)
})

test('SCHED73: special days of month', () => {
  assert.deepEqual(dates('L * ?', 3), ['2026-01-31', '2026-02-28', '2026-03-31'])
  assert.deepEqual(dates('L-3 * *', 2), ['2026-01-28', '2026-02-25'])
  assert.deepEqual(dates('L-30 * *', 2), ['2026-01-01', '2026-03-01'])
  // 15 February and 15 March 2026 are Sundays, 15 August a Saturday.
  assert.deepEqual(dates('15W 2,8 *', 2), ['2026-02-16', '2026-08-14'])
  // 1 August is a Saturday, 31 May and 31 January are a Sunday and a Saturday.
  assert.deepEqual(dates('1W 8 *', 1), ['2026-08-03'])
  assert.deepEqual(dates('31W * *', 4), ['2026-01-30', '2026-03-31', '2026-05-29', '2026-07-31'])
  assert.deepEqual(dates('LW 1,2,5 *', 3), ['2026-01-30', '2026-02-27', '2026-05-29'])
})

test('SCHED74: special days of week', () => {
  assert.deepEqual(dates('* * MON#2', 2), ['2026-01-12', '2026-02-09'])
  assert.deepEqual(dates('* * 7#5', 2), ['2026-03-29', '2026-05-31'])
  assert.deepEqual(dates('* * 5L', 2), ['2026-01-30', '2026-02-27'])
  assert.deepEqual(dates('* * friL,1#1', 3), ['2026-01-05', '2026-01-30', '2026-02-02'])
})

test('SCHED75: a question mark', () => {
  assert.deepEqual(dates('? * MON', 2), ['2026-01-05', '2026-01-12'])
  assert.deepEqual(dates('2 * ?', 2), ['2026-01-02', '2026-02-02'])
  assert.match(faultOf('? * * * *'), /^minute field, column 1/)
  assert.match(faultOf('0 0 1,? * *'), /^day of month field, column 7/)
})

test('SCHED76: both day fields', () => {
  assert.deepEqual(dates('13 * FRI', 4), ['2026-01-02', '2026-01-09', '2026-01-13', '2026-01-16'])
  assert.deepEqual(dates('*/2 * MON', 3), ['2026-01-05', '2026-01-19', '2026-02-09'])
  assert.deepEqual(dates('* * MON', 1), ['2026-01-05'])
})

test('SCHED77: names with @', () => {
  const first = (name: string): string => next(rule(name), '2026-01-01T00:00:01Z', 1)[0] ?? ''
  assert.equal(first('@yearly'), '2027-01-01T00:00')
  assert.equal(first('@Annually'), '2027-01-01T00:00')
  assert.equal(first('@monthly'), '2026-02-01T00:00')
  assert.equal(first('@weekly'), '2026-01-04T00:00')
  assert.equal(first('@daily'), '2026-01-02T00:00')
  assert.equal(first('@midnight'), '2026-01-02T00:00')
  assert.equal(first('@hourly'), '2026-01-01T01:00')
})

test('SCHED78: what is wrong', () => {
  assert.equal(faultOf('0 25 * * *'), 'hour field, column 3: 25 is not 0 to 23')
  assert.equal(faultOf('0 1,2,30 * * *'), 'hour field, column 7: 30 is not 0 to 23')
  assert.equal(
    faultOf('0 0 * * MUN'),
    "day of week field, column 9: expected 0 to 7 or SUN to SAT, as 1-5, MON-FRI or MON#2, not 'MUN'",
  )
  assert.equal(faultOf('5-1 * * * *'), 'minute field, column 1: the range 5-1 goes backwards; write two, with a comma')
  assert.equal(faultOf('*/0 * * * *'), "minute field, column 1: expected a step of 1 to 60, not '0'")
  assert.match(faultOf('* * * *'), /^expected 5 or 6 fields .*, not 4$/)
  assert.match(faultOf(''), /not 0$/)
  assert.match(faultOf('@reboot'), /^unknown name @reboot: expected one of @yearly/)
  assert.equal(faultOf('0 0 30 2 *'), 'never due: no year has such a day (30 2 *)')
  assert.match(faultOf('0 0 L-30 FEB *'), /^never due/)
  assert.match(faultOf('0 0 * * L'), /5L for the month's last Friday/)
  assert.match(faultOf('0 0 * * 1#6'), /expected 1 to 5 after #, not '6'/)
  assert.match(faultOf('0 0 L-31 * *'), /no month has 31 days before its last/)
  assert.match(faultOf('1/2/3 * * * *'), /more than one \//)
  assert.match(faultOf('1-2-3 * * * *'), /a range of two values/)
  assert.match(faultOf('1,, * * * *'), /column 3: expected 0 to 59, as \*\/15, not nothing/)
  assert.match(faultOf('* '.repeat(300)), /longer than 500/)
  const mess = fc.string({ unit: fc.constantFrom(...'0159*/-,?LW#@ MONJAN\t'.split('')), maxLength: 30 })
  fc.assert(fc.property(mess, (text) => assert.ok(faultOf(text).length > 0)))
})

// Minute by minute over UTC: whether the clock shows a time of the expression. That is what folds `both` and gaps `skip` mean.
test('SCHED80: what clocks show, minute by minute', () => {
  const clocks = rules.map((one): CronRule => ({ ...one, dst: { gap: 'skip', fold: 'both' } }))
  fc.assert(
    fc.property(clocks, froms, (one, near) => {
      const from = Math.floor(near / MINUTE) * MINUTE
      const expected: number[] = []
      const shown = onDates(one, from - 2 * DAY, from + 3 * DAY)
      for (let due = from; due < from + DAY; due += MINUTE) {
        const local = one.zone.localAt(due)
        const day = Math.floor(local / DAY)
        const [hour, minute] = [Math.floor((local - day * DAY) / HOUR), Math.floor(local / MINUTE) % 60]
        if (shown.has(day) && one.cron.hours.includes(hour) && one.cron.minutes.includes(minute)) expected.push(due)
      }
      assert.deepEqual(dues(one, from, from + DAY), expected)
    }),
    { numRuns: 60 },
  )
  const shifted = rule('30 2 * * *', { zone: zone('America/New_York'), dst: { gap: 'shift', fold: 'first' } })
  assert.deepEqual(next(shifted, '2026-03-08T00:00:00Z', 1), ['2026-03-08T07:30'])
  const together = rule('0,30 2,3 * * *', { zone: zone('America/New_York'), dst: { gap: 'shift', fold: 'first' } })
  assert.equal(dues(together, at('2026-03-08T00:00:00Z'), at('2026-03-09T00:00:00Z')).length, 2)
})

// The local dates of an expression, by asking for its midnights in UTC.
function onDates(one: CronRule, from: number, to: number): Set<number> {
  const midnights: CronRule = {
    ...one,
    zone: zone('UTC'),
    cron: { ...one.cron, hours: [0], minutes: [0], seconds: [0] },
  }
  return new Set(dues(midnights, Math.floor(from / DAY) * DAY, to).map((due) => due / DAY))
}

test('SCHED81: odd local times unless said', () => {
  assert.deepEqual(cronDst(cron('30 1 * * *')), DEFAULT_DST)
  assert.deepEqual(cronDst(cron('30 0-23 * * *')), DEFAULT_DST)
  const autumn = [at('2026-11-01T05:00:00Z'), at('2026-11-01T07:00:00Z')] as const
  const inNewYork = (text: string): number => dues(rule(text, { zone: zone('America/New_York') }), ...autumn).length
  assert.equal(inNewYork('*/30 * * * *'), 4)
  assert.equal(inNewYork('0 */1 * * *'), 2)
  assert.equal(inNewYork('*/30 1 * * *'), 2)
  const spring = [at('2026-03-08T06:00:00Z'), at('2026-03-08T09:00:00Z')] as const
  assert.equal(dues(rule('0 * * * *', { zone: zone('America/New_York') }), ...spring).length, 3)
  assert.equal(dues(rule('30 2 * * *', { zone: zone('America/New_York') }), ...spring).length, 0)
})

test('SCHED82: args of cron', () => {
  const [first] = cronOccurrences(rule('30 9 * * *', { zone: zone('Asia/Tokyo') }), 0, DAY)
  assert.deepEqual(first?.args, {
    calendar: 'all days',
    date: '1970-01-01',
    daytime: '09:30:00',
    time: '1970-01-01T00:30:00+00:00',
    tz: 'Asia/Tokyo',
  })
})

test('SCHED83: a calendar that never agrees', () => {
  const never = rule('0 0 * * SAT', { calendar: builtInCalendar('Mon-Fri') ?? NO_DAYS })
  assert.deepEqual(dues(never, 0, Infinity), [])
  assert.deepEqual(dues(rule('* * * * *', { calendar: NO_DAYS }), 0, Infinity), [])
})
