import type { Comparison } from './due.ts'
import { timeText } from './due.ts'
import { explicitDues, intervalDues } from './plain-rules.ts'
import { HOUR, MINUTE, SECOND } from './units.ts'
import type { OddWindow } from './window.ts'

const INTERVALS = [
  { interval: HOUR, phase: 0, epoch: 0 },
  { interval: 7 * MINUTE + 13 * SECOND, phase: 5 * MINUTE + SECOND, epoch: 0 },
  { interval: 36 * HOUR, phase: HOUR, epoch: Date.UTC(2000, 1, 29, 12, 30) },
]

/** Schedules that know no zone: a change of clocks is like any other time to them. */
export function* plainCases({ transition: { at }, daytimes, from, to }: OddWindow): Generator<Comparison> {
  const [begin, end] = [at - 3 * HOUR - 17 * SECOND, at + 3 * HOUR]
  for (const { interval, phase, epoch } of INTERVALS) {
    const schedule = { type: 'interval', interval: interval / SECOND, phase: phase / SECOND, epoch: timeText(epoch) }
    yield {
      schedule,
      from: begin,
      to: end,
      expected: intervalDues(interval, phase, epoch, begin, end),
      everywhere: false,
    }
  }
  const times = [at, ...daytimes.map((daytime) => from + daytime), at - SECOND, at, to].reverse()
  yield {
    schedule: { type: 'explicit', times: times.map(timeText) },
    from,
    to,
    expected: explicitDues(times, from, to),
    everywhere: false,
  }
}
