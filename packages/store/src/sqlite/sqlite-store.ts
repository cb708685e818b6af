import { type Batch, type CommitReply, type OutputChunk, type Reader, type Store, StoreError } from '../port/index.ts'
import { AppendQueue } from './append-queue.ts'
import { CommitQueue } from './commit-queue.ts'
import { Lane } from './lane.ts'
import type { OutputsWriterMethods, RunsWriterMethods } from './protocol.ts'
import { SqliteReader } from './sqlite-reader.ts'
import { Thread } from './thread.ts'

/** A store in a data folder: `runs.db` and `outputs.db`, a thread that writes each, and two that read. */
export class SqliteStore implements Store {
  readonly read: Reader
  readonly #runs: Thread<RunsWriterMethods>
  readonly #outputs: Thread<OutputsWriterMethods>
  readonly #lanes: readonly [quick: Lane, slow: Lane]
  readonly #commits: CommitQueue
  readonly #appends: AppendQueue
  #closed: Promise<void> | null = null

  /** Starts the threads; call `open` before anything else. */
  constructor(folder: string) {
    this.#runs = new Thread('runs-writer')
    this.#outputs = new Thread('outputs-writer')
    this.#lanes = [new Lane(folder), new Lane(folder)]
    this.#commits = new CommitQueue(this.#runs)
    this.#appends = new AppendQueue(this.#outputs)
    this.read = new SqliteReader(...this.#lanes)
  }

  /** Takes the folder, and opens or makes what is in it. Rejects with `StoreError`, and then holds nothing. */
  async open(folder: string): Promise<void> {
    try {
      // In this order: the first takes the lock, and nothing is opened without it.
      this.#lanes[0].start()
      await this.#runs.ask('open', folder)
      await this.#outputs.ask('open', folder)
      await this.#lanes[0].open()
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

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.#commits.idle()
    // Readers first: the last connection to close tidies up, and only one that writes can. The writer of runs.db last: it has the lock.
    await Promise.all(this.#lanes.map((lane) => lane.close()))
    await this.#outputs.close()
    await this.#runs.close()
  }

  #check(): void {
    if (this.#closed !== null) throw new StoreError('STORE_CLOSED', 'the store is closed')
  }
}
