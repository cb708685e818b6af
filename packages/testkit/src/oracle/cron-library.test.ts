import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registry } from '@apsis/kinds/builtin'
import { Cron } from 'croner'
import { Random } from '../random/index.ts'

const LATER = Date.UTC(2400, 0, 1)
const INSTANTS = 25
const STARTS = [Date.UTC(1999, 11, 31, 23, 59, 30), Date.UTC(2024, 1, 28, 12), Date.UTC(2026, 6, 31, 23)]

// Of what the two have in common: not `?`, `*/n` beside a weekday, `L-n` and `a/n`, which the library reads otherwise or not at all.
const EXPRESSIONS = [
  '* * * * *',
  '*/15 * * * *',
  '7-59/13 */5 * * *',
  '0 9-17/2 * * 1-5',
  '5,10,55 0,12 1,15 * *',
  '0 0 29 2 *',
  '0 0 31 * *',
  '0 0 L * *',
  '0 0 1,L * *',
  '0 0 LW * *',
  '0 0 15W * *',
  '0 0 1W * *',
  '0 0 31W * *',
  '30 6 1W,14W 1-6 *',
  '0 0 * * 5L',
  '0 0 * * 0L,3L',
  '0 0 * * MON#1',
  '0 0 * * 5#5',
  '0 0 * FEB,MAR 2#2,4#4',
  '0 0 13 * FRI',
  '0 0 L * MON',
  '0 12 1-7 JAN-JUN/2 SUN',
  '0 0 * * 7',
  '0 0 * * 5-7',
  '*/20 * * * * *',
  '59 59 23 31 DEC *',
  '1,2,3 */30 4 * * SAT,SUN',
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
]

function ours(cron: string, from: number, tz: string): number[] {
  const kind = registry.schedules.find(({ type }) => type === 'cron')
  assert.ok(kind)
  const dues: number[] = []
  for (const { due } of kind.schema.parse({ type: 'cron', cron, tz }).occurrences(from, LATER)) {
    dues.push(due)
    if (dues.length === INSTANTS) break
  }
  return dues
}

// The library's times are strictly after the one given.
function theirs(cron: string, from: number, tz: string): number[] {
  return new Cron(cron, { timezone: tz, paused: true })
    .nextRuns(INSTANTS, new Date(from - 1_000))
    .map((date) => date.getTime())
}

test('ORACLE7: expressions with everything, beside croner', () => {
  for (const cron of EXPRESSIONS) {
    for (const from of STARTS) {
      const expected = theirs(cron, from, 'UTC')
      assert.equal(expected.length, INSTANTS, cron)
      assert.deepEqual(ours(cron, from, 'UTC'), expected, `${cron} from ${new Date(from).toISOString()}`)
    }
  }
})

test('ORACLE7: random expressions, in zones without changes of clocks, beside croner', () => {
  const random = new Random(20_260_301)
  const zones = ['UTC', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/Phoenix', 'Asia/Tokyo']
  const field = (min: number, max: number, star: number, step: boolean): string => {
    if (random.chance(star)) return '*'
    if (step && random.chance(0.3)) return `*/${1 + random.below(max - min)}`
    const parts = Array.from({ length: 1 + random.below(3) }, () => {
      const first = min + random.below(max - min + 1)
      if (random.chance(0.6)) return `${first}`
      const last = first + random.below(max - first + 1)
      return random.chance(0.5) || last === first
        ? `${first}-${last}`
        : `${first}-${last}/${1 + random.below(last - first)}`
    })
    return parts.join(',')
  }
  for (let tries = 0; tries < 200; tries++) {
    const second = random.chance(0.2) ? `${field(0, 59, 0.2, true)} ` : ''
    const time = `${field(0, 59, 0.3, true)} ${field(0, 23, 0.4, true)}`
    const day = random.chance(0.1) ? 'L' : random.chance(0.1) ? `${1 + random.below(28)}W` : field(1, 28, 0.5, false)
    const weekday = random.chance(0.1) ? `${random.below(7)}#${1 + random.below(4)}` : field(0, 6, 0.5, false)
    const cron = `${second}${time} ${day} ${field(1, 12, 0.6, true)} ${weekday}`
    const zone = zones[random.below(zones.length)] ?? 'UTC'
    const from = Date.UTC(
      2000 + random.below(37),
      random.below(12),
      1 + random.below(28),
      random.below(24),
      random.below(60),
    )
    assert.deepEqual(
      ours(cron, from, zone),
      theirs(cron, from, zone),
      `${cron} ${zone} from ${new Date(from).toISOString()}`,
    )
  }
})
