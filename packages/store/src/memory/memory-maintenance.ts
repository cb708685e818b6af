import { isFinished, runId } from '@apsis/core/run'
import {
  type Archived,
  type DueRun,
  type DueSelection,
  type FreePages,
  type InstantSelection,
  type Maintenance,
  type RunRemoval,
  StoreError,
} from '../port/index.ts'
import { checkedDue, checkedInstants, checkedNumber, checkLimit, settledBefore, STATE_CODES } from '../row/index.ts'
import type { MemoryDisk } from './disk.ts'
import type { StoredRun } from './runs.ts'

/** Keeps a disk in memory. There are no archives, and space is not given back: there is none of files. */
export class MemoryMaintenance implements Maintenance {
  readonly #disk: MemoryDisk
  readonly #check: () => void
  readonly #commit: <Value>(apply: () => Value) => Promise<Value>

  /** `check` throws when the store is closed; `commit` applies something in a commit, in order with the others. */
  constructor(disk: MemoryDisk, check: () => void, commit: <Value>(apply: () => Value) => Promise<Value>) {
    this.#disk = disk
    this.#check = check
    this.#commit = commit
  }

  async jobIds(): Promise<readonly string[]> {
    this.#check()
    const { runs, instants } = this.#disk.tables
    return [...new Set([...[...runs.all()].map(({ fixed }) => fixed[0]), ...instants.jobs()])].sort()
  }

  async due(selections: readonly DueSelection[], limit: number): Promise<readonly DueRun[]> {
    this.#check()
    checkLimit(limit)
    const found = selections.flatMap((selection) => this.#due(selection))
    return found.slice(0, limit).map(({ run, version, changed }) => ({ runId: runId(run), version, changed }))
  }

  async countFinished(before: number, limit: number): Promise<number> {
    this.#check()
    checkLimit(limit, Number.MAX_SAFE_INTEGER)
    const finished = [...this.#disk.tables.runs.all()].filter(
      ({ state, changed }) => isFinished(state) && changed < before,
    )
    return Math.min(limit, finished.length)
  }

  async remove(runs: readonly DueRun[], at: number, told?: (removal: RunRemoval) => void): Promise<number> {
    this.#check()
    const wanted = runs.map(({ runId: id, version }) => [checkedNumber(id), version, id] as const)
    const settled = settledBefore(at)
    const removal = await this.#commit((): RunRemoval => {
      const { tables, outputs } = this.#disk
      const removed = wanted.filter(([run, version]) => tables.removeFinished(run, version, settled))
      for (const [, , id] of removed) outputs.remove(id)
      if (removed.length > 0)
        tables.removal(
          at,
          removed.map(([run]) => run),
        )
      return { seq: tables.seq, time: at, runIds: removed.map(([, , id]) => id) }
    })
    if (removal.runIds.length > 0) told?.(removal)
    return removal.runIds.length
  }

  async removeInstants(selection: InstantSelection, limit: number): Promise<number> {
    this.#check()
    checkLimit(limit)
    const due = checkedInstants(selection)
    return await this.#commit(() => this.#disk.tables.instants.removeAlone(due, limit))
  }

  async archive(path: string): Promise<Archived> {
    this.#check()
    throw new StoreError('STORE_ARCHIVE', `${path} cannot be written: a store in memory has no archives`)
  }

  async vacuum(): Promise<FreePages> {
    this.#check()
    return { freed: 0, left: 0 }
  }

  async sweep(_wanted?: () => boolean): Promise<number> {
    this.#check()
    return 0
  }

  #due(selection: DueSelection): readonly StoredRun[] {
    const { job, states, before, keep, after } = checkedDue(selection)
    const matching = [...this.#disk.tables.runs.all()]
      .filter(({ fixed, state }) => (job === null || fixed[0] === job) && states.includes(STATE_CODES[state]))
      .sort((left, right) => left.run - right.run)
    const beyond = keep === null ? 0 : Math.max(0, matching.length - keep)
    const due = matching.filter(
      ({ run, changed }, index) => run > after && (index < beyond || (before !== null && changed < before)),
    )
    return job === null ? due.sort((left, right) => left.changed - right.changed || left.run - right.run) : due
  }
}
