import type { Clock } from './clock.ts'
import { ClockTable } from './clock-table.ts'
import type { Transition } from './transitions.ts'
import { DAY, HOUR, MINUTE, SECOND } from './units.ts'

/** Longer than a window and its margins. */
const REACH = 8 * DAY

/** A transition day and its neighbours, as clocks show them. */
export interface OddWindow {
  readonly table: ClockTable
  readonly transition: Transition
  /** Three local days, or a little more: [from, to). */
  readonly from: number
  readonly to: number
  /** Ms since midnight: a grid around what clocks skip or repeat, its very ends, and some of any day. Ascending. */
  readonly daytimes: readonly number[]
}

/** The window of a transition; `near` are the transitions from days before to days after it, as `nearby` has them. */
export function oddWindow(clock: Clock, transition: Transition, near: readonly Transition[]): OddWindow {
  const { at, before, after } = transition
  const [first, last] = [
    Math.floor((at + Math.min(before, after)) / DAY),
    Math.floor((at + Math.max(before, after)) / DAY),
  ]
  const from = (first - 1) * DAY - before
  const to = (last + 2) * DAY - after
  // The table reaches over the window by as much as clocks are moved: what falls into it is then shown in the table each time.
  const margin = Math.max(...near.map((other) => Math.abs(other.after - other.before))) + 2 * HOUR
  const table = new ClockTable(clock, from - margin, to + margin, near)
  return { table, transition, from, to, daytimes: daytimesAround(transition) }
}

/** Those of a zone's transitions that are so near to one that its window may show them; it is one of them. */
export function nearby(transition: Transition, all: readonly Transition[]): Transition[] {
  return all.filter(({ at }) => Math.abs(at - transition.at) < REACH)
}

function daytimesAround({ at, before, after }: Transition): number[] {
  const [low, high] = [at + Math.min(before, after), at + Math.max(before, after)]
  const grid = Math.max(15 * MINUTE, Math.floor((high - low) / 4 / MINUTE) * MINUTE)
  const readings = [0, 12 * HOUR, DAY - SECOND, low - SECOND, low + 250, high - SECOND, high]
  for (let reading = low - 2 * grid; reading <= high + 2 * grid; reading += grid) readings.push(reading)
  return [...new Set(readings.map((reading) => ((reading % DAY) + DAY) % DAY))].sort((a, b) => a - b)
}
