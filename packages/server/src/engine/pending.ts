import type { RunId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type {
  Batch,
  CursorRow,
  GeneralFact,
  InstantRow,
  JobRow,
  JobVersionRow,
  RecordRow,
  RunWithdrawal,
  RunWrite,
} from '@apsis/store/port'

/** What is called when a write is durable, or was refused because the stored run is another version. */
export interface Settled {
  durable(): void
  conflict(): void
}

/** The rest of a batch, beside runs and withdrawals. */
export type BatchExtras = Omit<Batch, 'runs' | 'withdrawals' | 'facts' | 'nextRun'>

class Extras implements BatchExtras {
  readonly instants: InstantRow[] = []
  readonly jobs: JobRow[] = []
  readonly removedJobs: string[] = []
  readonly cursors: CursorRow[] = []
  readonly removedCursors: Pick<CursorRow, 'jobId' | 'scheduleKey'>[] = []
  readonly records: RecordRow[] = []
  readonly removedRecords: Pick<RecordRow, 'kind' | 'id'>[] = []
  readonly jobVersions: JobVersionRow[] = []

  get empty(): boolean {
    const { instants, jobs, removedJobs, cursors, removedCursors, records, removedRecords, jobVersions } = this
    const lists = [instants, jobs, removedJobs, cursors, removedCursors, records, removedRecords, jobVersions]
    return lists.every(({ length }) => length === 0)
  }

  // One by one: a start gives tens of thousands, more than a call takes arguments.
  add(extras: BatchExtras): void {
    const { instants = [], jobs = [], removedJobs = [], cursors = [], removedCursors = [] } = extras
    const { records = [], removedRecords = [], jobVersions = [] } = extras
    for (const instant of instants) this.instants.push(instant)
    for (const job of jobs) this.jobs.push(job)
    for (const jobId of removedJobs) this.removedJobs.push(jobId)
    for (const cursor of cursors) this.cursors.push(cursor)
    for (const ref of removedCursors) this.removedCursors.push(ref)
    for (const record of records) {
      // In a batch, what is removed goes after what is put in place.
      const removed = this.removedRecords.findIndex(({ kind, id }) => kind === record.kind && id === record.id)
      if (removed >= 0) this.removedRecords.splice(removed, 1)
      this.records.push(record)
    }
    for (const ref of removedRecords) this.removedRecords.push(ref)
    for (const version of jobVersions) this.jobVersions.push(version)
  }
}

/** Changes that wait to be committed together. Bounded by what the engine takes in while one commit is under way, or failing. */
export class Pending {
  readonly writes: RunWrite[] = []
  readonly indexOf: Map<RunId, number> = new Map()
  readonly withdrawals: RunWithdrawal[] = []
  readonly facts: (GeneralFact & { readonly time: Instant })[] = []
  readonly extras: Extras = new Extras()
  readonly settled: { readonly runId: RunId | null; readonly settled: Settled }[] = []
  nextRun: number | null = null
  readonly #whole: boolean

  /** `whole`: it has no parts. */
  constructor(whole = false) {
    this.#whole = whole
  }

  get empty(): boolean {
    return this.settled.length === 0 && this.facts.length === 0 && this.extras.empty
  }

  /** Its parts one by one, in order: run by run, then the rest. */
  parts(): Pending[] {
    if (this.#whole) return [this]
    const parts: Pending[] = []
    const settled = Map.groupBy(this.settled, ({ runId }) => runId)
    const of = (runId: RunId): Pending => {
      const part = new Pending()
      for (const one of settled.get(runId) ?? []) part.settled.push(one)
      parts.push(part)
      return part
    }
    for (const write of this.writes) of(write.run.id).writes.push(write)
    for (const withdrawal of this.withdrawals) of(withdrawal.runId).withdrawals.push(withdrawal)
    const rest = new Pending()
    for (const fact of this.facts) rest.facts.push(fact)
    rest.extras.add(this.extras)
    // One by one: there may be more than a call takes arguments.
    for (const one of settled.get(null) ?? []) rest.settled.push(one)
    rest.nextRun = this.nextRun
    return [...parts, rest]
  }

  batch(): Batch {
    const { instants, jobs, removedJobs, cursors, removedCursors, records, removedRecords, jobVersions } = this.extras
    const extras = { instants, jobs, removedJobs, cursors, removedCursors, records, removedRecords, jobVersions }
    const batch: Batch = { runs: this.writes, withdrawals: this.withdrawals, facts: this.facts, ...extras }
    return this.nextRun === null ? batch : { ...batch, nextRun: this.nextRun }
  }
}
