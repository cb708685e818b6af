import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { isFinished } from '@apsis/core/run'
import { type InstantValues, MOVING_COLUMNS, type RunOp, stateOf } from '../row/index.ts'
import { BoundNumbers, type JobNames } from './names.ts'
import { FACTS_GONE } from './run-remover.ts'

/** Where the schedule time is in `MOVING_COLUMNS`. It hardly ever changes, and indexes are by it. */
const DUE_AT = MOVING_COLUMNS.indexOf('t_schedule')

const LIVE = { before: 0, live: 1, finished: null } as const

interface Found {
  readonly state: unknown
  readonly bound: number | null
  /** The schedule time. */
  readonly due: unknown
}

/** Writes runs and the instants that they grow from, each guarded by the version of its run. */
export class RunWriter {
  readonly #jobs: JobNames
  readonly #bounds: BoundNumbers
  readonly #insert: StatementSync
  readonly #find: StatementSync
  readonly #move: StatementSync
  readonly #begin: StatementSync
  readonly #finish: StatementSync
  readonly #moveBack: StatementSync
  readonly #reschedule: StatementSync
  readonly #relabel: StatementSync
  readonly #remove: StatementSync
  readonly #setMeta: StatementSync
  readonly #addInstant: StatementSync
  readonly #decide: StatementSync
  readonly #withdraw: readonly StatementSync[]
  readonly #withdrawFacts: StatementSync
  readonly #gone: StatementSync
  #newest = 0

  constructor(db: DatabaseSync, jobs: JobNames) {
    this.#jobs = jobs
    this.#bounds = new BoundNumbers(db)
    const inserted = ['num', 'job', 'args', 'labels', 'origin', ...MOVING_COLUMNS, 'live', 'outcome', 'bound']
    const marks = inserted.map(() => '?').join(', ')
    const moved = [...MOVING_COLUMNS.toSpliced(DUE_AT, 1), 'bound']
    const set = (columns: readonly string[]): string => columns.map((column) => `${column} = ?`).join(', ')
    this.#insert = db.prepare(`INSERT INTO runs (${inserted.join(', ')}) VALUES (${marks}) ON CONFLICT DO NOTHING`)
    this.#find = db.prepare('SELECT state, bound, t_schedule FROM runs WHERE num = ? AND version = ?', {
      returnArrays: true,
    })
    this.#move = db.prepare(`UPDATE runs SET ${set(moved)} WHERE num = ?`)
    this.#begin = db.prepare(`UPDATE runs SET ${set(moved)}, live = 1 WHERE num = ?`)
    this.#finish = db.prepare(`UPDATE runs SET ${set(moved)}, live = NULL, outcome = ? WHERE num = ?`)
    this.#moveBack = db.prepare(`UPDATE runs SET ${set(moved)}, live = ?, outcome = NULL WHERE num = ?`)
    this.#reschedule = db.prepare('UPDATE runs SET t_schedule = ? WHERE num = ?')
    this.#relabel = db.prepare('UPDATE runs SET labels = ? WHERE num = ?')
    this.#remove = db.prepare('DELETE FROM runs WHERE num = ?')
    this.#setMeta = db.prepare(
      'INSERT INTO run_meta (run, json) VALUES (?, ?) ON CONFLICT DO UPDATE SET json = excluded.json',
    )
    this.#addInstant = db.prepare(
      `INSERT INTO instants (job, due, key, args, run, verdict, reason, decided) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    )
    this.#decide = db.prepare(
      'UPDATE instants SET verdict = ?, reason = ?, decided = ? WHERE run = ? AND verdict IS NULL',
    )
    this.#withdraw = [
      'DELETE FROM runs WHERE num = ?',
      'DELETE FROM run_meta WHERE run = ?',
      'DELETE FROM instants WHERE run = ? AND verdict IS NULL',
      'UPDATE instants SET run = NULL WHERE run = ?',
    ].map((sql) => db.prepare(sql))
    this.#withdrawFacts = db.prepare('DELETE FROM facts WHERE run = ?')
    this.#gone = db.prepare(FACTS_GONE)
  }

  /** Applies a write without its facts; false, and nothing applied, where the guard or a unique key does not hold. */
  write(op: RunOp): boolean {
    if (!(op.fixed === null ? this.#update(op) : this.#create(op, op.fixed))) return false
    if (op.verdict !== null) this.#decide.run(...op.verdict, op.run)
    if (op.meta !== null) this.#setMeta.run(op.run, op.meta)
    return true
  }

  /** Inserts an instant; false when there is one of its key. */
  addInstant(instant: InstantValues): boolean {
    const [job, ...rest] = instant
    return this.#addInstant.run(this.#jobs.number(job), ...rest).changes === 1
  }

  /** Removes a run that is still scheduled, with all that is known of it; false, and nothing removed, where it is not. */
  withdraw(run: number, expect: number): boolean {
    const found = this.#found(run, expect)
    if (found === null || phase(found.state) !== 'before') return false
    for (const statement of this.#withdraw) statement.run(run)
    const { changes } = this.#withdrawFacts.run(run)
    if (changes > 0) this.#gone.run(Number(changes))
    return true
  }

  /** The highest number of a run that was inserted since the start; 0 when none was. */
  get newest(): number {
    return this.#newest
  }

  /** After a rollback. */
  forget(): void {
    this.#bounds.forget()
  }

  #create(op: RunOp, fixed: NonNullable<RunOp['fixed']>): boolean {
    const [job, args, labels, origin] = fixed
    const to = phase(op.moving[1])
    const bound = op.bound === null ? null : this.#bounds.number(op.bound)
    const number = this.#jobs.number(job)
    const outcome = to === 'finished' ? (op.moving[1] ?? null) : null
    const { changes } = this.#insert.run(op.run, number, args, labels, origin, ...op.moving, LIVE[to], outcome, bound)
    if (changes === 0) return false
    if (op.run > this.#newest) this.#newest = op.run
    if (op.instant === null || this.addInstant(op.instant)) return true
    this.#remove.run(op.run)
    return false
  }

  #update(op: RunOp): boolean {
    const found = this.#found(op.run, op.expect ?? -1)
    if (found === null) return false
    const bound = found.bound ?? (op.bound === null ? null : this.#bounds.number(op.bound))
    const state = op.moving[1] ?? null
    const due = op.moving[DUE_AT] ?? null
    const moved = op.moving.toSpliced(DUE_AT, 1)
    const from = phase(found.state)
    const to = phase(state)
    // An index is touched by every statement that names one of its columns, whether the value changes or not.
    if (to === 'finished') this.#finish.run(...moved, bound, state, op.run)
    else if (to === from) this.#move.run(...moved, bound, op.run)
    else if (from === 'before') this.#begin.run(...moved, bound, op.run)
    else this.#moveBack.run(...moved, bound, LIVE[to], op.run)
    if (due !== found.due) this.#reschedule.run(due, op.run)
    if (op.labels !== null) this.#relabel.run(op.labels, op.run)
    return true
  }

  #found(run: number, version: number): Found | null {
    const row: unknown = this.#find.get(run, version)
    if (!Array.isArray(row)) return null
    const values: readonly unknown[] = row
    const [state, bound, due] = values
    return { state, bound: typeof bound === 'number' ? bound : null, due }
  }
}

function phase(code: unknown): keyof typeof LIVE {
  const state = stateOf(code)
  if (state === null || state === 'new' || state === 'scheduled') return 'before'
  return isFinished(state) ? 'finished' : 'live'
}
