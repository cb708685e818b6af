import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY, HOUR, MAX_ZONES, parseInstant, parseZone, type Zone } from './index.ts'

// Zones with jumps of a day, of half an hour, negative DST, DST ended and begun, and plain ones.
const ODD = [
  'Africa/Cairo',
  'Africa/Casablanca',
  'Africa/Monrovia',
  'America/Havana',
  'America/New_York',
  'America/Nuuk',
  'America/Santiago',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Antarctica/Troll',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Manila',
  'Asia/Tehran',
  'Asia/Tokyo',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'EST',
  'Europe/Dublin',
  'Europe/London',
  'Europe/Paris',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kwajalein',
  'US/Eastern',
  'UTC',
] as const
const ALL = Intl.supportedValuesOf('timeZone')

function zone(name: string): Zone {
  const parsed = parseZone(name)
  assert.ok(parsed.ok, name)
  return parsed.value
}

function instant(text: string): number {
  const parsed = parseInstant(text)
  assert.ok(parsed.ok, text)
  return parsed.value
}

function offset(name: string, at: number): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name).offsetNanoseconds / 1e6
}

// The instants at which Temporal shows a local time, and whether it is in a gap.
function meaning(name: string, local: number): { readonly instants: readonly number[]; readonly gap: boolean } {
  const plain = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime()
  const [earlier, later] = (['earlier', 'later'] as const).map(
    (disambiguation) => plain.toZonedDateTime(name, { disambiguation }).epochMilliseconds,
  )
  if (earlier === undefined || later === undefined) throw new Error('two meanings')
  if (earlier === later) return { instants: [earlier], gap: false }
  const gap = earlier + offset(name, earlier) !== local
  return { instants: gap ? [] : [earlier, later], gap }
}

// Instants just around changes of offset, and anywhere.
function instants(name: string): fc.Arbitrary<number> {
  const anywhere = fc.integer({ min: instant('0001-01-03T00:00:00Z'), max: instant('9999-12-28T00:00:00Z') })
  const lately = fc.integer({ min: instant('1900-01-01T00:00:00Z'), max: instant('2200-01-01T00:00:00Z') })
  const nearChange = fc
    .tuple(fc.oneof(lately, anywhere), fc.integer({ min: -25 * 60, max: 25 * 60 }))
    .map(([at, minutes]) => {
      const next = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name).getTimeZoneTransition('next')
      const change =
        next === null || next.epochMilliseconds > instant('9999-12-28T00:00:00Z') ? at : next.epochMilliseconds
      return change + minutes * 60_000
    })
  return fc.oneof(lately, anywhere, nearChange)
}

test('TIME20: names of zones', () => {
  for (const name of ['UTC', 'EST', 'US/Eastern', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires', 'GMT']) {
    assert.equal(parseZone(name).ok, true, name)
  }
  for (const name of ['Z', '+05:00', '-0500', 'local', '', 'Mars/Olympus', 'Europe/Paris ', 'UTC+1', '../etc']) {
    assert.deepEqual(parseZone(name), { ok: false, message: `unknown time zone: ${name}` })
  }
  assert.deepEqual(parseZone('us/eastern'), {
    ok: false,
    message: 'unknown time zone: us/eastern: did you mean US/Eastern?',
  })
})

test('TIME21: offsets are those of Temporal', () => {
  for (const name of ODD) {
    fc.assert(
      fc.property(instants(name), (at) => assert.equal(zone(name).offsetAt(at), offset(name, at), `${name} ${at}`)),
      { numRuns: 60 },
    )
  }
})

test('TIME22: the instants of local times are those of Temporal', () => {
  for (const name of [...ODD, ...ALL]) {
    fc.assert(
      fc.property(instants(name), (at) => {
        const local = zone(name).localAt(at)
        const expected = meaning(name, local)
        const found = zone(name).instantsOf(local, { gap: 'skip', fold: 'both' })
        assert.deepEqual(found, expected.instants, `${name} ${at}`)
      }),
      { numRuns: ODD.some((odd) => odd === name) ? 60 : 8 },
    )
  }
})

test('TIME22: every change of recent years, at its edges', () => {
  for (const name of ODD) {
    let at = Temporal.Instant.from('1990-01-01T00:00:00Z').toZonedDateTimeISO(name).getTimeZoneTransition('next')
    for (let count = 0; at !== null && count < 60; count++) {
      const change = at.epochMilliseconds
      for (const near of [-1, 0, 1, -HOUR, HOUR, -DAY, DAY - 1]) {
        for (const base of [offset(name, change - 1), offset(name, change)]) {
          const local = change + base + near
          const found = zone(name).instantsOf(local, { gap: 'skip', fold: 'both' })
          assert.deepEqual(found, meaning(name, local).instants, `${name} ${change} ${near}`)
        }
      }
      at = at.getTimeZoneTransition('next')
    }
  }
})

test('TIME22: far beyond the tables, at the edges of years', () => {
  for (const name of ['America/New_York', 'America/Santiago', 'Australia/Lord_Howe', 'Antarctica/Troll'] as const) {
    for (const year of [2128, 2129, 2130, 2399, 2400, 2401, 2800, 4001, 9998]) {
      for (const edge of [-DAY, -1, 0, 1, DAY]) {
        const at = instant(`${year}-01-01T00:00:00Z`) + edge
        assert.equal(zone(name).offsetAt(at), offset(name, at))
        assert.deepEqual(zone(name).instantsOf(at), meaning(name, at).instants)
      }
    }
  }
})

test('TIME23: gaps and folds', () => {
  const newYork = zone('America/New_York')
  const [gap, fold] = [instant('2026-03-08T02:30:00Z'), instant('2026-11-01T01:30:00Z')]
  assert.deepEqual(newYork.instantsOf(gap), [])
  assert.deepEqual(newYork.meaningOf(gap, { gap: 'next', fold: 'first' }), {
    instants: [instant('2026-03-08T07:00:00Z')],
    kind: 'gap',
  })
  assert.deepEqual(newYork.instantsOf(gap, { gap: 'shift', fold: 'first' }), [instant('2026-03-08T07:30:00Z')])
  const [first, second] = [instant('2026-11-01T05:30:00Z'), instant('2026-11-01T06:30:00Z')]
  assert.deepEqual(newYork.meaningOf(fold), { instants: [first], kind: 'fold' })
  assert.deepEqual(newYork.instantsOf(fold, { gap: 'skip', fold: 'second' }), [second])
  assert.deepEqual(newYork.instantsOf(fold, { gap: 'skip', fold: 'both' }), [first, second])

  const lordHowe = zone('Australia/Lord_Howe')
  assert.deepEqual(lordHowe.instantsOf(instant('2026-10-04T02:15:00Z')), [])
  assert.deepEqual(lordHowe.instantsOf(instant('2026-10-04T02:15:00Z'), { gap: 'shift', fold: 'first' }), [
    instant('2026-10-03T15:45:00Z'),
  ])

  // The whole of 2011-12-30 was skipped.
  const apia = zone('Pacific/Apia')
  assert.deepEqual(apia.instantsOf(instant('2011-12-30T10:00:00Z')), [])
  assert.deepEqual(apia.instantsOf(instant('2011-12-30T10:00:00Z'), { gap: 'next', fold: 'first' }), [
    instant('2011-12-30T10:00:00Z'),
  ])
  assert.deepEqual(apia.instantsOf(instant('2011-12-30T10:00:00Z'), { gap: 'shift', fold: 'first' }), [
    instant('2011-12-30T20:00:00Z'),
  ])
})

test('TIME23: shift and first are what Temporal calls compatible', () => {
  for (const name of ODD) {
    fc.assert(
      fc.property(instants(name), fc.integer({ min: -90, max: 90 }), (at, minutes) => {
        const local = zone(name).localAt(at) + minutes * 60_000
        const plain = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime()
        const compatible = plain.toZonedDateTime(name, { disambiguation: 'compatible' }).epochMilliseconds
        assert.deepEqual(
          zone(name).instantsOf(local, { gap: 'shift', fold: 'first' }),
          [compatible],
          `${name} ${local}`,
        )
      }),
      { numRuns: 40 },
    )
  }
})

test('TIME24: plain instants', () => {
  for (const name of ODD) {
    fc.assert(
      fc.property(instants(name), (at) => {
        const start = Math.floor(zone(name).localAt(at) / DAY) * DAY
        const plain = zone(name).plainInstant(start, start + DAY)
        if (Number.isNaN(plain)) return
        for (const after of [0, HOUR, 12 * HOUR, DAY - 1]) {
          assert.deepEqual(zone(name).instantsOf(start + after, { gap: 'skip', fold: 'both' }), [plain + after])
        }
      }),
      { numRuns: 40 },
    )
  }
  const newYork = zone('America/New_York')
  const changeDay = instant('2026-03-08T00:00:00Z')
  assert.ok(Number.isNaN(newYork.plainInstant(changeDay, changeDay + DAY)))
  assert.equal(newYork.plainInstant(changeDay, changeDay + 2 * HOUR), instant('2026-03-08T05:00:00Z'))
})

test('TIME25: zones come and go', () => {
  const before = zone('Europe/Paris')
  assert.equal(zone('Europe/Paris'), before)
  assert.ok(ALL.length > MAX_ZONES)
  for (const name of ALL) zone(name)
  for (const name of ALL) zone(name)
  assert.notEqual(zone('Europe/Paris'), before)
})
