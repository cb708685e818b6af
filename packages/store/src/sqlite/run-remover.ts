import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { REMOVALS_STAY, settledBefore } from '../row/index.ts'
import type { Applier } from './applier.ts'
import type { CopiedRuns } from './copied-runs.ts'
import type { InstantKey, RemovedRows, RunVersion } from './protocol.ts'
import { inTransaction, sliceTimer } from './slice.ts'

/** Counts facts that went with their run: so many numbers are missing in the log. */
export const FACTS_GONE = `UPDATE counters SET value = value + ? WHERE name = 'facts_gone'`

/** Old facts of removals that go with a slice of runs: more than it makes. */
const OLD_REMOVALS = 4

/** Takes finished runs out of `runs.db`, a slice at a time. */
export class RunRemover {
  readonly #db: DatabaseSync
  readonly #applier: Applier
  readonly #copied: CopiedRuns
  readonly #run: StatementSync
  readonly #meta: StatementSync
  readonly #instants: StatementSync
  readonly #unbind: StatementSync
  readonly #alone: StatementSync
  readonly #facts: StatementSync
  readonly #removal: StatementSync
  readonly #removals: StatementSync
  readonly #fact: StatementSync
  readonly #forget: StatementSync
  readonly #gone: StatementSync
  readonly #bound: StatementSync

  constructor(db: DatabaseSync, applier: Applier, copied: CopiedRuns) {
    this.#db = db
    this.#applier = applier
    this.#copied = copied
    // Guarded like every write: a run that was marked or went back meanwhile has another version, and stays.
    this.#run = db.prepare('DELETE FROM runs WHERE num = ? AND version = ? AND outcome IS NOT NULL')
    this.#meta = db.prepare('DELETE FROM run_meta WHERE run = ?')
    this.#instants = db.prepare('DELETE FROM instants WHERE run = ? AND due < ?')
    this.#unbind = db.prepare('UPDATE instants SET run = NULL WHERE run = ?')
    this.#alone = db.prepare(
      'DELETE FROM instants WHERE job = ? AND due = ? AND key = ? AND run IS NULL AND verdict IS NOT NULL',
    )
    this.#facts = db.prepare('DELETE FROM facts WHERE run = ?')
    this.#removal = db.prepare('INSERT INTO removals (seq) VALUES (?)')
    this.#removals = db.prepare(`SELECT seq FROM removals WHERE seq < ? ORDER BY seq LIMIT ${OLD_REMOVALS}`)
    this.#fact = db.prepare('DELETE FROM facts WHERE seq = ?')
    this.#forget = db.prepare('DELETE FROM removals WHERE seq = ?')
    this.#gone = db.prepare(FACTS_GONE)
    this.#bound = db.prepare('DELETE FROM bounds WHERE id = ?')
  }

  /**
   * Removes the first of these, at least one: how many were looked at, and which of them were removed, with the fact that says so. An instant of theirs that
   * was due of late stays without its run.
   */
  remove(runs: readonly RunVersion[], at: number): RemovedRows {
    const settled = settledBefore(at)
    const mark = this.#applier.seq
    try {
      return this.#removeSome(runs, at, settled)
    } catch (error) {
      this.#applier.rolledBack(mark)
      throw error
    }
  }

  #removeSome(runs: readonly RunVersion[], at: number, settled: number): RemovedRows {
    return inTransaction(this.#db, () => {
      const goesOn = sliceTimer()
      let looked = 0
      const removed: number[] = []
      let facts = 0
      do {
        const next = runs[looked++]
        if (next === undefined || this.#run.run(...next).changes === 0) continue
        this.#meta.run(next[0])
        this.#copied.forget(next[0])
        this.#instants.run(next[0], settled)
        this.#unbind.run(next[0])
        facts += Number(this.#facts.run(next[0]).changes)
        removed.push(next[0])
      } while (looked < runs.length && goesOn())
      if (removed.length > 0) {
        this.#applier.removal(at, removed)
        this.#removal.run(this.#applier.seq)
        facts += this.#removeOld(this.#applier.seq - REMOVALS_STAY)
      }
      this.#gone.run(facts)
      return { looked, removed, seq: this.#applier.seq }
    })
  }

  /** Removes the first facts of removals below a number: how many. */
  #removeOld(below: number): number {
    let removed = 0
    for (const { seq } of this.#removals.all(below)) {
      if (typeof seq !== 'number') continue
      removed += Number(this.#fact.run(seq).changes)
      this.#forget.run(seq)
    }
    return removed
  }

  /** Removes the first of these instants, at least one, where they are decided and have no run: how many were looked at, and how many removed. */
  removeInstants(keys: readonly InstantKey[]): { readonly looked: number; readonly removed: number } {
    return inTransaction(this.#db, () => {
      const goesOn = sliceTimer()
      let looked = 0
      let removed = 0
      do {
        const next = keys[looked++]
        if (next !== undefined) removed += Number(this.#alone.run(...next).changes)
      } while (looked < keys.length && goesOn())
      return { looked, removed }
    })
  }

  /** The highest number of something that runs are bound to; 0 where there is none. */
  newestBound(): number {
    return Number(this.#db.prepare('SELECT max(id) AS newest FROM bounds').get()?.['newest'] ?? 0)
  }

  /** At most some hundred at a time: each is a row by its key. */
  removeBounds(bounds: readonly number[]): void {
    inTransaction(this.#db, () => {
      for (const bound of bounds) this.#bound.run(bound)
    })
  }
}
