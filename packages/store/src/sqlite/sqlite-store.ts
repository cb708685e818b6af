import {
  type Batch,
  type CommitReply,
  type OutputChunk,
  type Reader,
  type Store,
  StoreError,
  type StoreQueues,
} from '../port/index.ts'
import { AppendQueue } from './append-queue.ts'
import { CommitQueue } from './commit-queue.ts'
import { Lane } from './lane.ts'
import type { Migration } from './migrate.ts'
import type { OutputsWriterMethods, RunsWriterMethods } from './protocol.ts'
import { ReadPool } from './read-pool.ts'
import { SqliteMaintenance } from './sqlite-maintenance.ts'
import { SqliteReader } from './sqlite-reader.ts'
import { Thread } from './thread.ts'

/** How history is read. */
export interface Reading {
  /** Threads that page through history. */
  readonly threads: number
  /** Longest that one read of history may take, and wait, ms. */
  readonly limit: number
  /** After which the search for the runs of a page stops, ms. */
  readonly search: number
}

/** A store in a data folder: `runs.db` and `outputs.db`, a thread that writes each, some that read, and one for upkeep. */
export class SqliteStore implements Store {
  readonly read: Reader
  readonly maintenance: SqliteMaintenance
  readonly #runs: Thread<RunsWriterMethods>
  readonly #outputs: Thread<OutputsWriterMethods>
  readonly #quick: Lane
  readonly #slow: ReadPool
  readonly #commits: CommitQueue
  readonly #appends: AppendQueue
  readonly #migrating: (migration: Migration) => void
  #closed: Promise<void> | null = null

  /** Starts the threads; call `open` before anything else. `died`, `migrating`: see `SqliteOptions`. */
  constructor(
    folder: string,
    reading: Reading,
    died: (error: StoreError) => void,
    migrating: (migration: Migration) => void,
  ) {
    this.#migrating = migrating
    this.#runs = new Thread('runs-writer', died)
    this.#outputs = new Thread('outputs-writer', died)
    const bounds = { limit: reading.limit, search: reading.search }
    const lane = (): Lane => new Lane(folder, { ...bounds, yields: true })
    this.#quick = new Lane(folder, { ...bounds, yields: false }, died)
    // However many page through history, what is due has the processor first.
    const slow = Array.from({ length: reading.threads }, lane)
    this.#slow = new ReadPool(slow, reading.limit)
    this.#commits = new CommitQueue(this.#runs)
    this.#appends = new AppendQueue(this.#outputs)
    this.maintenance = new SqliteMaintenance(folder, this.#runs, this.#outputs)
    this.read = new SqliteReader(this.#quick, this.#slow)
  }

  /** Takes the folder, and opens or makes what is in it. Rejects with `StoreError`, and then holds nothing. */
  async open(folder: string): Promise<void> {
    try {
      // In this order: the first takes the lock, and nothing is opened without it.
      this.#quick.start()
      const old = await this.#runs.ask('open', folder)
      if (old !== null) {
        const name = 'runs.db'
        this.#migrating({ name, ...old, took: null })
        const began = performance.now()
        await this.#runs.ask('migrate')
        this.#migrating({ name, ...old, took: performance.now() - began })
      }
      await this.#outputs.ask('open', folder)
      await this.#runs.ask('outputsMade')
      await this.#quick.open()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async commit(batch: Batch): Promise<CommitReply> {
    this.#check()
    return await this.#commits.commit(batch)
  }

  async appendOutput(chunks: readonly OutputChunk[]): Promise<readonly number[]> {
    this.#check()
    return await this.#appends.append(chunks)
  }

  queues(): StoreQueues {
    return {
      changes: this.#commits.rows,
      outputBytes: this.#appends.bytes,
      reads: this.#quick.waiting,
      historyReads: this.#slow.waiting,
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.#commits.idle()
    // Readers first: the last connection to close tidies up, and only one that writes can. The writer of runs.db last: it has the lock.
    await Promise.all([this.maintenance.close(), this.#quick.close(), this.#slow.close()])
    await this.#outputs.close()
    await this.#runs.close()
  }

  #check(): void {
    if (this.#closed !== null) throw new StoreError('STORE_CLOSED', 'the store is closed')
  }
}
