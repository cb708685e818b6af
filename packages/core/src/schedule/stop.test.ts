import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY, formatInstant, HOUR, MINUTE, parseInstant, parseZone, type Zone } from '../time/index.ts'
import { daytimeStop, durationStop } from './index.ts'

function instant(text: string): number {
  const parsed = parseInstant(text)
  assert.ok(parsed.ok, text)
  return parsed.value
}

function zone(name: string): Zone {
  const parsed = parseZone(name)
  assert.ok(parsed.ok, name)
  return parsed.value
}

function stop(daytime: number, due: string): string {
  return formatInstant(daytimeStop(daytime, zone('America/New_York'), instant(due))).slice(0, 19)
}

test('SCHED40: stop after a duration', () => {
  assert.equal(durationStop(1e300, 0), Temporal.Instant.from('9999-12-31T23:59:59.999Z').epochMilliseconds)
  assert.equal(durationStop(90 * MINUTE, instant('2026-01-01T00:00:00Z')), instant('2026-01-01T01:30:00Z'))
})

test('SCHED41: stop at a daytime', () => {
  assert.equal(stop(17 * HOUR, '2026-01-05T14:00:00Z'), '2026-01-05T22:00:00')
  assert.equal(stop(9 * HOUR, '2026-01-05T14:00:00Z'), '2026-01-06T14:00:00')
  assert.equal(stop(8 * HOUR, '2026-01-05T14:00:00Z'), '2026-01-06T13:00:00')
  const zones = fc.constantFrom('America/New_York', 'Pacific/Apia', 'Australia/Lord_Howe', 'Europe/Dublin', 'UTC')
  const dues = fc.integer({ min: instant('1990-01-01T00:00:00Z'), max: instant('2140-01-01T00:00:00Z') })
  fc.assert(
    fc.property(zones, dues, fc.integer({ min: 0, max: DAY - 1 }), (name, due, daytime) => {
      const at = daytimeStop(daytime, zone(name), due)
      // A whole day may be skipped on top.
      assert.ok(at > due && at <= due + 2 * DAY + 2 * HOUR)
    }),
    { numRuns: 500 },
  )
})

test('SCHED42: stop in a gap and in a fold', () => {
  assert.equal(stop(150 * MINUTE, '2026-03-08T05:30:00Z'), '2026-03-08T07:00:00')
  assert.equal(stop(100 * MINUTE, '2026-11-01T04:00:00Z'), '2026-11-01T05:40:00')
  assert.equal(stop(100 * MINUTE, '2026-11-01T06:30:00Z'), '2026-11-01T06:40:00')
})
