import { runId } from '@apsis/core/run'
import {
  type Batch,
  type CommitReply,
  type Maintenance,
  type OutputChunk,
  type Reader,
  type Store,
  StoreError,
  type StoreQueues,
} from '../port/index.ts'
import { type BatchOps, checkedNumber, otherOps, runOp } from '../row/index.ts'
import { type Holder, MemoryDisk } from './disk.ts'
import { MemoryMaintenance } from './memory-maintenance.ts'
import { MemoryReader } from './memory-reader.ts'

/** What a test may do around every commit. A commit takes all that waits when it begins: batches and output, in order. */
export interface MemoryHooks {
  /** Before anything of a commit is applied. Where it rejects, nothing is, and what asked for it rejects with `STORE_FAILED`. */
  beforeCommit?(): Promise<void>
  /** After a commit is durable, before anyone hears of it. A crash here, or a rejection, loses the answer and nothing else. */
  afterCommit?(): Promise<void>
}

/** Requests that may wait; more are refused with `STORE_BUSY`. */
const WAITING_MOST = 100_000

/**
 * Opens a store on a disk in memory: that of an earlier store, or a new one. Throws `StoreError` `STORE_LOCKED` while another
 * store has the disk. It uses no timer and no clock.
 */
export function openMemoryStore(disk: MemoryDisk = new MemoryDisk(), hooks: MemoryHooks = {}): Store {
  const store = new MemoryStore(disk, hooks)
  disk.take(store)
  return store
}

interface Pending {
  /** Applies it; gives the answer when the commit is over. Throws `StoreError` where this one cannot be applied. */
  readonly apply: () => () => void
  readonly reject: (error: unknown) => void
}

class MemoryStore implements Store, Holder {
  readonly read: Reader
  readonly maintenance: Maintenance
  readonly #disk: MemoryDisk
  readonly #hooks: MemoryHooks
  readonly #waiting: Pending[] = []
  #underWay: readonly Pending[] = []
  #running: Promise<void> | null = null
  #closed: StoreError | null = null
  #dead = false

  constructor(disk: MemoryDisk, hooks: MemoryHooks) {
    this.#disk = disk
    this.#hooks = hooks
    this.read = new MemoryReader(disk, () => this.#check())
    const commit = <Value>(apply: () => Value): Promise<Value> => this.#enqueue(apply)
    this.maintenance = new MemoryMaintenance(disk, () => this.#check(), commit)
  }

  async commit(batch: Batch): Promise<CommitReply> {
    this.#check()
    const ops: BatchOps = { ...otherOps(batch), runs: (batch.runs ?? []).map((write) => runOp(write, false)) }
    return await this.#enqueue(() => {
      const { firstSeq, nextSeq, conflicts } = this.#disk.tables.apply(ops)
      return { firstSeq, nextSeq, conflicts: conflicts.map(runId) }
    })
  }

  queues(): StoreQueues {
    const changes = this.#waiting.length + this.#underWay.length
    return { changes, outputBytes: 0, reads: 0, historyReads: 0 }
  }

  async appendOutput(chunks: readonly OutputChunk[]): Promise<readonly number[]> {
    this.#check()
    for (const { runId: id, offset } of chunks) {
      checkedNumber(id)
      if (Number.isSafeInteger(offset) && offset >= 0) continue
      throw new StoreError('STORE_REQUEST', `output of ${id} is given from ${offset}, expected an integer from 0`)
    }
    // What is kept must not change with the buffer of the caller.
    const own = chunks.map((chunk) => ({ ...chunk, data: chunk.data.slice() }))
    return await this.#enqueue(() => this.#disk.outputs.append(own))
  }

  async close(): Promise<void> {
    this.#closed ??= new StoreError('STORE_CLOSED', 'the store is closed')
    await this.#running
    this.#disk.release(this)
  }

  die(): void {
    this.#dead = true
    this.#closed = new StoreError('STORE_CLOSED', 'the store ended in a simulated crash')
    for (const pending of [...this.#underWay, ...this.#waiting.splice(0)]) pending.reject(this.#closed)
    this.#underWay = []
  }

  #enqueue<Value>(apply: () => Value): Promise<Value> {
    if (this.#waiting.length >= WAITING_MOST) {
      return Promise.reject(new StoreError('STORE_BUSY', `${this.#waiting.length} requests wait: ask again later`))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        apply: () => {
          const value = apply()
          return () => resolve(value)
        },
        reject,
      })
      this.#running ??= this.#run()
    })
  }

  async #run(): Promise<void> {
    // What is asked for in one turn is in one commit.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      this.#underWay = this.#waiting.splice(0)
      await this.#commitGroup(this.#underWay)
    }
    this.#running = null
  }

  async #commitGroup(group: readonly Pending[]): Promise<void> {
    try {
      await this.#hooks.beforeCommit?.()
      if (this.#dead) return
      const answers = applyAll(group)
      await this.#hooks.afterCommit?.()
      if (!this.#dead) for (const answer of answers) answer()
    } catch (error) {
      const failed = new StoreError('STORE_FAILED', `the commit failed: ${String(error)}`, { cause: error })
      for (const pending of group) pending.reject(failed)
    }
  }

  #check(): void {
    if (this.#closed !== null) throw this.#closed
  }
}

function applyAll(group: readonly Pending[]): readonly (() => void)[] {
  const answers: (() => void)[] = []
  for (const pending of group) {
    try {
      answers.push(pending.apply())
    } catch (error) {
      pending.reject(error)
    }
  }
  return answers
}
