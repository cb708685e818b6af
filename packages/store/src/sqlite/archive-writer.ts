import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import type { SqlValue } from '../row/index.ts'
import { ArchiveOutputs } from './archive-outputs.ts'
import { openArchiveFile } from './archive-file.ts'
import { BoundNumbers, JobNames } from './names.ts'
import type { ArchivedRows, RunVersion } from './protocol.ts'
import { inTransaction } from './slice.ts'
import type { Row, Statements } from './statements.ts'

/** Columns of a run that are copied as they are. */
const COPIED =
  'num, args, labels, origin, version, state, live, outcome, changed, t_schedule, t_stop, t_new, t_scheduled, t_waiting, t_starting, t_running, t_stopping, t_success, t_failure, t_error, t_skipped, detail'

const WIDTH: number = COPIED.split(', ').length

/** Copies finished runs, with all that belongs to them, from the two databases of a data folder into an archive. */
export class ArchiveWriter {
  readonly path: string
  readonly #source: Statements
  readonly #db: DatabaseSync
  readonly #jobs: JobNames
  readonly #bounds: BoundNumbers
  readonly #outputs: ArchiveOutputs
  readonly #known: StatementSync
  readonly #insert: StatementSync
  readonly #meta: StatementSync
  readonly #fact: StatementSync
  readonly #instant: StatementSync
  readonly #define: StatementSync
  readonly #raise: StatementSync
  readonly #forget: readonly StatementSync[]

  /** Throws `StoreError` `STORE_ARCHIVE`. */
  constructor(path: string, runs: Statements, outputs: Statements) {
    this.path = path
    this.#source = runs
    const db = openArchiveFile(path)
    this.#db = db
    this.#jobs = new JobNames(db)
    this.#bounds = new BoundNumbers(db)
    this.#outputs = new ArchiveOutputs(db, outputs)
    const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ')
    this.#known = db.prepare(
      'SELECT r.version, r.state, r.changed, r.args, r.origin, r.t_new, j.name FROM runs r JOIN job_names j ON j.id = r.job WHERE r.num = ?',
    )
    this.#insert = db.prepare(`INSERT INTO runs (${COPIED}, job, bound) VALUES (${marks(WIDTH + 2)})`)
    this.#meta = db.prepare('INSERT INTO run_meta (run, json) VALUES (?, ?)')
    // Numbered anew: an archive may take from a store that was put back from a copy, which gives numbers out again.
    this.#fact = db.prepare('INSERT INTO facts (run, time, type, state, text) VALUES (?, ?, ?, ?, ?)')
    this.#instant = db.prepare(
      'INSERT INTO instants (job, due, key, args, run, verdict, reason, decided) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    )
    this.#define = db.prepare(
      'INSERT INTO definitions (hash, job, ad_hoc, json) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    )
    this.#raise = db.prepare('UPDATE counters SET value = max(value, ?) WHERE name = ?')
    this.#forget = [
      'DELETE FROM runs WHERE num = ?',
      'DELETE FROM run_meta WHERE run = ?',
      'DELETE FROM facts WHERE run = ?',
      'DELETE FROM instants WHERE run = ?',
      'DELETE FROM chunks WHERE output IN (SELECT id FROM outputs WHERE run = ?)',
      'DELETE FROM outputs WHERE run = ?',
    ].map((sql) => db.prepare(sql))
  }

  close(): void {
    this.#db.close()
  }

  /**
   * Copies those of these runs that are still of their version, and not in the archive yet, in one transaction. Refused are those of which it
   * has another.
   */
  write(runs: readonly RunVersion[]): ArchivedRows {
    const written = { runs: 0, facts: 0, outputs: 0 }
    const refused: number[] = []
    try {
      return inTransaction(this.#db, () => {
        for (const run of runs) {
          const row = this.#found(run)
          if (row === null) continue
          const there = this.#there(row)
          if (there === 'same') continue
          if (there === 'other') {
            refused.push(run[0])
            continue
          }
          if (there === 'older') for (const statement of this.#forget) statement.run(run[0])
          written.runs++
          written.facts += this.#copy(row)
          written.outputs += this.#outputs.copy(run[0])
        }
        this.#raise.run(this.#source.number(`SELECT value FROM counters WHERE name = 'next_run'`), 'next_run')
        const newest = this.#db.prepare('SELECT max(seq) AS seq FROM facts').get()?.['seq']
        this.#raise.run(Number(newest ?? 0), 'seq')
        return { ...written, refused }
      })
    } catch (error) {
      this.#jobs.forget()
      this.#bounds.forget()
      if (error instanceof StoreError) throw error
      const said = error instanceof Error ? error.message : String(error)
      throw new StoreError('STORE_ARCHIVE', `${this.path} cannot be written: ${said}`, { cause: error })
    }
  }

  /** Those of these runs, still of their version, of which the archive has a copy: as they are now, or of an older version. */
  held(runs: readonly RunVersion[]): readonly RunVersion[] {
    return runs.filter((run) => {
      const row = this.#found(run)
      const there = row === null ? 'none' : this.#there(row)
      return there === 'same' || there === 'older'
    })
  }

  #found([run, version]: RunVersion): Row | null {
    return this.#source.row(
      `SELECT ${COPIED}, j.name, b.json FROM runs r LEFT JOIN job_names j ON j.id = r.job LEFT JOIN bounds b ON b.id = r.bound
        WHERE num = ? AND version = ? AND outcome IS NOT NULL`,
      run,
      version,
    )
  }

  /**
   * What the archive has of the run: after a crash between copying and removing the `same`, or, where the run was marked since, an `older` one;
   * an `other` one where the archive is of another history, or is newer than the store.
   */
  #there(row: Row): 'none' | 'same' | 'older' | 'other' {
    const [num, args, , origin, version, state, , , changed, , , created] = row
    const known = this.#known.get(Number(num))
    if (known === undefined) return 'none'
    const isIt =
      known['args'] === args && known['name'] === row[WIDTH] && known['origin'] === origin && known['t_new'] === created
    if (!isIt || Number(known['version']) > Number(version)) return 'other'
    if (known['version'] !== version) return 'older'
    return known['state'] === state && known['changed'] === changed ? 'same' : 'other'
  }

  /** Copies a run with its metadata, facts, instants and definition; how many facts. */
  #copy(row: Row): number {
    const num = Number(row[0])
    const job = String(row[WIDTH])
    const bound = row[WIDTH + 1]
    const values: readonly SqlValue[] = row.slice(0, WIDTH).map(plain)
    const number = this.#jobs.number(job)
    this.#insert.run(...values, number, typeof bound === 'string' ? this.#bounds.number(bound) : null)
    const meta = this.#source.row('SELECT json FROM run_meta WHERE run = ?', num)
    if (meta !== null) this.#meta.run(num, plain(meta[0]))
    const facts = this.#source.rows('SELECT run, time, type, state, text FROM facts WHERE run = ? ORDER BY seq', num)
    for (const fact of facts) this.#fact.run(...fact.map(plain))
    const instants = this.#source.rows(
      'SELECT due, key, args, run, verdict, reason, decided FROM instants WHERE run = ?',
      num,
    )
    for (const instant of instants) this.#instant.run(number, ...instant.map(plain))
    if (typeof bound === 'string') {
      const defined = this.#source.row(
        `SELECT hash, job, ad_hoc, json FROM definitions WHERE hash = json_extract(?, '$.definition')`,
        bound,
      )
      if (defined !== null) this.#define.run(...defined.map(plain))
    }
    return facts.length
  }
}

function plain(value: Row[number] | undefined): SqlValue {
  return typeof value === 'string' || typeof value === 'number' ? value : null
}
