import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type Applied, type BatchOps, deletedFactValues, type OtherOps, removedFactValues } from '../row/index.ts'
import { FactWriter } from './fact-writer.ts'
import { JobNames } from './names.ts'
import { RunWriter } from './run-writer.ts'

/** Applies batches to `runs.db`, inside a transaction that the caller began. */
export class Applier {
  readonly #jobs: JobNames
  readonly #runs: RunWriter
  readonly #facts: FactWriter
  readonly #define: StatementSync
  readonly #setJob: StatementSync
  readonly #removeJob: StatementSync
  readonly #setCursor: StatementSync
  readonly #removeCursor: StatementSync
  readonly #setRecord: StatementSync
  readonly #removeRecord: StatementSync
  readonly #setVersion: StatementSync
  readonly #raise: StatementSync

  constructor(db: DatabaseSync) {
    this.#jobs = new JobNames(db)
    this.#runs = new RunWriter(db, this.#jobs)
    this.#define = db.prepare(
      'INSERT INTO definitions (job, hash, json, ad_hoc) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    )
    this.#setJob = db.prepare(
      'INSERT INTO jobs (job, hash, ad_hoc) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash, ad_hoc = excluded.ad_hoc',
    )
    this.#removeJob = db.prepare('DELETE FROM jobs WHERE job = ?')
    this.#setCursor = db.prepare(
      'INSERT INTO cursors (job, key, until) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until',
    )
    this.#removeCursor = db.prepare('DELETE FROM cursors WHERE job = ? AND key = ?')
    this.#setRecord = db.prepare(
      'INSERT INTO records (kind, id, json) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json',
    )
    this.#removeRecord = db.prepare('DELETE FROM records WHERE kind = ? AND id = ?')
    this.#setVersion = db.prepare(
      'INSERT INTO job_versions (job, since, hash) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash',
    )
    this.#raise = db.prepare('UPDATE counters SET value = max(value, ?) WHERE name = ?')
    const seq = db.prepare(`SELECT value FROM counters WHERE name = 'seq'`).get()?.['value']
    this.#facts = new FactWriter(db, Number(seq))
  }

  /** Number of the newest fact. */
  get seq(): number {
    return this.#facts.seq
  }

  /** After a rollback to where `seq` was the newest fact: what is remembered of later is not true. */
  rolledBack(seq: number): void {
    this.#facts.rolledBack(seq)
    this.#jobs.forget()
    this.#runs.forget()
  }

  /** What runs are bound to from now on is stored anew, even where the same was stored before. */
  freshBounds(): void {
    this.#runs.forget()
  }

  /** Numbers below `number` are not given to new runs. */
  reserveRuns(number: number): void {
    this.#raise.run(number, 'next_run')
  }

  /** Stores the numbers given out: once a transaction, after its last batch. */
  storeCounters(): void {
    this.#raise.run(this.#facts.seq, 'seq')
    this.reserveRuns(this.#runs.newest + 1)
  }

  /** Writes the fact that these runs were removed. Inside a transaction, like all here. */
  removal(time: number, runs: readonly number[]): void {
    this.#facts.add(null, removedFactValues(time, runs))
    this.#facts.flush()
    this.storeCounters()
  }

  apply(ops: BatchOps): Applied {
    const firstSeq = this.#facts.seq + 1
    const conflicts: number[] = []
    const written = new Set(ops.withdrawals.length > 0 ? ops.runs.map((op) => op.run) : [])
    const kept = new Set<number>()
    const withdraw = (afterWrites: boolean): void => {
      for (const [run, expect] of ops.withdrawals) {
        if (written.has(run) === afterWrites && !this.#runs.withdraw(run, expect)) kept.add(run)
      }
    }
    // Before the runs, so that a run of this batch can take the instant of the one that it replaces.
    withdraw(false)
    for (const op of ops.runs) {
      if (this.#runs.write(op)) for (const fact of op.facts) this.#facts.add(op.run, fact)
      else conflicts.push(op.run)
    }
    // A run that is withdrawn takes its facts with it, those of this batch too.
    this.#facts.flush()
    withdraw(true)
    for (const [run, , time] of ops.withdrawals) {
      if (kept.has(run)) conflicts.push(run)
      else this.#facts.add(run, deletedFactValues(time))
    }
    this.#applyOthers(ops)
    this.#facts.flush()
    return { firstSeq, nextSeq: this.#facts.seq + 1, conflicts }
  }

  #applyOthers(ops: OtherOps): void {
    for (const instant of ops.instants) this.#runs.addInstant(instant)
    for (const fact of ops.facts) this.#facts.add(null, fact)
    for (const [job, hash, json, adHoc] of ops.jobs) {
      this.#define.run(job, hash, json, adHoc)
      this.#setJob.run(job, hash, adHoc)
    }
    for (const job of ops.removedJobs) this.#removeJob.run(job)
    for (const cursor of ops.cursors) this.#setCursor.run(...cursor)
    for (const cursor of ops.removedCursors) this.#removeCursor.run(...cursor)
    for (const record of ops.records) this.#setRecord.run(...record)
    for (const record of ops.removedRecords) this.#removeRecord.run(...record)
    for (const version of ops.versions) this.#setVersion.run(...version)
    if (ops.nextRun !== null) this.reserveRuns(ops.nextRun)
  }
}
