import { StoreError } from '../port/index.ts'
import type { ReadBounds, ReaderMethods } from './protocol.ts'
import { Thread } from './thread.ts'

/** Reads that may wait in one lane. More are refused with `STORE_BUSY`. */
export const READS_WAITING_MOST = 1_000

/** Longest that one read of history may take, where nothing else is said, ms. */
export const READ_LIMIT = 10_000

/** How long the runs of one page are searched for, where nothing else is said, ms. */
export const SEARCH_TIME = 25

/** After which a thread that is not asked anything may end, ms. */
const IDLE = 20_000

/** A reading thread, started when it is needed. */
export class Lane {
  readonly #folder: string
  readonly #bounds: ReadBounds
  readonly #died: ((error: StoreError) => void) | null
  #thread: Thread<ReaderMethods> | null = null
  #opened: Promise<void> | null = null
  #closed = false
  #ending: NodeJS.Timeout | null = null
  #ended: Promise<void> = Promise.resolve()

  /** `died`: told where the thread died, which then answers nothing any more; without it, the next question starts another. */
  constructor(
    folder: string,
    bounds: Omit<ReadBounds, 'cancelled'>,
    died: ((error: StoreError) => void) | null = null,
  ) {
    this.#folder = folder
    this.#died = died
    this.#bounds = { ...bounds, cancelled: new Int32Array(new SharedArrayBuffer(4)) }
  }

  /** Ends the question that is being answered, where it takes long. */
  cancel(): void {
    Atomics.store(this.#bounds.cancelled, 0, 1)
  }

  /** Before the next question. */
  uncancel(): void {
    Atomics.store(this.#bounds.cancelled, 0, 0)
  }

  /** Reads that are not answered. */
  get waiting(): number {
    return this.#thread?.waiting ?? 0
  }

  /** Starts the thread; what it reads is opened later. */
  start(): Thread<ReaderMethods> {
    if (this.#died === null && this.#thread?.isDead === true) {
      this.#thread = null
      this.#opened = null
    }
    return (this.#thread ??= new Thread<ReaderMethods>('reader', this.#died ?? undefined))
  }

  /** Resolves when the thread can read. */
  open(): Promise<void> {
    const opened = (this.#opened ??= this.start().ask('open', this.#folder, this.#bounds))
    // Where it fails, whatever is asked of the thread fails too, and says so.
    opened.catch(() => undefined)
    return opened
  }

  async ask<Name extends keyof ReaderMethods>(
    method: Name,
    ...args: Parameters<ReaderMethods[Name]>
  ): Promise<ReturnType<ReaderMethods[Name]>> {
    if (this.#closed) throw new StoreError('STORE_CLOSED', 'the store is closed')
    if (this.#ending !== null) clearTimeout(this.#ending)
    this.#ending = null
    const thread = this.start()
    void this.open()
    if (thread.waiting >= READS_WAITING_MOST) {
      throw new StoreError('STORE_BUSY', `${thread.waiting} reads wait already: ask again later`)
    }
    return await thread.ask(method, ...args)
  }

  /** Ends the thread where nothing is asked of it for a while: it costs more memory than time to start. */
  endWhenIdle(): void {
    if (this.#ending !== null) clearTimeout(this.#ending)
    this.#ending = setTimeout(() => {
      const thread = this.#thread
      if (thread === null || thread.waiting > 0) return
      this.#thread = null
      this.#opened = null
      this.#ended = thread.close()
    }, IDLE).unref()
  }

  /** Answers what was asked, then ends the thread. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#ending !== null) clearTimeout(this.#ending)
    await Promise.all([this.#ended, this.#thread?.close()])
  }
}
