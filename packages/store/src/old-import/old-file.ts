import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { StoreError } from '../port/index.ts'

/** A row by column. */
export type OldRow = Readonly<Record<string, SQLOutputValue>>

/** Columns that an import needs, by table; `jobs` and `next_run_id` are not in archives. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  runs: ['rowid', 'run_id', 'timestamp', 'job_id', 'args', 'state', 'program', 'times', 'meta'],
  run_history: ['run_id', 'timestamp', 'message'],
  output: ['run_id', 'output_id', 'length', 'compression', 'data'],
}

/** A database, or an archive, of the existing Apsis (spec/apsis.md 10.2), as it is at one moment. */
export class OldFile {
  readonly path: string
  readonly #db: DatabaseSync

  /** Throws `StoreError` `STORE_IMPORT` where it is none. */
  constructor(path: string) {
    this.path = resolve(path)
    if (!existsSync(this.path)) throw new StoreError('STORE_IMPORT', `there is no file ${this.path}`)
    this.#db = new DatabaseSync(this.path, { readOnly: true })
    try {
      this.#db.exec('BEGIN')
      for (const [table, columns] of Object.entries(NEEDED)) this.#check(table, columns)
    } catch (error) {
      this.#db.close()
      if (error instanceof StoreError) throw error
      const said = error instanceof Error ? error.message : String(error)
      throw new StoreError('STORE_IMPORT', `${this.path} cannot be read: ${said}`, { cause: error })
    }
  }

  close(): void {
    this.#db.close()
  }

  countRuns(): number {
    return Number(this.#db.prepare('SELECT count(*) AS count FROM runs').get()?.['count'] ?? 0)
  }

  /** Runs with a row number above `after`, in its order. */
  runs(after: number, limit: number): readonly OldRow[] {
    return this.#db
      .prepare('SELECT rowid AS rowid, * FROM runs WHERE rowid > ? ORDER BY rowid LIMIT ?')
      .all(after, limit)
  }

  /** The log of a run, oldest first. */
  history(runId: string): readonly OldRow[] {
    return this.#db
      .prepare('SELECT timestamp, message FROM run_history WHERE run_id = ? ORDER BY timestamp, rowid')
      .all(runId)
  }

  outputs(runId: string): readonly OldRow[] {
    return this.#db
      .prepare('SELECT output_id, length, compression, data FROM output WHERE run_id = ? ORDER BY output_id')
      .all(runId)
  }

  /** Ad hoc jobs. */
  jobs(): readonly OldRow[] {
    return this.#has('jobs') ? this.#db.prepare('SELECT job_id, job FROM jobs ORDER BY job_id').all() : []
  }

  /** The next run number to give out, as far as the file says; 1 where it does not. */
  nextRun(): number {
    const newest = Number(this.#db.prepare('SELECT max(rowid) AS newest FROM runs').get()?.['newest'] ?? 0)
    const next = this.#has('next_run_id')
      ? this.#db.prepare('SELECT max(number) AS number FROM next_run_id').get()
      : undefined
    return Math.max(newest + 1, Number(next?.['number'] ?? 1))
  }

  #check(table: string, columns: readonly string[]): void {
    const there = this.#db
      .prepare('SELECT name FROM pragma_table_info(?)')
      .all(table)
      .map(({ name }) => String(name))
    const missing = columns.filter((column) => column !== 'rowid' && !there.includes(column))
    if (missing.length === 0) return
    const what = there.length === 0 ? `it has no table ${table}` : `its table ${table} has no ${missing.join(', ')}`
    throw new StoreError('STORE_IMPORT', `${this.path} is no database of the existing Apsis: ${what}`)
  }

  #has(table: string): boolean {
    return this.#db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined
  }
}
