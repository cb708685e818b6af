import type { DueInstants, InstantValues, RunOp } from '../row/index.ts'

/** Due instants, unique by job, schedule and due time. */
export class MemoryInstants {
  readonly #rows = new Map<string, InstantValues>()
  readonly #keysOf = new Map<number, Set<string>>()
  readonly #pending = new Map<string, Set<string>>()

  /** False, and nothing added, when there is one of the same key. */
  add(row: InstantValues): boolean {
    const key = keyOf(row)
    if (this.#rows.has(key)) return false
    this.#set(key, row)
    if (row[4] !== null) addTo(this.#keysOf, row[4], key)
    return true
  }

  /** Gives the instants of a run a verdict, where they have none. */
  decide(run: number, verdict: NonNullable<RunOp['verdict']>): void {
    for (const key of this.#keysOf.get(run) ?? []) {
      const row = this.#rows.get(key)
      if (row === undefined || row[5] !== null) continue
      this.#set(key, [row[0], row[1], row[2], row[3], row[4], ...verdict])
    }
  }

  /** Removes the instants of a run that have no verdict; others stay, without the run. */
  withdraw(run: number): void {
    for (const key of this.#keysOf.get(run) ?? []) {
      const row = this.#rows.get(key)
      if (row === undefined) continue
      if (row[5] !== null) {
        this.#set(key, [row[0], row[1], row[2], row[3], null, row[5], row[6], row[7]])
        continue
      }
      this.#rows.delete(key)
      this.#pending.get(row[0])?.delete(key)
    }
    this.#keysOf.delete(run)
  }

  /** Removes the instants of a run that were due before `settled`; others stay, without the run. All have a verdict. */
  removeOf(run: number, settled: number): void {
    for (const key of this.#keysOf.get(run) ?? [])
      if ((this.#rows.get(key)?.[1] ?? settled) < settled) this.#rows.delete(key)
    this.withdraw(run)
  }

  /** Removes decided instants without a run, the first of those that are due to go: how many. */
  removeAlone({ job, verdicts, before, keep, settled }: DueInstants, limit: number): number {
    const alone = [...this.#rows].filter(
      ([, row]) => row[4] === null && row[5] !== null && verdicts.includes(row[5]) && (job === null || row[0] === job),
    )
    const due = verdicts.flatMap((verdict) => {
      const some = alone
        .filter(([, row]) => row[5] === verdict)
        .sort(([, left], [, right]) => (left[7] ?? 0) - (right[7] ?? 0))
      const last = keep === null ? undefined : some.at(-1 - keep)
      return some.filter(
        ([, row]) =>
          row[1] < settled && ((row[7] ?? 0) <= (last?.[1][7] ?? -Infinity) || (row[7] ?? 0) < (before ?? -Infinity)),
      )
    })
    const going = due.slice(0, limit)
    for (const [key] of going) this.#rows.delete(key)
    return going.length
  }

  /** The jobs that have any. */
  jobs(): readonly string[] {
    return [...new Set([...this.#rows.values()].map(([job]) => job))]
  }

  /** Instants with `from` <= due < `to`, of one job or of all, by due time, job and schedule. */
  between(job: string | null, from: number, to: number): readonly InstantValues[] {
    return [...this.#rows.values()]
      .filter((row) => (job === null || row[0] === job) && row[1] >= from && row[1] < to)
      .sort(inOrder)
  }

  /** Instants of a job that have no verdict, in order. */
  pending(job: string): readonly InstantValues[] {
    const rows: InstantValues[] = []
    for (const key of this.#pending.get(job) ?? []) {
      const row = this.#rows.get(key)
      if (row !== undefined) rows.push(row)
    }
    return rows.sort(inOrder)
  }

  /** Instants due before a time that have no verdict, in order. */
  undecided(before: number): readonly InstantValues[] {
    return [...this.#pending.keys()]
      .flatMap((job) => this.pending(job))
      .filter((row) => row[1] < before)
      .sort(inOrder)
  }

  #set(key: string, row: InstantValues): void {
    this.#rows.set(key, row)
    if (row[5] === null) addTo(this.#pending, row[0], key)
    else this.#pending.get(row[0])?.delete(key)
  }
}

/** Whether the instant comes after a place in the order of `between`. */
export function isAfter(row: InstantValues, [due, job, key]: readonly [number, string, string]): boolean {
  return (row[1] - due || compare(row[0], job) || compare(row[2], key)) > 0
}

function keyOf(row: InstantValues): string {
  return JSON.stringify([row[0], row[1], row[2]])
}

function inOrder(left: InstantValues, right: InstantValues): number {
  return left[1] - right[1] || compare(left[0], right[0]) || compare(left[2], right[2])
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function addTo<Key>(sets: Map<Key, Set<string>>, key: Key, member: string): void {
  const members = sets.get(key)
  if (members === undefined) sets.set(key, new Set([member]))
  else members.add(member)
}
