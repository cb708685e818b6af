import { commonExtensions, decodeAgentMessage, encodeServerMessage } from '../codec/index.ts'
import type { AgentMessage, Extensions, Register, ServerMessage } from '../message/index.ts'
import { DECODE_LIMITS, type DecodeLimits } from '../msgpack/index.ts'
import { Keepalive, PING_INTERVAL } from './keepalive.ts'
import { missingExtension } from './negotiated.ts'
import { closing, output, type SessionOutput } from './output.ts'
import { encodeRequest } from './request.ts'
import { sameToken } from './token.ts'

/** How long an agent may take to register, ms. */
const REGISTER_WITHIN = 60_000

// A stranger's frame may cost less than that of an agent whose token was right: it still has room for 100,000 proc ids.
const REGISTER_LIMITS: DecodeLimits = { ...DECODE_LIMITS, bytes: 8 * 1024 * 1024, values: 150_000 }

type State =
  | { readonly name: 'registering'; readonly until: number }
  | { readonly name: 'open'; readonly keepalive: Keepalive }
  | { readonly name: 'closed' }

/**
 * The server's end of one connection, from the first frame to the close (spec/procstar.md 4.6, 4.7). Pure: the owner moves the bytes, gives the
 * time (ms on a clock that does not go back) and carries out each `SessionOutput`. Rules: SPEC.md.
 */
export class ServerSession {
  #state: State
  #peer: Register | null = null
  #common: Extensions = {}
  readonly #token: string
  readonly #extensions: Extensions

  /**
   * `token`: what agents must present; throws RangeError where it is empty, which would admit everybody. `extensions`: what this server
   * offers, `EXTENSIONS` as a rule. `now`: when the connection was made.
   */
  constructor(options: { readonly token: string; readonly extensions: Extensions; readonly now: number }) {
    if (options.token === '') throw new RangeError('an empty access token would admit every agent')
    this.#token = options.token
    this.#extensions = options.extensions
    this.#state = { name: 'registering', until: options.now + REGISTER_WITHIN }
  }

  /** What the agent registered with, without the token; null before. */
  get peer(): Register | null {
    return this.#peer
  }

  /** The negotiated extensions. */
  get common(): Extensions {
    return this.#common
  }

  /** When `tick` is due next: ms on the same clock, or Infinity. */
  get nextTick(): number {
    if (this.#state.name === 'closed') return Infinity
    return this.#state.name === 'registering' ? this.#state.until : this.#state.keepalive.next
  }

  /** A frame came. The first must be a Register, which is answered and is the first of `messages`. */
  receive(frame: Uint8Array | string, now: number): SessionOutput<AgentMessage> {
    this.heard(now)
    switch (this.#state.name) {
      case 'registering':
        return this.#register(frame, now)
      case 'open':
        return this.#message(frame)
      case 'closed':
        return output()
    }
  }

  /** A pong came, or any other sign of life that is not a frame. */
  heard(now: number): void {
    if (this.#state.name === 'open') this.#state.keepalive.heard(now)
  }

  /** Time passed. Does no harm when nothing is due. */
  tick(now: number): SessionOutput<AgentMessage> {
    const state = this.#state
    if (state.name === 'closed') return output()
    if (state.name === 'registering')
      return now < state.until ? output() : this.#close(closing(1008, 'no Register in time'))
    if (state.keepalive.silent(now)) return this.#close(closing(1011, 'nothing heard in time'))
    return output({ ping: state.keepalive.ping(now) })
  }

  /** The frame of a request. Throws RangeError before registration and where `encodeRequest` does. */
  encode(message: ServerMessage): Uint8Array {
    if (this.#peer === null) throw new RangeError(`${message.type} before the agent has registered`)
    return encodeRequest(message, this.#common)
  }

  #register(frame: Uint8Array | string, now: number): SessionOutput<AgentMessage> {
    const decoded = decodeAgentMessage(frame, REGISTER_LIMITS)
    if (!decoded.ok)
      return this.#close(closing(1008, 'expected a valid Register', `registration refused: ${decoded.error.text}`))
    const register = decoded.message
    if (register.type !== 'Register')
      return this.#close(closing(1008, 'expected Register', `expected Register, got ${register.type}`))
    if (!sameToken(this.#token, register.access_token)) {
      const { conn_id: connId, group_id: groupId } = register.conn
      return this.#close(
        closing(1008, 'access token refused', `access token refused: conn_id ${connId}, group_id ${groupId}`),
      )
    }
    // The token stays here: what is handed on may be shown and logged.
    const peer: Register = { ...register, access_token: '' }
    this.#peer = peer
    this.#common = commonExtensions(this.#extensions, register.extensions ?? {})
    this.#state = { name: 'open', keepalive: new Keepalive(now, now + PING_INTERVAL) }
    const answer = register.extensions === undefined ? {} : { extensions: this.#extensions }
    return output<AgentMessage>({ send: [encodeServerMessage({ type: 'Registered', ...answer })], messages: [peer] })
  }

  #message(frame: Uint8Array | string): SessionOutput<AgentMessage> {
    const decoded = decodeAgentMessage(frame)
    if (!decoded.ok) {
      const { code, text } = decoded.error
      if (code === 'text') return this.#close(closing(1003, 'expected a binary frame'))
      if (code === 'malformed') return this.#close(closing(1007, 'malformed MessagePack', text))
      return output({ notes: [`message ignored: ${text}`] })
    }
    const { message } = decoded
    if (message.type === 'Register') return output({ notes: ['message ignored: a second Register'] })
    const missing = missingExtension(message.type, this.#common)
    if (missing !== null)
      return output({ notes: [`message ignored: ${message.type} without the extension ${missing}`] })
    return output<AgentMessage>({ messages: [message] })
  }

  #close(last: SessionOutput<never>): SessionOutput<never> {
    this.#state = { name: 'closed' }
    return last
  }
}
