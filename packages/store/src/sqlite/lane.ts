import { StoreError } from '../port/index.ts'
import type { ReaderMethods } from './protocol.ts'
import { Thread } from './thread.ts'

/** Reads that may wait in one lane. More are refused with `STORE_BUSY`. */
export const READS_WAITING_MOST = 1_000

/** A reading thread, started when it is first needed. */
export class Lane {
  readonly #folder: string
  #thread: Thread<ReaderMethods> | null = null
  #opened: Promise<void> | null = null
  #closed = false

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Starts the thread; what it reads is opened later. */
  start(): Thread<ReaderMethods> {
    return (this.#thread ??= new Thread<ReaderMethods>('reader'))
  }

  /** Resolves when the thread can read. */
  open(): Promise<void> {
    const opened = (this.#opened ??= this.start().ask('open', this.#folder))
    // Where it fails, whatever is asked of the thread fails too, and says so.
    opened.catch(() => undefined)
    return opened
  }

  async ask<Name extends keyof ReaderMethods>(
    method: Name,
    ...args: Parameters<ReaderMethods[Name]>
  ): Promise<ReturnType<ReaderMethods[Name]>> {
    if (this.#closed) throw new StoreError('STORE_CLOSED', 'the store is closed')
    void this.open()
    const thread = this.start()
    if (thread.waiting >= READS_WAITING_MOST) {
      throw new StoreError('STORE_BUSY', `${thread.waiting} reads wait already: ask again later`)
    }
    return await thread.ask(method, ...args)
  }

  /** Answers what was asked, then ends the thread. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#thread?.close()
  }
}
