import { rmdir, unlink } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { errorCode, errorText } from './error-code.ts'

/** Files deleted at a time, and the pause after them, ms: deleting many at once makes an ext4 slow for minutes. */
const SLICE = 32
const PAUSE = 20

/** Deletes files in the background, a few at a time, in the order given. */
export class Removal {
  readonly #trouble: (text: string) => void
  readonly #stop = new AbortController()
  #queue: (() => Promise<void>)[] = []
  #running: Promise<void> | null = null

  constructor(trouble: (text: string) => void) {
    this.#trouble = trouble
  }

  file(path: string): void {
    this.#add(() => unlink(path))
  }

  /** An empty folder; one that is not empty after all is left for the next start. */
  folder(path: string): void {
    this.#add(() => rmdir(path))
  }

  /** Does something at this point of the order. */
  step(work: () => Promise<void>): void {
    this.#add(work)
  }

  /** Gives up what is not deleted yet. */
  async close(): Promise<void> {
    this.#stop.abort()
    this.#queue = []
    await this.#running
  }

  #add(work: () => Promise<void>): void {
    if (this.#stop.signal.aborted) return
    this.#queue.push(work)
    this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    // Not in the turn that asked.
    await Promise.resolve()
    while (this.#queue.length > 0) {
      for (const work of this.#queue.splice(0, SLICE)) await work().catch((error: unknown) => this.#report(error))
      if (this.#queue.length > 0) await pause(PAUSE, undefined, { signal: this.#stop.signal }).catch(() => {})
    }
    this.#running = null
  }

  #report(error: unknown): void {
    const code = errorCode(error)
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY') this.#trouble(`deleting: ${errorText(error)}`)
  }
}
