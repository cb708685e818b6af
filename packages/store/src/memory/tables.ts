import {
  type BatchOps,
  type Applied,
  deletedFactValues,
  type FactValues,
  type JobValues,
  type OtherOps,
  type RecordValues,
  removedFactValues,
  type RunOp,
  type VersionValues,
} from '../row/index.ts'
import { MemoryInstants } from './instants.ts'
import { MemoryRuns } from './runs.ts'

/** A fact as a row: number, run, time, type, state, text. */
export type FactRow = readonly [seq: number, run: number | null, ...FactValues]

/** All that is in `runs.db`, in memory. Applying a batch cannot fail half-way: its values were checked before. */
export class MemoryTables {
  readonly runs: MemoryRuns = new MemoryRuns()
  readonly instants: MemoryInstants = new MemoryInstants()
  readonly meta: Map<number, string> = new Map()
  readonly jobs: Map<string, JobValues> = new Map()
  readonly definitions: Map<string, JobValues> = new Map()
  readonly cursors: Map<string, readonly [job: string, key: string, until: number]> = new Map()
  readonly records: Map<string, RecordValues> = new Map()
  readonly versions: Map<string, VersionValues> = new Map()
  readonly #facts = new Map<number, FactRow>()
  readonly #factsOf = new Map<number, FactRow[]>()
  #seq = 0
  #nextRun = 1

  /** Number of the newest fact; 0 when there is none. */
  get seq(): number {
    return this.#seq
  }

  get nextRun(): number {
    return Math.max(this.#nextRun, this.runs.newest + 1)
  }

  factsOf(run: number): readonly FactRow[] {
    return this.#factsOf.get(run) ?? []
  }

  factsAfter(after: number, limit: number): readonly FactRow[] {
    const facts: FactRow[] = []
    for (let seq = after + 1; seq <= this.#seq && facts.length < limit; seq++) {
      const fact = this.#facts.get(seq)
      if (fact !== undefined) facts.push(fact)
    }
    return facts
  }

  apply(ops: BatchOps): Applied {
    const firstSeq = this.#seq + 1
    const conflicts: number[] = []
    const written = new Set(ops.runs.map((op) => op.run))
    const kept = new Set<number>()
    const withdraw = (afterWrites: boolean): void => {
      for (const [run, expect] of ops.withdrawals) {
        if (written.has(run) === afterWrites && !this.#withdraw(run, expect)) kept.add(run)
      }
    }
    withdraw(false)
    for (const op of ops.runs) {
      if (this.#write(op)) for (const fact of op.facts) this.#fact(op.run, fact)
      else conflicts.push(op.run)
    }
    withdraw(true)
    for (const [run, , time] of ops.withdrawals) {
      if (kept.has(run)) conflicts.push(run)
      else this.#fact(run, deletedFactValues(time))
    }
    this.#applyOthers(ops)
    return { firstSeq, nextSeq: this.#seq + 1, conflicts }
  }

  #write(op: RunOp): boolean {
    if (op.fixed === null) {
      if (!this.runs.update(op)) return false
    } else {
      if (this.runs.has(op.run) || (op.instant !== null && !this.instants.add(op.instant))) return false
      this.runs.insert(op, op.fixed)
    }
    if (op.verdict !== null) this.instants.decide(op.run, op.verdict)
    if (op.meta !== null) this.meta.set(op.run, op.meta)
    return true
  }

  /** Removes a finished run with its facts, metadata and the instants that were due before `settled`. False where it is not finished, or of another version. */
  removeFinished(run: number, version: number, settled: number): boolean {
    if (!this.runs.removeFinished(run, version)) return false
    this.instants.removeOf(run, settled)
    this.#forget(run)
    return true
  }

  /** Writes the fact that these runs were removed. */
  removal(time: number, runs: readonly number[]): void {
    this.#fact(null, removedFactValues(time, runs))
  }

  #withdraw(run: number, expect: number): boolean {
    if (!this.runs.withdraw(run, expect)) return false
    this.#forget(run)
    return true
  }

  #forget(run: number): void {
    this.meta.delete(run)
    for (const [seq] of this.#factsOf.get(run) ?? []) this.#facts.delete(seq)
    this.#factsOf.delete(run)
    // Of a finished run they all have a verdict.
    this.instants.withdraw(run)
  }

  #applyOthers(ops: OtherOps): void {
    for (const instant of ops.instants) this.instants.add(instant)
    for (const fact of ops.facts) this.#fact(null, fact)
    for (const job of ops.jobs) {
      this.jobs.set(job[0], job)
      if (!this.definitions.has(job[1])) this.definitions.set(job[1], job)
    }
    for (const job of ops.removedJobs) this.jobs.delete(job)
    for (const cursor of ops.cursors) this.cursors.set(JSON.stringify([cursor[0], cursor[1]]), cursor)
    for (const cursor of ops.removedCursors) this.cursors.delete(JSON.stringify(cursor))
    for (const record of ops.records) this.records.set(JSON.stringify([record[0], record[1]]), record)
    for (const record of ops.removedRecords) this.records.delete(JSON.stringify(record))
    for (const version of ops.versions) this.versions.set(JSON.stringify([version[0], version[1]]), version)
    if (ops.nextRun !== null) this.#nextRun = Math.max(this.#nextRun, ops.nextRun)
  }

  #fact(run: number | null, values: FactValues): void {
    const fact: FactRow = [++this.#seq, run, ...values]
    this.#facts.set(this.#seq, fact)
    if (run === null) return
    const facts = this.#factsOf.get(run)
    if (facts === undefined) this.#factsOf.set(run, [fact])
    else facts.push(fact)
  }
}
