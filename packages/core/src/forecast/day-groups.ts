import { canonicalJson } from '../json/index.ts'
import type { Collector, RunPair } from './comparison.ts'
import type { ForecastRun } from './types.ts'

/** Args that say when a run is due and not what it is for. */
const TIME_ARGS = ['schedule_time', 'time', 'daytime']

interface Group {
  readonly nominal: number
  /** The side that has runs left over; never both have. */
  side: 'old' | 'new'
  /** How many, and of the first of them what they are. */
  count: number
  readonly runs: ForecastRun[]
}

/** Where runs go that have no counterpart. */
export interface Collectors {
  readonly added: Collector<ForecastRun>
  readonly removed: Collector<ForecastRun>
  readonly moved: Collector<RunPair>
}

/**
 * Runs of one job that only one side has at their time, by day and args. The first of one side and the first of the other of a day are
 * the same run, moved. Each group holds at most `keep` runs, and the number of the rest.
 */
export class DayGroups {
  readonly #groups = new Map<string, Group>()
  readonly #collectors: Collectors
  readonly #keep: number

  constructor(collectors: Collectors, keep: number) {
    this.#collectors = collectors
    this.#keep = keep
  }

  get empty(): boolean {
    return this.#groups.size === 0
  }

  add(side: 'old' | 'new', run: ForecastRun): void {
    const key = canonicalJson([run.nominal, lastingArgs(run)])
    const group = this.#groups.get(key)
    if (group === undefined) {
      this.#groups.set(key, { nominal: run.nominal, side, count: 1, runs: [run] })
    } else if (group.side === side || group.count === 0) {
      group.side = side
      group.count++
      if (group.runs.length < this.#keep && group.runs.length === group.count - 1) group.runs.push(run)
    } else {
      group.count--
      const other = group.runs.shift() ?? null
      const pair = side === 'new' ? { from: other, to: run } : { from: run, to: other }
      this.#collectors.moved.add(bothKnown(pair))
    }
  }

  /** Ends the groups of days before this one: no run of theirs is to come. */
  closeBefore(nominal: number): void {
    for (const [key, group] of this.#groups) {
      if (group.nominal >= nominal) continue
      this.#groups.delete(key)
      const collector = group.side === 'old' ? this.#collectors.removed : this.#collectors.added
      for (const run of group.runs) collector.add(run)
      collector.add(null, group.count - group.runs.length)
    }
  }
}

function lastingArgs({ args }: ForecastRun): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !TIME_ARGS.includes(name)))
}

function bothKnown({
  from,
  to,
}: {
  readonly from: ForecastRun | null
  readonly to: ForecastRun | null
}): RunPair | null {
  return from === null || to === null ? null : { from, to }
}
