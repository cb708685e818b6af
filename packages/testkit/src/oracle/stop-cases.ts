import { ANY_ZONE, daytimeText, type Json } from './due.ts'
import { daytimeStopOf } from './stop-rule.ts'
import { DAY, MINUTE, SECOND } from './units.ts'
import type { OddWindow } from './window.ts'

/** A stop schedule as a job file has it, schedule times, and the stop time of each by the rules. */
export interface StopComparison {
  readonly stop: Readonly<Record<string, Json>>
  readonly dues: readonly number[]
  readonly expected: readonly number[]
  /** As of a `Comparison`. */
  readonly everywhere: boolean
}

/** Stops at every daytime of the window, of runs due before, at and after the change of clocks. */
export function* stopCases({ table, transition: { at }, daytimes, to }: OddWindow): Generator<StopComparison> {
  const dues = [at - DAY, at - SECOND, at, at + SECOND]
  for (let due = at - 100 * MINUTE; due <= at + 100 * MINUTE; due += 20 * MINUTE) dues.push(due)
  for (const [index, daytime] of daytimes.entries()) {
    const stops = dues.map((due) => ({ due, stop: daytimeStopOf(table, daytime, due) }))
    const known = stops.flatMap(({ due, stop }) => (stop !== null && stop < to ? [{ due, stop }] : []))
    yield {
      stop: { type: 'daytime', daytime: daytimeText(daytime), tz: ANY_ZONE },
      dues: known.map(({ due }) => due),
      expected: known.map(({ stop }) => stop),
      everywhere: index % 3 === 0,
    }
  }
}
