/** One thing to send: a frame, or a frame in pieces whose first is there and whose others are still to be read. */
export type Outgoing = Uint8Array | { readonly first: Uint8Array; readonly rest: AsyncIterable<Uint8Array> }

/** The sending end of a socket. */
export interface Sink {
  /** Sends a piece of a frame, `last` when the frame ends with it. Resolves when there is room for more. */
  send(piece: Uint8Array, last: boolean): Promise<void>
  /** Drops the connection: half a frame was sent and the other half cannot be had. */
  drop(reason: string): void
}

/**
 * What is to be sent, in order. Things that have to be read first are read one at a time when their turn comes, so that no more than one is
 * held, and not before the peer has taken what came before.
 */
export class Outbox {
  readonly #sink: Sink
  #queue: (() => Promise<Outgoing | null> | Outgoing)[] = []
  #sending = false
  #closed = false
  #idle: (() => void)[] = []

  constructor(sink: Sink) {
    this.#sink = sink
  }

  /** How many things wait. */
  get length(): number {
    return this.#queue.length
  }

  /** Sends what `make` gives in its turn, nothing if it gives null. It may not throw. */
  add(make: () => Promise<Outgoing | null> | Outgoing): void {
    if (this.#closed) return
    this.#queue.push(make)
    if (!this.#sending) void this.#send()
  }

  /** Resolves when nothing waits. */
  async flushed(): Promise<void> {
    if (this.#sending) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  /** Drops what waits: the connection is gone. */
  close(): void {
    this.#closed = true
    this.#queue = []
  }

  async #send(): Promise<void> {
    this.#sending = true
    for (let make = this.#queue.shift(); make !== undefined; make = this.#queue.shift()) {
      const made = make()
      const outgoing = made instanceof Promise ? await made : made
      if (this.#closed) break
      if (outgoing instanceof Uint8Array) await this.#sink.send(outgoing, true)
      else if (outgoing !== null) await this.#pieces(outgoing)
    }
    this.#sending = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #pieces({ first, rest }: Exclude<Outgoing, Uint8Array>): Promise<void> {
    try {
      await this.#sink.send(first, false)
      for await (const piece of rest) {
        if (this.#closed) return
        await this.#sink.send(piece, false)
      }
      await this.#sink.send(new Uint8Array(0), true)
    } catch (error) {
      this.#sink.drop(`an answer could not be completed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
