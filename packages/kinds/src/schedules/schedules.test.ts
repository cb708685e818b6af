import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@apsis/core/json'
import type { KindSyntax, ScheduleSpec } from '@apsis/core/kind'
import { formatInstant } from '@apsis/core/time'
import { due, FROM, faultsOf, parse, specOf } from '../builtin/sample.test.ts'
import { daytime } from '../stops/daytime/spec.ts'
import { duration } from '../stops/duration/spec.ts'
import { PLAIN_ENVIRONMENT } from '@apsis/core/template'
import { daily as dailyOf } from './daily/spec.ts'
import { interval } from './interval/spec.ts'

const daily = dailyOf(PLAIN_ENVIRONMENT.calendars)

test('KSCHED1: intervals', () => {
  assert.deepEqual(due(interval, { interval: '8 h', phase: '30 m' }, 3), [
    '2026-01-01T00:30:00',
    '2026-01-01T08:30:00',
    '2026-01-01T16:30:00',
  ])
  assert.deepEqual(due(interval, { interval: '7 d' }, 2), ['2026-01-01T00:00:00', '2026-01-08T00:00:00'])
  assert.deepEqual(due(interval, { interval: '7 d', epoch: '2026-01-05' }, 2), [
    '2026-01-05T00:00:00',
    '2026-01-12T00:00:00',
  ])
  assert.deepEqual(due(interval, { interval: '7 d', epoch: '2026-01-05T06:00:00+01:00' }, 1), ['2026-01-05T05:00:00'])
  const [first] = specOf(interval, { interval: 60 }).occurrences(FROM, FROM + 60_000)
  assert.deepEqual({ ...first?.args }, { time: '2026-01-01T00:00:00+00:00', date: '2026-01-01', daytime: '00:00:00' })
})

test('KSCHED2: bounds of intervals', () => {
  assert.deepEqual(faultsOf(interval, { interval: 0 }), ['interval: invalid interval: 0'])
  assert.deepEqual(faultsOf(interval, { interval: '1 h', phase: '1 h' }), ['phase: phase not between 0 and interval'])
  assert.deepEqual(faultsOf(interval, { interval: '1 h', phase: -1 }), ['phase: phase not between 0 and interval'])
  assert.deepEqual(faultsOf(interval, {}), [': missing key: interval'])
  assert.deepEqual(faultsOf(interval, { interval: true }), ["interval: can't parse as duration: true"])
  assert.deepEqual(faultsOf(interval, { interval: 1, epoch: 'soon' }), [
    'epoch: not a date, and not a time (as 2026-01-31, or 2026-01-31T09:00:00Z)',
  ])
})

test('KSCHED3: daily', () => {
  const value = { tz: 'America/New_York', calendar: 'Mon-Fri', daytime: ['16:00:00', '09:30:00', '9:30:00'] }
  assert.deepEqual(due(daily, value, 4), [
    '2026-01-01T14:30:00',
    '2026-01-01T21:00:00',
    '2026-01-02T14:30:00',
    '2026-01-02T21:00:00',
  ])
  assert.deepEqual(due(daily, { tz: 'Asia/Tokyo', daytime: 32_400 }, 1), ['2026-01-01T00:00:00'])
  const [first] = specOf(daily, value).occurrences(FROM, FROM + 86_400_000)
  assert.deepEqual(
    { ...first?.args },
    {
      calendar: 'Mon-Fri',
      date: '2026-01-01',
      daytime: '09:30:00',
      time: '2026-01-01T14:30:00+00:00',
      tz: 'America/New_York',
    },
  )
})

test('KSCHED4: shifts and odd days', () => {
  const value = { tz: 'UTC', calendar: 'Mon-Fri', daytime: '01:00:00' }
  assert.deepEqual(due(daily, { ...value, date_shift: 1 }, 1), ['2026-01-01T01:00:00'])
  assert.deepEqual(due(daily, { ...value, cal_shift: -1, date_shift: 0 }, 1), ['2026-01-01T01:00:00'])
  const spring = { tz: 'Europe/Paris', daytime: '02:30:00' }
  const march = Date.UTC(2026, 2, 28, 12)
  assert.deepEqual(due(daily, spring, 1, march), ['2026-03-30T00:30:00'])
  assert.deepEqual(due(daily, { ...spring, dst: { gap: 'shift' } }, 1, march), ['2026-03-29T01:30:00'])
})

test('KSCHED5: mistakes in a daily schedule', () => {
  assert.deepEqual(faultsOf(daily, { tz: 'Paris', calendar: 'Mon-Fir', daytime: '9:00', date_shift: 1.5 }).length, 4)
  assert.deepEqual(faultsOf(daily, { tz: 'UTC', daytime: '09:00' }), [
    'daytime: can\'t parse as daytime: 09:00: expected HH:MM:SS (write "09:00:00": hours, minutes and seconds are needed)',
  ])
  assert.deepEqual(faultsOf(daily, { tz: 'UTC', daytime: [] }), ['daytime: expected at least one daytime'])
  assert.deepEqual(faultsOf(daily, { tz: 'UTC', daytime: '09:00:00', calendar: 'holidays' }), [
    'calendar: no such calendar: holidays (as all, none, Mon-Fri or Mon,Wed,Fri)',
  ])
  assert.deepEqual(faultsOf(daily, { tz: 'UTC', daytime: '09:00:00', dst: { gap: 'slip' } }), [
    "dst.gap: expected one of skip, next, shift, not text 'slip' (did you mean 'skip'?)",
  ])
  assert.deepEqual(faultsOf(daily, {}), [': missing key: tz', ': missing key: daytime'])
})

test('KSCHED6: stop times', () => {
  assert.equal(specOf(duration, { duration: '1.5 h' }).stopTime(FROM), FROM + 5_400_000)
  const stop = specOf(daytime, { daytime: '01:00:00', tz: 'Europe/Paris' })
  assert.equal(formatInstant(stop.stopTime(FROM)), '2026-01-02T00:00:00+00:00')
  assert.deepEqual(faultsOf(duration, { duration: -1 }), ['duration: a run cannot be stopped before it is due'])
  assert.deepEqual(faultsOf(daytime, { daytime: '25:00:00', tz: 'UTC' }).length, 1)
})

test('KSCHED7: texts', () => {
  assert.equal(specOf(interval, { interval: '1.5 h' }).str, 'every 5400 sec')
  assert.equal(specOf(daily, { tz: 'UTC', daytime: '09:00:00' }).str, 'all days at 09:00:00 UTC')
  assert.equal(
    specOf(daily, { tz: 'UTC', calendar: 'Mon', daytime: ['10:00:00', '9:00:00'], cal_shift: 2, date_shift: -1 }).str,
    'Mon at 09:00:00, 10:00:00 UTC +2 cal days -1 days',
  )
  assert.equal(specOf(duration, { duration: 90 }).str, 'stop 90 s after schedule time')
  assert.equal(specOf(daytime, { daytime: '17:00:00', tz: 'UTC' }).str, 'stop at 17:00:00 UTC after schedule time')
})

test('KSCHED8: the normal form is accepted back', () => {
  const samples: [KindSyntax<ScheduleSpec>, JsonObject][] = [
    [interval, { interval: 90.5, phase: '10', epoch: '2026-01-05' }],
    [interval, { interval: '1 d' }],
    [daily, { tz: 'US/Eastern', calendar: 'Mon,Wed-Fri', daytime: 3600, cal_shift: 1, dst: { fold: 'both' } }],
  ]
  for (const [kind, value] of samples) {
    const { json } = specOf(kind, value)
    assert.deepEqual(specOf(kind, json).json, json)
    assert.deepEqual(due(kind, json, 50), due(kind, value, 50))
  }
  const { json } = specOf(daytime, { daytime: 3600, tz: 'UTC' })
  assert.deepEqual(specOf(daytime, json).json, json)
})

test('KSCHED9: types that are not here', () => {
  for (const type of ['weekly', 'apsis.schedule.test.Custom']) {
    const parsed = parse(`program: {type: no-op}\nschedule: {type: ${type}}`)
    assert.ok(!parsed.ok)
    assert.equal(parsed.diagnostics[0]?.message, `unknown schedule type: ${type}`)
    assert.match(parsed.diagnostics[0]?.hint ?? '', /daily-interval, explicit/)
  }
})

test('KSCHED10: remarks', () => {
  const remarks = (kind: KindSyntax<ScheduleSpec>, value: JsonObject): readonly string[] =>
    specOf(kind, value).remarks?.(FROM) ?? []
  assert.deepEqual(remarks(interval, { interval: '8 h' }), [])
  assert.equal(remarks(interval, { interval: '5 h' }).length, 1)
  assert.equal(remarks(interval, { interval: '7 d' }).length, 1)
  const paris = { tz: 'Europe/Paris', daytime: ['02:30:00', '09:00:00'] }
  assert.deepEqual(remarks(daily, paris), [
    '2026-03-29 02:30:00 Europe/Paris: clocks skip it, so it is not due',
    '2026-10-25 02:30:00 Europe/Paris: clocks show it twice; due the first time',
  ])
  assert.deepEqual(remarks(daily, { ...paris, dst: { gap: 'next', fold: 'both' } }), [
    '2026-03-29 02:30:00 Europe/Paris: clocks skip it; due when they have',
    '2026-10-25 02:30:00 Europe/Paris: clocks show it twice; due both times',
  ])
  assert.deepEqual(remarks(daily, { ...paris, daytime: '04:00:00' }), [])
  assert.deepEqual(remarks(daily, { tz: 'UTC', daytime: '02:30:00' }), [])
})
