import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../random/index.ts'
import { checkGroup, groupsOf } from './check-group.ts'
import { checkZone } from './check-zone.ts'
import { clockOf } from './clock.ts'
import { ClockTable } from './clock-table.ts'
import { compareSchedule, compareStop } from './compare.ts'
import { dailyDues, dailyJson } from './daily-rule.ts'
import type { Report } from './report.ts'
import { daytimeStopOf } from './stop-rule.ts'
import { findTransitions } from './transitions.ts'
import { DAY, HOUR, MINUTE } from './units.ts'
import { zoneNames } from './zone-names.ts'

/** A half hour, a negative summer, two missing days, Ramadan, late decisions, and the usual ones. */
const ZONES = [
  'Australia/Lord_Howe',
  'Europe/Dublin',
  'Pacific/Apia',
  'Pacific/Kwajalein',
  'Africa/Casablanca',
  'Africa/Cairo',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Gaza',
  'Antarctica/Troll',
  'Africa/Monrovia',
]
/** Transitions of each that are tried here; `npm run oracle` tries all, of all zones. */
const TRIED = 3

function assertNone({ told, comparisons }: Report): void {
  assert.deepEqual(told, [])
  assert.ok(comparisons > 0)
}

for (const zone of ZONES) {
  test(`ORACLE2: ${zone}`, () => {
    const { transitions, report } = checkZone(zone)
    assertNone(report)
    const groups = groupsOf(new Map([[zone, transitions]]))
    assert.equal(groups.length, transitions.length)
    const random = new Random(zone.length)
    // The widest first: a missing day must not be left to chance.
    const jump = ({ transition: { before, after } }: (typeof groups)[number]): number => Math.abs(after - before)
    const [widest, ...others] = groups.toSorted((a, b) => jump(b) - jump(a))
    assert.ok(widest)
    const chosen = Array.from({ length: Math.min(TRIED - 1, others.length) }, () => others[random.below(others.length)])
    for (const group of [widest, ...chosen]) if (group !== undefined) assertNone(checkGroup(group))
  })
}

test('ORACLE3: tells a difference', () => {
  const transition = { at: Date.UTC(2026, 2, 8, 7), before: -5 * HOUR, after: -4 * HOUR }
  const table = new ClockTable(clockOf('America/New_York'), transition.at - 2 * DAY, transition.at + 2 * DAY, [
    transition,
  ])
  const [from, to] = [transition.at - DAY, transition.at + DAY]
  const daily = { calendar: 'all', calShift: 0, dateShift: 0, daytimes: [2.5 * HOUR] }
  const skip = { ...daily, dst: { gap: 'skip', fold: 'first' } } as const
  const next = { ...daily, dst: { gap: 'next', fold: 'first' } } as const
  const expected = dailyDues(table, next, from, to)
  assert.equal(expected.length, 3)
  const comparison = { schedule: dailyJson(next), from, to, expected, everywhere: true }
  assert.equal(compareSchedule(comparison, 'America/New_York'), null)
  const missing = compareSchedule({ ...comparison, schedule: dailyJson(skip) }, 'America/New_York')
  assert.match(missing?.expected ?? '', /^2026-03-08T07:00:00\+00:00 /)
  assert.match(missing?.got ?? '', /^2026-03-09T06:30:00/)
  assert.notEqual(compareSchedule({ ...comparison, expected: expected.slice(1) }, 'America/New_York'), null)
  assert.notEqual(compareSchedule({ ...comparison, expected: expected.slice(0, 1) }, 'America/New_York'), null)
  const stop = daytimeStopOf(table, 3 * HOUR, from)
  assert.ok(stop !== null)
  const stops = { stop: { type: 'daytime', daytime: '03:00:00', tz: '*' }, dues: [from], everywhere: true }
  assert.equal(compareStop({ ...stops, expected: [stop] }, 'America/New_York'), null)
  assert.notEqual(compareStop({ ...stops, expected: [stop + MINUTE] }, 'America/New_York'), null)
})

test('ORACLE4: the transitions that Intl shows', () => {
  const year = (zone: string, from: number): string[] =>
    findTransitions(clockOf(zone), Date.UTC(from, 0, 1), Date.UTC(from + 1, 0, 1)).map(
      ({ at, before, after }) => `${new Date(at).toISOString().slice(0, 19)} ${before / MINUTE} ${after / MINUTE}`,
    )
  assert.deepEqual(year('Australia/Lord_Howe', 2025), ['2025-04-05T15:00:00 660 630', '2025-10-04T15:30:00 630 660'])
  assert.deepEqual(year('Pacific/Apia', 2011), [
    '2011-04-02T14:00:00 -600 -660',
    '2011-09-24T14:00:00 -660 -600',
    '2011-12-30T10:00:00 -600 840',
  ])
  assert.deepEqual(year('Africa/Monrovia', 1972), ['1972-01-07T00:44:30 -44.5 0'])
  assert.deepEqual(year('UTC', 2025), [])
})

test('ORACLE4: steps of the table', () => {
  const table = (zone: string, at: number): ClockTable =>
    new ClockTable(clockOf(zone), at - 6 * HOUR, at + 6 * HOUR, findTransitions(clockOf(zone), at - DAY, at + DAY))
  const monrovia = table('Africa/Monrovia', Date.UTC(1972, 0, 7))
  assert.equal(monrovia.step, 30_000)
  assert.deepEqual(monrovia.timesOf(Date.UTC(1972, 0, 7, 0, 20)), [])
  assert.deepEqual(monrovia.timesOf(Date.UTC(1972, 0, 7, 1, 0)), [Date.UTC(1972, 0, 7, 1, 0)])
  assert.deepEqual(monrovia.timesOf(Date.UTC(1972, 0, 6, 23, 0, 1)), [Date.UTC(1972, 0, 6, 23, 44, 31)])
  const paris = table('Europe/Paris', Date.UTC(2026, 9, 25, 1))
  assert.equal(paris.step, MINUTE)
  const twice = [Date.UTC(2026, 9, 25, 0, 30, 15), Date.UTC(2026, 9, 25, 1, 30, 15)]
  assert.deepEqual(paris.timesOf(Date.UTC(2026, 9, 25, 2, 30, 15)), twice)
})

test('ORACLE1: no name of a zone is left out', () => {
  const names = zoneNames()
  assert.equal(new Set(names).size, names.length)
  for (const name of ['US/Eastern', 'Etc/GMT+12', 'EST5EDT', 'Asia/Kathmandu', ...ZONES])
    assert.ok(names.includes(name), name)
})
