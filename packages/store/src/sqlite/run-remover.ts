import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { RunVersion } from './protocol.ts'
import { inTransaction, sliceTimer } from './slice.ts'

/** Counts facts that went with their run: so many numbers are missing in the log. */
export const FACTS_GONE = `UPDATE counters SET value = value + ? WHERE name = 'facts_gone'`

/** Takes finished runs out of `runs.db`, a slice at a time. */
export class RunRemover {
  readonly #db: DatabaseSync
  readonly #run: StatementSync
  readonly #parts: readonly StatementSync[]
  readonly #facts: StatementSync
  readonly #gone: StatementSync
  readonly #bound: StatementSync

  constructor(db: DatabaseSync) {
    this.#db = db
    // Guarded like every write: a run that was marked or went back meanwhile has another version, and stays.
    this.#run = db.prepare('DELETE FROM runs WHERE num = ? AND version = ? AND outcome IS NOT NULL')
    this.#parts = ['DELETE FROM run_meta WHERE run = ?', 'UPDATE instants SET run = NULL WHERE run = ?'].map((sql) =>
      db.prepare(sql),
    )
    this.#facts = db.prepare('DELETE FROM facts WHERE run = ?')
    this.#gone = db.prepare(FACTS_GONE)
    this.#bound = db.prepare('DELETE FROM bounds WHERE id = ?')
  }

  /** Removes the first of these, at least one: how many were looked at, and which of them were removed. */
  remove(runs: readonly RunVersion[]): { readonly looked: number; readonly removed: readonly number[] } {
    return inTransaction(this.#db, () => {
      const goesOn = sliceTimer()
      let looked = 0
      const removed: number[] = []
      let facts = 0
      do {
        const next = runs[looked++]
        if (next === undefined || this.#run.run(...next).changes === 0) continue
        for (const statement of this.#parts) statement.run(next[0])
        facts += Number(this.#facts.run(next[0]).changes)
        removed.push(next[0])
      } while (looked < runs.length && goesOn())
      this.#gone.run(facts)
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
