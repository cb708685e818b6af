import type { Duplex } from 'node:stream'

/** Links that may be open without having registered. */
export const MAX_STRANGERS = 256
/** Bytes that a link may send before it has registered. */
export const MAX_STRANGER_BYTES: number = 8 * 1024 * 1024

/** The links that have not registered: how many there are, and what each may send. */
export class Strangers {
  readonly #streams = new Set<Duplex>()

  get full(): boolean {
    return this.#streams.size >= MAX_STRANGERS
  }

  /** A link came; `excess` is called when it has sent too much. The result ends that: it has registered, or is closed. */
  add(stream: Duplex, excess: () => void): () => void {
    let bytes = 0
    // Beside the listener of the WebSocket, which keeps the parts of a message until it is whole.
    const count = (data: Buffer): void => {
      bytes += data.length
      if (bytes > MAX_STRANGER_BYTES) excess()
    }
    stream.on('data', count)
    this.#streams.add(stream)
    return () => {
      stream.off('data', count)
      this.#streams.delete(stream)
    }
  }
}
