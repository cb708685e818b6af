import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Statements } from './statements.ts'

/** Copies the outputs of runs into an archive, a piece at a time, so that their size does not matter. */
export class ArchiveOutputs {
  readonly #source: Statements
  readonly #create: StatementSync
  readonly #insert: StatementSync

  constructor(db: DatabaseSync, source: Statements) {
    this.#source = source
    this.#create = db.prepare('INSERT INTO outputs (run, name, length, tail) VALUES (?, ?, ?, ?)')
    this.#insert = db.prepare('INSERT INTO chunks (output, start, data) VALUES (?, ?, ?)')
  }

  /** Copies the outputs of a run; how many there were. */
  copy(run: number): number {
    const source = this.#source
    return source.consistently(() => {
      const outputs = source.rows('SELECT id, name, length, tail FROM outputs WHERE run = ?', run)
      for (const [id, name, length, tail] of outputs) {
        const tailAt = tail === null || tail === undefined ? null : Number(tail)
        const made = this.#create.run(run, String(name), Number(length), tailAt).lastInsertRowid
        this.#pieces(Number(id), Number(made))
      }
      return outputs.length
    })
  }

  #pieces(from: number, to: number): void {
    for (let next = 0; ; ) {
      const piece = this.#source.row(
        'SELECT start, data FROM chunks WHERE output = ? AND start >= ? ORDER BY start LIMIT 1',
        from,
        next,
      )
      if (piece === null) return
      const [start, data] = piece
      if (data instanceof Uint8Array) this.#insert.run(to, Number(start), data)
      next = Number(start) + 1
    }
  }
}
