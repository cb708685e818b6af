import { writeSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

interface Pending {
  readonly text: string
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** Bytes (UTF-16 units of mostly ASCII) of one write; more waits for the next. */
const LARGEST_WRITE = 1024 * 1024
/** Bytes that are written without leaving the thread. */
const SHORT = 32 * 1024

/**
 * Appends records to a journal and makes them durable. Those that come while a write is under way share the next one, and its sync. Records
 * of one call are never apart, but a failed write may leave some of them in the file.
 */
export class JournalWriter {
  readonly #file: FileHandle
  readonly #check: () => void
  #pending: Pending[] = []
  #writing: Promise<void> | null = null

  /** `file`: opened for appending. `check` is called once for each write and its sync: what it throws, the records of that write reject with. */
  constructor(file: FileHandle, check: () => void) {
    this.#file = file
    this.#check = check
  }

  /** The descriptor. */
  get fd(): number {
    return this.#file.fd
  }

  /** Resolves when the text, of whole lines, is durable; rejects when that is not certain. */
  append(text: string): Promise<void> {
    return new Promise((done, failed) => {
      this.#pending.push({ text, done, failed })
      this.#writing ??= this.#write()
    })
  }

  /** Resolves when everything appended so far is written, or has failed. */
  async close(): Promise<void> {
    await this.#writing
    await this.#file.close()
  }

  async #write(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#take()
      try {
        await writeWhole(this.#file, Buffer.from(batch.map(({ text }) => text).join('')))
        await this.#file.datasync()
        this.#check()
        for (const { done } of batch) done()
      } catch (error) {
        for (const { failed } of batch) failed(error)
      }
    }
    // In one go with the last look at what is pending: who appends after that begins anew.
    this.#writing = null
  }

  #take(): readonly Pending[] {
    let length = 0
    let count = 0
    for (const { text } of this.#pending) {
      if (count > 0 && length + text.length > LARGEST_WRITE) break
      length += text.length
      count++
    }
    return this.#pending.splice(0, count)
  }
}

// What a full disk cut short is written again as a whole: another writer may have come between.
async function writeWhole(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    // A short one goes to the page cache in microseconds; the way through the thread pool costs ten times that, and a start waits for it.
    const written = bytes.length <= SHORT ? writeSync(file.fd, bytes) : (await file.write(bytes)).bytesWritten
    if (written === bytes.length) return
  }
  throw new Error('no space left on device')
}
