import { POLICIES, type Policy } from './clock-table.ts'
import { cronDues, cronReadings, defaultPolicy } from './cron-rule.ts'
import { ANY_ZONE, type Comparison } from './due.ts'
import { HOUR, MINUTE } from './units.ts'
import type { OddWindow } from './window.ts'

/** Expressions for every hour, for parts of it and for fixed daytimes: by the default policy, and by each. */
export function* cronCases({ table, transition, from, to }: OddWindow): Generator<Comparison> {
  const { at, before, after } = transition
  const jump = Math.abs(after - before)
  const near = { from: Math.max(from, at - jump - 3 * HOUR), to: Math.min(to, at + jump + 3 * HOUR) }
  // The daytimes in the midst of what clocks skip or repeat, and at its ends.
  const odd = new Date(at + Math.min(before, after) + Math.floor(jump / 2 / MINUTE) * MINUTE)
  const [first, last] = [new Date(at + Math.min(before, after)), new Date(at + Math.max(before, after))]
  const [minute, hour, day, month, weekday] = [
    odd.getUTCMinutes(),
    odd.getUTCHours(),
    odd.getUTCDate(),
    odd.getUTCMonth() + 1,
    odd.getUTCDay(),
  ]
  const whole = { from, to }
  const tries = [
    { cron: '0 * * * *', ...whole },
    { cron: '10-59/25 */2 * * *', ...whole },
    { cron: `${minute} ${hour} * * *`, ...whole },
    { cron: `${first.getUTCMinutes()} ${first.getUTCHours()} * ${month} *`, ...whole },
    { cron: `${last.getUTCMinutes()} ${last.getUTCHours()} ${last.getUTCDate()} * *`, ...whole },
    { cron: `0,${minute} ${hour},12 ${day} * ${weekday}`, ...whole },
    { cron: '15,45 0-4,22-23 * * 1-5', ...whole },
    { cron: `*/7 * ${day} * *`, ...near },
    { cron: '30 0-23 * * *', ...whole },
  ]
  for (const [index, { cron, from, to }] of tries.entries()) {
    const schedule = { type: 'cron', tz: ANY_ZONE, cron }
    const readings = cronReadings(table, cron, from, to)
    const expected = (policy: Policy): Comparison['expected'] => cronDues(table, readings, policy, from, to)
    yield { schedule, from, to, expected: expected(defaultPolicy(cron)), everywhere: index < 4 }
    for (const dst of POLICIES) {
      yield { schedule: { ...schedule, dst: { ...dst } }, from, to, expected: expected(dst), everywhere: index === 2 }
    }
  }
  const [begin, end] = [at - 3 * MINUTE, at + 3 * MINUTE]
  const cron = '*/20 * * * * *'
  const expected = cronDues(table, cronReadings(table, cron, begin, end), defaultPolicy(cron), begin, end)
  yield { schedule: { type: 'cron', tz: ANY_ZONE, cron }, from: begin, to: end, expected, everywhere: false }
}
