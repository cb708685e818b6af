import type { Clock, Reading } from './clock.ts'
import type { Transition } from './transitions.ts'
import { MINUTE, SECOND } from './units.ts'

/** What to do with a reading that clocks skip (`gap`) or show twice (`fold`). */
export interface Policy {
  readonly gap: 'skip' | 'next' | 'shift'
  readonly fold: 'first' | 'second' | 'both'
}

/** Every policy there is. */
export const POLICIES: readonly Policy[] = (['skip', 'next', 'shift'] as const).flatMap((gap) =>
  (['first', 'second', 'both'] as const).map((fold) => ({ gap, fold })),
)

/** The instants of one reading under a policy; `moved` where clocks skip it. */
export interface Meaning {
  readonly instants: readonly number[]
  readonly moved: boolean
}

/**
 * What clocks show in a stretch of time, step by step: one row for each step of UTC, written down from the clock. Steps are minutes, but
 * finer where offsets or transitions are not whole minutes (Africa/Monrovia until 1972), so that within a step clocks run evenly.
 */
export class ClockTable {
  readonly from: number
  readonly step: number
  readonly #shown: Float64Array
  readonly #rows = new Map<Reading, number[]>()
  // Rows at which clocks skip something.
  readonly #jumps: number[] = []

  constructor(clock: Clock, from: number, to: number, transitions: readonly Transition[]) {
    this.step = stepOf(clock, from, transitions)
    this.from = Math.floor(from / this.step) * this.step
    this.#shown = new Float64Array(Math.ceil((to - this.from) / this.step))
    for (let row = 0; row < this.#shown.length; row++) {
      const shown = clock(this.instantOf(row))
      this.#shown[row] = shown
      const rows = this.#rows.get(shown)
      if (rows === undefined) this.#rows.set(shown, [row])
      else rows.push(row)
      if (row > 0 && shown > this.#shownIn(row - 1) + this.step) this.#jumps.push(row)
    }
  }

  get rows(): number {
    return this.#shown.length
  }

  /** What clocks show at an instant of the table. */
  shownAt(instant: number): Reading {
    const row = Math.floor((instant - this.from) / this.step)
    return this.#shownIn(row) + (instant - this.instantOf(row))
  }

  /** The instants at which clocks show a reading, in order. */
  timesOf(reading: Reading): number[] {
    // Steps begin with the same reading modulo a step, everywhere in the table.
    const first = this.#shownIn(0)
    const begin = first + Math.floor((reading - first) / this.step) * this.step
    return (this.#rows.get(begin) ?? []).map((row) => this.instantOf(row) + (reading - begin))
  }

  /** The instants that a reading stands for: those at which clocks show it, or what the policy makes of one that they skip. */
  meaningOf(reading: Reading, policy: Policy): Meaning {
    const times = this.timesOf(reading)
    const [first, second] = times
    if (first === undefined) return { instants: this.#skipped(reading, policy.gap), moved: true }
    if (second === undefined || policy.fold === 'both') return { instants: times, moved: false }
    return { instants: [policy.fold === 'first' ? first : second], moved: false }
  }

  // The row at which clocks jump from before the reading to after it.
  #skipped(reading: Reading, gap: Policy['gap']): number[] {
    if (gap === 'skip') return []
    for (const row of this.#jumps) {
      const [before, after] = [this.#shownIn(row - 1), this.#shownIn(row)]
      if (!(before < reading && reading < after)) continue
      const previous = this.instantOf(row - 1)
      return [gap === 'next' ? this.instantOf(row) : previous + (reading - before)]
    }
    return []
  }

  instantOf(row: number): number {
    return this.from + row * this.step
  }

  #shownIn(row: number): Reading {
    const shown = this.#shown[row]
    if (shown === undefined) throw new Error(`row ${row} is outside of the table`)
    return shown
  }
}

function stepOf(clock: Clock, from: number, transitions: readonly Transition[]): number {
  const start = Math.floor(from / MINUTE) * MINUTE
  const lengths = [clock(start) - start, ...transitions.flatMap(({ at, before, after }) => [at, before, after])]
  return lengths.reduce((step, length) => divisor(step, Math.abs(length)), MINUTE) || SECOND
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
