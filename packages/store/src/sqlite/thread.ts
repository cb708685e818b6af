import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { StoreError } from '../port/index.ts'
import { errorOf } from './failure.ts'
import type { Answers, Methods } from './protocol.ts'

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: StoreError) => void
}

/** A worker thread that answers requests. `M` is what it does; see `protocol.ts`. */
export class Thread<M extends Methods<M>> {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #exited: Promise<void>
  readonly #died: (error: StoreError) => void
  #dead: StoreError | null = null
  #closing = false
  #last = 0

  /**
   * Starts the thread. `name` is that of its file in this folder, without the extension. `died`: told once where it ends without having been asked to;
   * whatever was or is asked of it rejects.
   */
  constructor(name: string, died: (error: StoreError) => void = () => {}) {
    this.#died = died
    const url = new URL(`./${name}${extname(import.meta.url)}`, import.meta.url)
    this.#worker = new Worker(url, { name })
    this.#worker.on('message', (answers: Answers) => this.#settle(answers))
    this.#worker.on('error', (error) => this.#die(`the thread ${name} failed: ${String(error)}`))
    this.#worker.on('messageerror', (error) => this.#die(`the thread ${name} cannot be understood: ${error.message}`))
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#die(`the thread ${name} ended`)
        resolve()
      })
    })
  }

  /** Requests that are not answered. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Whether it ended, or fails whatever it is asked. */
  get isDead(): boolean {
    return this.#dead !== null
  }

  /** Asks; requests are taken in order. Rejects with `StoreError`. */
  ask<Name extends string & keyof M>(method: Name, ...args: Parameters<M[Name]>): Promise<ReturnType<M[Name]>> {
    return new Promise((resolve, reject) => {
      // The thread answers a method with what the method returns.
      this.#send(method, args, { resolve: (value) => resolve(value as ReturnType<M[Name]>), reject })
    })
  }

  /** Lets the thread finish what it was asked; resolves when it has ended. */
  async close(): Promise<void> {
    this.#closing = true
    this.#send('close', [], { resolve: () => undefined, reject: () => undefined })
    await this.#exited
  }

  #send(method: string, args: readonly unknown[], waiting: Waiting): void {
    if (this.#dead !== null) return waiting.reject(this.#dead)
    const id = ++this.#last
    this.#waiting.set(id, waiting)
    this.#worker.postMessage({ id, method, args })
  }

  #settle(answers: Answers): void {
    for (const [id, value, failure] of answers) {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (failure === null) waiting?.resolve(value)
      else waiting?.reject(errorOf(failure))
    }
  }

  #die(message: string): void {
    const first = this.#dead === null
    this.#dead ??= new StoreError('STORE_FAILED', message)
    for (const { reject } of this.#waiting.values()) reject(this.#dead)
    this.#waiting.clear()
    if (first && !this.#closing) this.#died(this.#dead)
  }
}
