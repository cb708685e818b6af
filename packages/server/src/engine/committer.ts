import type { Instant } from '@apsis/core/time'
import {
  type Batch,
  type CommitReply,
  type GeneralFact,
  type RunWithdrawal,
  type RunWrite,
  StoreError,
} from '@apsis/store/port'
import type { Observer } from './observer.ts'
import { type BatchExtras, Pending, type Settled } from './pending.ts'
import type { Clock, Log } from './ports.ts'

/** One durable batch, as published. */
export interface Published {
  readonly writes: readonly RunWrite[]
  readonly withdrawals: readonly RunWithdrawal[]
  readonly facts: readonly (GeneralFact & { readonly time: Instant })[]
  readonly reply: CommitReply
}

/** Time between two tries of a batch that the store could not take, ms. */
const RETRY = 250
/** Changes of runs that may wait for the next commit before what can wait, waits: a commit of this many takes a tenth of a second or so. */
const CROWDED = 1_000

/**
 * Group commit: what the engine decides while one commit is under way goes into the next, in one transaction. Nothing is started, and nothing said to
 * be done, before the batch that decided it is durable; signals to processes that run need not wait for that (`Early`). A batch that the store cannot take is tried again until it can: the engine's memory is ahead of the store by at
 * most the batches that wait here, and nobody has been told that they are recorded.
 */
export class Committer {
  readonly #commit: (batch: Batch) => Promise<CommitReply>
  readonly #publish: (published: Published) => void
  readonly #clock: Clock
  readonly #log: Log
  readonly #observe: Observer | undefined
  #pending = new Pending()
  /** What goes before what is pending, in order: what is to be a batch of its own, and parts of a batch that was refused whole. */
  readonly #queue: Pending[] = []
  #inFlight = false
  #stopped = false
  #failingSince: Instant | null = null
  /** The same on the clock that is never set. */
  #failingFrom = 0
  #idle: (() => void)[] = []
  readonly #watchers = new Set<(since: Instant) => void>()
  readonly #patient: (() => void)[] = []

  constructor(
    commit: (batch: Batch) => Promise<CommitReply>,
    publish: (published: Published) => void,
    clock: Clock,
    log: Log,
    observe?: Observer,
  ) {
    this.#commit = commit
    this.#publish = publish
    this.#clock = clock
    this.#log = log
    this.#observe = observe
  }

  /** Since when the store has not taken what it was given; null while it does. */
  get failingSince(): Instant | null {
    return this.#failingSince
  }

  /** Calls back when the store begins to take nothing, at once while it takes nothing; once. The result forgets that. */
  whenFailing(callback: (since: Instant) => void): () => void {
    if (this.#failingSince === null) this.#watchers.add(callback)
    else callback(this.#failingSince)
    return () => this.#watchers.delete(callback)
  }

  write(write: RunWrite, settled: Settled): void {
    const { writes, indexOf } = this.#pending
    const at = indexOf.get(write.run.id)
    const before = at === undefined ? undefined : writes[at]
    if (at === undefined || before === undefined) {
      indexOf.set(write.run.id, writes.length)
      writes.push(write)
    } else {
      // Two changes of one run in one transaction are one write: nothing outside can have seen the first.
      writes[at] = {
        ...before,
        ...write,
        expect: before.expect,
        facts: [...before.facts, ...write.facts],
        // The first verdict stays, as it does in the store.
        ...(before.verdict === undefined ? {} : { verdict: before.verdict }),
      }
    }
    this.#pending.settled.push({ runId: write.run.id, settled })
  }

  withdraw(withdrawal: RunWithdrawal, settled: Settled): void {
    this.#pending.withdrawals.push(withdrawal)
    this.#pending.settled.push({ runId: withdrawal.runId, settled })
  }

  fact(fact: GeneralFact, time: Instant): void {
    this.#pending.facts.push({ ...fact, time })
  }

  extra(extras: BatchExtras): void {
    this.#pending.extras.add(extras)
  }

  nextRun(number: number): void {
    this.#pending.nextRun = number
  }

  /** Calls back when everything given so far is durable; at once when it is. `refused`: instead, where the store takes what was given with it never. */
  after(callback: () => void, refused: () => void = callback): void {
    if (this.#pending.empty && !this.#inFlight && this.#queue.length === 0) callback()
    else this.#pending.settled.push({ runId: null, settled: { durable: callback, conflict: refused } })
  }

  /**
   * What `task` gives is one batch, which the store takes whole or not at all, whatever else waits: in order after what was given before. Calls back
   * `durable`, or `refused` where the store takes it never. Throws what `task` throws, and calls back neither: then nothing that it gave is committed,
   * which is told as conflicts, and what else waits goes on.
   */
  alone(task: () => void, durable: () => void, refused: () => void): void {
    const before = this.#pending
    const alone = new Pending(true)
    this.#pending = alone
    try {
      task()
    } catch (error) {
      this.#pending = before
      for (const { settled } of alone.settled) this.#guarded(() => settled.conflict())
      throw error
    }
    this.#pending = before
    if (alone.empty) {
      this.after(durable, refused)
      return
    }
    alone.settled.push({ runId: null, settled: { durable, conflict: refused } })
    if (!before.empty || before.nextRun !== null) this.#queue.push(before)
    this.#queue.push(alone)
    this.#pending = new Pending()
  }

  /**
   * Calls back when there is room for more that is not urgent, in no turn of the engine; at once when there is. Who makes many changes asks between
   * two pieces of them, so that a run that is due waits for two commits of a thousand changes or so, and not for all of them.
   */
  whenRoom(callback: () => void): void {
    if (this.#pending.writes.length < CROWDED) callback()
    else this.#patient.push(callback)
  }

  /** Starts a commit of what waits, unless one is under way. */
  flush(): void {
    if (this.#inFlight || this.#stopped) return
    const pending = this.#queue.shift() ?? this.#pending
    if (pending.empty && pending.nextRun === null) return
    if (pending === this.#pending) this.#pending = new Pending()
    this.#inFlight = true
    this.#observe?.committing()
    this.#try(pending, pending.batch(), this.#clock.monotonic())
    if (this.#pending.empty) for (const callback of this.#patient.splice(0)) callback()
  }

  /** Resolves when nothing waits and nothing is under way; at once while the store takes nothing, since nobody was told of what waits. */
  idle(): Promise<void> {
    this.flush()
    if (!this.#inFlight || this.#failingSince !== null) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  stop(): void {
    this.#stopped = true
  }

  #try(pending: Pending, batch: Batch, since: number): void {
    this.#commit(batch).then(
      (reply) => {
        if (this.#stopped) return
        if (this.#failingSince !== null) {
          const seconds = Math.round((this.#clock.monotonic() - this.#failingFrom) / 100) / 10
          this.#failingSince = null
          this.#log.info('the store takes changes again', { event: 'store.recovered', seconds })
        }
        this.#observe?.committed(this.#clock.monotonic() - since, pending.writes.length, reply.nextSeq - reply.firstSeq)
        this.#done(pending, reply)
      },
      (error: unknown) => {
        if (this.#stopped) return
        if (error instanceof StoreError && error.code === 'STORE_REQUEST') {
          this.#refused(pending, error)
          return
        }
        this.#observe?.commitFailed()
        if (this.#failingSince === null) {
          this.#failingSince = this.#clock.now()
          this.#failingFrom = this.#clock.monotonic()
          this.#log.error('the store takes nothing: starting no run until it does', {
            event: 'store.failing',
            error: String(error),
          })
          for (const resolve of this.#idle.splice(0)) resolve()
          const watchers = [...this.#watchers]
          this.#watchers.clear()
          for (const watcher of watchers) watcher(this.#failingSince)
        }
        this.#clock.after(RETRY, () => this.#stopped || this.#try(pending, batch, since))
      },
    )
  }

  /**
   * Something in the batch is not to be stored, now or later: a defect of ours. The batch is committed part by part, so that just the part that is
   * refused is given up, and its run is read from the store again.
   */
  #refused(pending: Pending, error: StoreError): void {
    const parts = pending.parts().filter((part) => !part.empty || part.nextRun !== null)
    if (parts.length <= 1) {
      this.#log.error('the store refuses a change: this is a defect, please report it', { error: error.message })
      for (const { settled } of pending.settled) this.#guarded(() => settled.conflict())
      this.#next()
      return
    }
    this.#queue.unshift(...parts)
    this.#next()
  }

  #done(pending: Pending, reply: CommitReply): void {
    const { writes, withdrawals, facts } = pending
    this.#guarded(() => this.#publish({ writes, withdrawals, facts, reply }))
    const conflicts = new Set(reply.conflicts)
    for (const { runId, settled } of pending.settled) {
      this.#guarded(() => (runId !== null && conflicts.has(runId) ? settled.conflict() : settled.durable()))
    }
    this.#next()
  }

  /** What is done with one change must not keep the others from being done. */
  #guarded(task: () => void): void {
    try {
      task()
    } catch (error) {
      this.#log.error('a change that is durable could not be carried out: this is a defect, please report it', {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
    }
  }

  #next(): void {
    this.#inFlight = false
    this.flush()
    if (!this.#inFlight) for (const resolve of this.#idle.splice(0)) resolve()
  }
}
