import type { Writable } from 'node:stream'

/** Has what one turn of the event loop writes to a stream go out in one piece: of many small writes each would cost a system call, or more. */
export class GatheredWrites {
  readonly #stream: Writable
  #gathering = false

  constructor(stream: Writable) {
    this.#stream = stream
  }

  /** To be called before each write. */
  gather(): void {
    if (this.#gathering) return
    this.#gathering = true
    this.#stream.cork()
    setImmediate(() => {
      this.#gathering = false
      this.#stream.uncork()
    })
  }
}
