import { setImmediate } from 'node:timers/promises'
import { isFinished, runId, runNumber } from '@apsis/core/run'
import { type Batch, type CommitReply, type RunWrite, StoreError } from '../port/index.ts'
import { type Applied, otherOps, runOp, type SqlValue } from '../row/index.ts'
import { type PackedRuns, packRun } from './packed-runs.ts'
import type { RunsWriterMethods } from './protocol.ts'
import type { Thread } from './thread.ts'

/** Rows (runs, withdrawals, instants, facts and the like) that may wait to be durable. A batch is refused while more wait before it. */
export const WAITING_MOST = 200_000

/** Runs that are encoded in one go: one to two milliseconds. */
const SLICE = 250

/** Runs of which it is remembered that what they are bound to is stored. Beyond them it is encoded again, which costs time only. */
const REMEMBERED = 100_000

interface Waiting {
  readonly batch: Batch
  readonly rows: number
  readonly resolve: (reply: CommitReply) => void
  readonly reject: (error: unknown) => void
}

/** Encodes batches, in slices where they are large, and hands them to the writer in the order of the calls. */
export class CommitQueue {
  readonly #writer: Thread<RunsWriterMethods>
  readonly #waiting: Waiting[] = []
  readonly #bound = new Set<number>()
  readonly #idle: (() => void)[] = []
  #pumping = false
  #rows = 0

  constructor(writer: Thread<RunsWriterMethods>) {
    this.#writer = writer
  }

  /** Rows that wait to be durable. */
  get rows(): number {
    return this.#rows
  }

  commit(batch: Batch): Promise<CommitReply> {
    if (this.#rows > WAITING_MOST) {
      const message = `${this.#rows} changes wait to be written, more than ${WAITING_MOST}: ask again later`
      return Promise.reject(new StoreError('STORE_BUSY', message))
    }
    const rows = rowsOf(batch)
    this.#rows += rows
    return new Promise<CommitReply>((resolve, reject) => {
      this.#waiting.push({ batch, rows, resolve, reject })
      if (!this.#pumping) void this.#pump()
    }).finally(() => {
      this.#rows -= rows
    })
  }

  /** Resolves when all that was given is handed to the writer. */
  idle(): Promise<void> {
    return this.#pumping ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve()
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const writes = next.batch.runs ?? []
      try {
        let at = 0
        for (; writes.length - at > SLICE; at += SLICE) {
          void this.#writer.ask('part', this.#encode(writes.slice(at, at + SLICE))).catch(() => undefined)
          await setImmediate()
        }
        const last = this.#encode(at === 0 ? writes : writes.slice(at))
        this.#writer
          .ask('commit', last, otherOps(next.batch))
          .then((applied) => next.resolve(this.#reply(writes, applied)), next.reject)
      } catch (error) {
        void this.#writer.ask('dropParts').catch(() => undefined)
        next.reject(error)
      }
    }
    this.#pumping = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #encode(writes: readonly RunWrite[]): PackedRuns {
    const packed: SqlValue[] = []
    for (const write of writes) {
      const stored = write.expect !== null && this.#bound.has(runNumber(write.run.id))
      packRun(runOp(write, stored), packed)
    }
    return packed
  }

  #reply(writes: readonly RunWrite[], { firstSeq, nextSeq, conflicts }: Applied): CommitReply {
    const refused = new Set(conflicts)
    for (const { run } of writes) {
      const number = runNumber(run.id)
      if (isFinished(run.state)) this.#bound.delete(number)
      else if (run.state !== 'new' && run.state !== 'scheduled' && !refused.has(number)) this.#remember(number)
    }
    return { firstSeq, nextSeq, conflicts: conflicts.map(runId) }
  }

  #remember(number: number): void {
    if (this.#bound.size >= REMEMBERED) this.#bound.clear()
    this.#bound.add(number)
  }
}

function rowsOf(batch: Batch): number {
  let rows = 1
  for (const list of [batch.runs, batch.withdrawals, batch.instants, batch.facts, batch.jobs, batch.cursors]) {
    rows += list?.length ?? 0
  }
  for (const write of batch.runs ?? []) rows += write.facts.length
  return rows
}
