import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@apsis/core/json'
import type { KindSyntax, ScheduleSpec } from '@apsis/core/kind'
import { PLAIN_ENVIRONMENT } from '@apsis/core/template'
import { due, FROM, faultsOf, jobOf, parse, specOf } from '../builtin/sample.test.ts'
import { cron as cronOf } from './cron/spec.ts'
import { daily as dailyOf } from './daily/spec.ts'
import { dailyInterval as dailyIntervalOf } from './daily-interval/spec.ts'
import { explicit } from './explicit/spec.ts'

const { calendars } = PLAIN_ENVIRONMENT
const [cron, daily, dailyInterval] = [cronOf(calendars), dailyOf(calendars), dailyIntervalOf(calendars)]
const remarks = (kind: KindSyntax<ScheduleSpec>, value: JsonObject): readonly string[] =>
  specOf(kind, value).remarks?.(FROM) ?? []

const HOURS = { tz: 'America/New_York', calendar: 'Mon-Fri', start: '09:00:00', stop: '11:00:00', interval: '1 h' }

test('KSCHED11: daily-interval', () => {
  assert.deepEqual(due(dailyInterval, HOURS, 3), ['2026-01-01T14:00:00', '2026-01-01T15:00:00', '2026-01-02T14:00:00'])
  const shifted = { ...HOURS, start: { daytime: '23:00:00', date_shift: -1 }, stop: { daytime: 3600, cal_shift: 0 } }
  assert.deepEqual(due(dailyInterval, shifted, 2), ['2026-01-01T04:00:00', '2026-01-01T05:00:00'])
  assert.equal(specOf(dailyInterval, HOURS).str, 'Mon-Fri every 3600 sec from 09:00:00 to 11:00:00 America/New_York')
  assert.equal(
    specOf(dailyInterval, { ...shifted, calendar: 'all' }).str,
    'all days every 3600 sec from 23:00:00 -1 days to 01:00:00 America/New_York',
  )
  assert.deepEqual(specOf(dailyInterval, shifted).json['start'], { daytime: '23:00:00', date_shift: -1, cal_shift: 0 })
  assert.deepEqual(faultsOf(dailyInterval, { ...HOURS, interval: 86_400 }), ['interval: invalid interval: 86400'])
  assert.deepEqual(faultsOf(dailyInterval, { ...HOURS, start: '9:00', stop: { date_shift: 1 } }), [
    'start: can\'t parse as daytime: 9:00: expected HH:MM:SS (write "09:00:00": hours, minutes and seconds are needed)',
    'stop: missing key: daytime',
  ])
  const job = jobOf(`program: {type: no-op}\nschedule: {type: apsis.schedule.daily_interval.DailyIntervalSchedule,
  tz: UTC, start: "01:00:00", stop: "02:00:00", interval: 60}`)
  assert.equal(job.schedules[0]?.schedule.type, 'daily-interval')
})

test('KSCHED12: explicit', () => {
  const times = ['2026-02-01T00:00:00Z', '2026-01-01T01:00:00+01:00', '20260201T000000Z']
  assert.deepEqual(due(explicit, { times }, 9), ['2026-01-01T00:00:00', '2026-02-01T00:00:00'])
  assert.deepEqual(due(explicit, { times: '2026-01-01T00:00:00Z' }, 9), ['2026-01-01T00:00:00'])
  assert.equal(specOf(explicit, { times }).str, '2026-01-01T00:00:00+00:00,2026-02-01T00:00:00+00:00')
  assert.deepEqual(faultsOf(explicit, { times: ['2026-01-01'] }).length, 1)
  assert.deepEqual(faultsOf(explicit, {}), [': missing key: times'])
  assert.deepEqual(due(explicit, { times: [] }, 1), [])
})

test('KSCHED13: cron', () => {
  const value = { cron: '30 9 * * mon-fri', tz: 'America/New_York' }
  assert.deepEqual(due(cron, value, 2), ['2026-01-01T14:30:00', '2026-01-02T14:30:00'])
  assert.deepEqual(due(cron, { ...value, calendar: 'Fri' }, 1), ['2026-01-02T14:30:00'])
  assert.equal(specOf(cron, value).str, 'cron 30 9 * * MON-FRI America/New_York')
  assert.equal(specOf(cron, { ...value, calendar: 'Fri' }).str, 'cron 30 9 * * MON-FRI America/New_York on Fri')
  assert.deepEqual(specOf(cron, { cron: '0 * * * *', tz: 'UTC', dst: { fold: 'both' } }).json, {
    type: 'cron',
    cron: '0 * * * *',
    tz: 'UTC',
    calendar: 'all',
  })
  assert.deepEqual(specOf(cron, { cron: '0 * * * *', tz: 'UTC', dst: { fold: 'first' } }).json['dst'], {
    fold: 'first',
  })
  assert.match(
    faultsOf(cron, { ...value, cron: '0 24 * * *' })[0] ?? '',
    /^cron: hour field, column 3: 24 is not 0 to 23 \(as "/,
  )
  assert.match(faultsOf(cron, { ...value, cron: 5 })[0] ?? '', /^cron: expected a text, not number 5/)
  assert.deepEqual(faultsOf(cron, { cron: '@daily' }), [': missing key: tz'])
})

test('KSCHED14: time_shift', () => {
  const value = { tz: 'UTC', daytime: '09:00:00', time_shift: '-10 h' }
  assert.deepEqual(due(daily, value, 1), ['2026-01-01T23:00:00'])
  const [first] = specOf(daily, value).occurrences(FROM, FROM + 86_400_000)
  assert.equal(first?.args['time'], '2026-01-02T09:00:00+00:00')
  assert.equal(specOf(daily, value).str, 'all days at 09:00:00 UTC -36000 sec')
  assert.equal(specOf(daily, { ...value, time_shift: 0 }).json['time_shift'], undefined)
  assert.deepEqual(due(cron, { cron: '0 9 * * *', tz: 'UTC', time_shift: 60 }, 1), ['2026-01-01T09:01:00'])
  assert.deepEqual(due(dailyInterval, { ...HOURS, time_shift: 60 }, 1), ['2026-01-01T14:01:00'])
  for (const time_shift of [1e300, -1e300, 1e12]) assert.deepEqual(due(daily, { ...value, time_shift }, 1), [])
})

test('KSCHED8: normal forms of the other types are accepted back', () => {
  const samples: [KindSyntax<ScheduleSpec>, JsonObject][] = [
    [
      dailyInterval,
      { ...HOURS, start: { daytime: 60, date_shift: '-0', cal_shift: -1 }, time_shift: 5, dst: { gap: 'next' } },
    ],
    [explicit, { times: ['2026-02-01T00:00:00.25Z'] }],
    [cron, { cron: '@Hourly', tz: 'US/Eastern', calendar: 'Mon', dst: { gap: 'shift' }, time_shift: -1 }],
    [cron, { cron: '1 2 3 LW jan ?', tz: 'UTC' }],
    [daily, { tz: 'UTC', daytime: '09:00:00', time_shift: '1 d', date_shift: -0 }],
  ]
  for (const [kind, value] of samples) {
    const { json } = specOf(kind, value)
    assert.deepEqual(specOf(kind, json).json, json)
    assert.deepEqual(due(kind, json, 50), due(kind, value, 50))
  }
})

test('KSCHED15: remarks of the other types', () => {
  const night = { ...HOURS, tz: 'Europe/Paris', calendar: 'all', start: '02:30:00', stop: '04:00:00' }
  assert.deepEqual(remarks(dailyInterval, night), [
    'start 2026-03-29 02:30:00 Europe/Paris: clocks skip it, so nothing is due for that date',
    'start 2026-10-25 02:30:00 Europe/Paris: clocks show it twice; it is the first time',
  ])
  assert.deepEqual(remarks(dailyInterval, { ...HOURS, stop: '09:00:00' }), [
    'stop is not after start on the clock: it is never due',
  ])
  assert.deepEqual(remarks(cron, { cron: '30 2 * * *', tz: 'Europe/Paris' }), [
    '2026-03-29 02:30:00 Europe/Paris: clocks skip it, so it is not due',
    '2026-10-25 02:30:00 Europe/Paris: clocks show it twice; due the first time',
  ])
  assert.equal(remarks(cron, { cron: '* * 2 * * *', tz: 'Europe/Paris' }).length, 10)
  assert.deepEqual(remarks(cron, { cron: '* * * * * *', tz: 'Europe/Paris' }), [])
})

test('KSCHED16: a daytime that is a number is told with what it means', () => {
  const odd = (schedule: string): readonly string[] => {
    const result = parse(`program: {type: no-op}\nschedule: ${schedule}\n`)
    assert.ok(result.ok, schedule)
    assert.ok(result.diagnostics.every(({ code, severity }) => code === 'JOB_VALUE_ODD' && severity === 'warning'))
    return result.diagnostics.map(({ key, message, hint }) => `${key} ${message} | ${hint}`)
  }
  const seconds = 'a number counts seconds since midnight:'
  assert.deepEqual(odd('{type: daily, tz: UTC, daytime: 930}'), [
    `schedule.daytime ${seconds} 930 is 00:15:30 | write "00:15:30", or "09:30:00" if that is meant`,
  ])
  assert.deepEqual(odd('{type: daily, tz: UTC, daytime: [0, "09:30:00", 34200]}'), [
    `schedule.daytime[2] ${seconds} 34200 is 09:30:00 | write "09:30:00"`,
  ])
  assert.deepEqual(odd('{type: daily-interval, tz: UTC, start: 900, stop: {daytime: 1765.5}, interval: 1m}'), [
    `schedule.start ${seconds} 900 is 00:15:00 | write "00:15:00", or "09:00:00" if that is meant`,
    `schedule.stop.daytime ${seconds} 1765.5 is 00:29:25.5 | write "00:29:25.5"`,
  ])
  assert.deepEqual(odd('{start: {type: interval, interval: 1d}, stop: {type: daytime, daytime: 1700, tz: UTC}}'), [
    `schedule.stop.daytime ${seconds} 1700 is 00:28:20 | write "00:28:20", or "17:00:00" if that is meant`,
  ])
})
