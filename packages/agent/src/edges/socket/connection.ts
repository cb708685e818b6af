import type { Extensions, Register, ServerMessage } from '@apsis/wire/message'
import { AgentSession, EXTENSIONS, type SessionOutput } from '@apsis/wire/session'
import { isIP } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connect, type SecureContext, type TLSSocket } from 'node:tls'
import { WebSocket } from 'ws'
import { GatheredWrites } from '../gathered-writes.ts'
import { Outbox } from './outbox.ts'

/** Told of one connection. */
export interface ConnectionEvents {
  /** What to register with, at the moment of registering. */
  register(): Register
  registered(extensions: Extensions, connection: Connection): void
  /** A message after the registration. */
  message(message: ServerMessage): void
  note(text: string): void
}

export interface Address {
  readonly host: string
  readonly port: number
}

/** The largest message of a server (spec/procstar.md 4.1). */
const LARGEST_MESSAGE = 64 * 1024 * 1024
/** Bytes that may wait in the socket before the next thing to send is looked at. */
const HIGH_WATER = 1024 * 1024
/** Things that may wait to be sent before requests are left where they are. */
const MOST_WAITING = 2000

/** One connection to a server: carries out what the session says. */
export class Connection {
  readonly #socket: WebSocket
  #stream: TLSSocket | null = null
  #writes: GatheredWrites | null = null
  readonly #session: AgentSession
  readonly #events: ConnectionEvents
  readonly outbox: Outbox
  readonly #ended = Promise.withResolvers<string>()
  #timer: NodeJS.Timeout | null = null
  #registered = false
  #reason: string | null = null

  /** Begins to connect. `silence`: ms after which a server that says nothing is given up. */
  constructor(address: Address, trust: SecureContext, silence: number, events: ConnectionEvents) {
    const host = address.host.includes(':') ? `[${address.host}]` : address.host
    this.#events = events
    this.#session = new AgentSession({ extensions: EXTENSIONS, now: performance.now(), silence })
    this.#socket = new WebSocket(`wss://${host}:${address.port}/`, {
      createConnection: () => {
        const { host: name, port } = address
        this.#stream = connect({ host: name, port, secureContext: trust, servername: isIP(name) ? '' : name })
        this.#writes = new GatheredWrites(this.#stream)
        return this.#stream
      },
      perMessageDeflate: false,
      maxPayload: LARGEST_MESSAGE,
      followRedirects: false,
    })
    this.outbox = new Outbox({ send: (piece, last) => this.#send(piece, last), drop: (reason) => this.drop(reason) })
    this.#listen()
    this.#arm()
  }

  /** Resolves when the connection is over, with why. The socket is read no more by then. */
  get ended(): Promise<string> {
    return this.#ended.promise
  }

  /** Whether the server has accepted the registration. */
  get wasRegistered(): boolean {
    return this.#registered
  }

  /** Whether it failed since the server's certificate is not to be trusted. */
  get wasUntrusted(): boolean {
    const error: unknown = this.#stream?.authorizationError
    return error !== undefined && error !== null
  }

  get session(): AgentSession {
    return this.#session
  }

  /** Ends the connection at once. */
  drop(reason: string): void {
    this.#reason ??= reason
    this.#socket.terminate()
  }

  /**
   * Ends the connection after what waits to be sent, in order, and without a close frame, as existing agents do (spec/procstar.md 4.6); resolves when it
   * is over, or `within` ms have passed.
   */
  async finish(within: number): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) return
    const late = pause(within, undefined, { ref: false })
    await Promise.race([this.outbox.flushed(), late])
    this.outbox.close()
    // Ended and not dropped: that would take along what the socket has not written, or the server not read.
    if (this.#socket.readyState === WebSocket.OPEN) this.#stream?.end()
    await Promise.race([this.ended, late])
  }

  /** Takes no further requests until told otherwise: what was asked waits with the server. */
  setPaused(paused: boolean): void {
    if (this.#socket.readyState !== WebSocket.OPEN || paused === this.#socket.isPaused) return
    if (paused) this.#socket.pause()
    else this.#socket.resume()
  }

  /** Whether so much waits to be sent that no more should be asked. */
  get congested(): boolean {
    return this.outbox.length > MOST_WAITING
  }

  #listen(): void {
    const socket = this.#socket
    socket.on('open', () => this.#do(this.#session.opened(performance.now(), this.#events.register())))
    socket.on('message', (data, isBinary) => {
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : new Uint8Array(data)
      this.#do(this.#session.receive(isBinary ? bytes : bytes.toString(), performance.now()))
    })
    socket.on('ping', () => this.#session.heard(performance.now()))
    socket.on('pong', () => this.#session.heard(performance.now()))
    socket.on('error', (error) => {
      this.#reason ??= errorReason(error)
    })
    socket.on('close', (code, reason) => {
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.outbox.close()
      this.#ended.resolve(this.#reason ?? closeReason(code, reason.toString()))
    })
  }

  #do(output: SessionOutput<ServerMessage>): void {
    for (const note of output.notes) this.#events.note(note)
    // The registration is the one frame that does not wait its turn.
    if (this.#registered) for (const frame of output.send) this.outbox.add(() => frame)
    else for (const frame of output.send) this.#socket.send(frame, { binary: true })
    if (output.ping && this.#socket.readyState === WebSocket.OPEN) this.#socket.ping()
    for (const message of output.messages) this.#take(message)
    if (output.close !== null) this.#close(output.close.code, output.close.reason)
    this.#arm()
  }

  #take(message: ServerMessage): void {
    if (message.type !== 'Registered') return this.#events.message(message)
    this.#registered = true
    this.#events.registered(this.#session.common, this)
  }

  // A close frame for the peer, if it takes one; nothing is read meanwhile.
  #close(code: number, reason: string): void {
    this.#reason ??= reason
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(code, reason)
    this.#socket.terminate()
  }

  #arm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const wait = this.#session.nextTick - performance.now()
    if (wait === Infinity) return
    this.#timer = setTimeout(() => this.#do(this.#session.tick(performance.now())), Math.max(1, Math.ceil(wait)))
  }

  async #send(piece: Uint8Array, last: boolean): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) return
    const options = { binary: true, fin: last }
    this.#writes?.gather()
    if (this.#socket.bufferedAmount + piece.length < HIGH_WATER) return this.#socket.send(piece, options)
    await new Promise<void>((resolve) => this.#socket.send(piece, options, () => resolve()))
  }
}

/** Why the server closed, in its words, with a way out where it does not like the token. */
function closeReason(code: number, text: string): string {
  const wayOut = code === 1008 && /token/i.test(text) ? ' (PROCSTAR_AGENT_TOKEN has to be what the server has)' : ''
  return `closed by the server: ${code} ${text}`.trimEnd() + wayOut
}

const UNTRUSTED: readonly unknown[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]

// Node's hint is about its own options, which nobody gives here.
function errorReason(error: Error): string {
  const [text = ''] = error.message.split('; if the root CA')
  return 'code' in error && UNTRUSTED.includes(error.code)
    ? `${text} (PROCSTAR_AGENT_CERT has to name a PEM file with the server's certificate)`
    : text
}
