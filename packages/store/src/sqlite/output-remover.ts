import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { inTransaction, sliceTimer } from './slice.ts'

/** Pieces removed together: at most 4 MiB. */
const PIECES = 16

/** Takes outputs out of `outputs.db`, a slice at a time and from the end, so that what is left is always a whole beginning. */
export class OutputRemover {
  readonly #db: DatabaseSync
  readonly #outputs: StatementSync
  readonly #last: StatementSync
  readonly #cut: StatementSync
  readonly #shorten: StatementSync
  readonly #remove: StatementSync

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#outputs = db.prepare('SELECT id FROM outputs WHERE run = ?')
    this.#last = db.prepare('SELECT start FROM chunks WHERE output = ? ORDER BY start DESC LIMIT ?')
    this.#cut = db.prepare('DELETE FROM chunks WHERE output = ? AND start >= ?')
    this.#shorten = db.prepare(
      'UPDATE outputs SET length = ?1, tail = (SELECT max(start) FROM chunks WHERE output = ?2) WHERE id = ?2',
    )
    this.#remove = db.prepare('DELETE FROM outputs WHERE id = ?')
  }

  /** Removes the outputs of the first of these runs, or part of them: how many runs have none left. */
  remove(runs: readonly number[]): number {
    return inTransaction(this.#db, () => {
      const goesOn = sliceTimer()
      let done = 0
      for (const run of runs) {
        for (const { id } of this.#outputs.all(run)) {
          while (this.#cutEnd(Number(id))) if (!goesOn()) return done
          this.#remove.run(Number(id))
        }
        done++
        if (!goesOn()) break
      }
      return done
    })
  }

  /** Removes the last pieces of an output; false where it had none. */
  #cutEnd(output: number): boolean {
    const start = this.#last.all(output, PIECES).at(-1)?.['start']
    if (start === undefined) return false
    this.#cut.run(output, Number(start))
    this.#shorten.run(Number(start), output)
    return true
  }
}
