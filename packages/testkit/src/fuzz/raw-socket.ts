import type { Socket } from 'node:net'
import { OPCODE, type ReadFrame, readFrame } from './frames.ts'
import { soon } from './campaign.ts'

/** One end of a WebSocket in our own hands: bytes go out as they are, frames that come are kept. */
export class RawSocket {
  readonly #socket: Socket
  #head: string | null = null
  #rest: Buffer = Buffer.alloc(0)
  #waiting: (() => void)[] = []
  #closed = false
  readonly frames: ReadFrame[] = []
  readonly closed: Promise<void>

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => this.#take(bytes))
    // A reset is an end as well.
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    this.closed = new Promise((resolve) =>
      socket.on('close', () => {
        this.#closed = true
        this.#wake()
        resolve()
      }),
    )
  }

  get isClosed(): boolean {
    return this.#closed
  }

  write(bytes: Buffer | string): void {
    if (this.#socket.writable) this.#socket.write(bytes)
  }

  /** Resolves when what was written has gone to the kernel, or the connection is over. */
  async writeAll(bytes: Buffer): Promise<void> {
    if (!this.#socket.writable) return
    const written = new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()))
    await Promise.race([written, this.closed])
  }

  drop(): void {
    this.#socket.destroy()
  }

  /** The head of the HTTP message that came first; null when the connection was closed before it was whole. */
  async head(): Promise<string | null> {
    await this.#until(() => this.#head !== null)
    return this.#head
  }

  /** Resolves to whether such a frame has come; false when the connection is closed. */
  async frame(is: (frame: ReadFrame) => boolean, what: string): Promise<boolean> {
    await soon(
      this.#until(() => this.frames.some(is)),
      what,
    )
    return this.frames.some(is)
  }

  /** Whether the peer has dealt with all that was sent: it answers a ping. False when the connection is closed. */
  async answers(ping: (payload: Buffer) => Buffer, name: string): Promise<boolean> {
    this.write(ping(Buffer.from(name)))
    return this.frame(({ opcode, payload }) => opcode === OPCODE.pong && payload.toString() === name, `pong ${name}`)
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds() && !this.#closed) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const look of this.#waiting.splice(0)) look()
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes])
    if (this.#head === null) {
      const end = this.#rest.indexOf('\r\n\r\n')
      if (end < 0) return
      this.#head = this.#rest.toString('latin1', 0, end)
      this.#rest = this.#rest.subarray(end + 4)
    }
    for (let next = readFrame(this.#rest); next !== null; next = readFrame(this.#rest)) {
      this.frames.push(next)
      this.#rest = this.#rest.subarray(next.size)
      // The peer closes, and waits for the same from here.
      if (next.opcode === OPCODE.close) this.#socket.end()
    }
    this.#wake()
  }
}
