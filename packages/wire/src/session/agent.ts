import { commonExtensions, type DecodeError, decodeServerMessage, encodeAgentMessage } from '../codec/index.ts'
import type { AgentMessage, Extensions, Register, Registered, RequestError, ServerMessage } from '../message/index.ts'
import { existingResult } from '../result/index.ts'
import { Keepalive } from './keepalive.ts'
import { has, hasVersion, missingExtension } from './negotiated.ts'
import { closing, output, type SessionOutput } from './output.ts'

/** How long connecting and registering may take together, ms (spec/procstar.md 4.6). */
const REGISTERED_WITHIN = 10_000

type State =
  | { readonly name: 'connecting' | 'registering'; readonly until: number }
  | { readonly name: 'open'; readonly keepalive: Keepalive }
  | { readonly name: 'closed' }

/**
 * The agent's end of one connection, from before the socket is open to the close (spec/procstar.md 4.6). Pure: the owner moves the bytes, gives
 * the time (ms on a clock that does not go back) and carries out each `SessionOutput`. Rules: SPEC.md.
 */
export class AgentSession {
  #state: State
  #peer: Registered | null = null
  #common: Extensions = {}
  readonly #extensions: Extensions

  readonly #silence: number | undefined

  /**
   * `extensions`: what this agent offers, `EXTENSIONS` as a rule. `now`: when connecting began. `silence`: after how long a silence the server is given
   * up, ms; default: 60 s.
   */
  constructor(options: { readonly extensions: Extensions; readonly now: number; readonly silence?: number }) {
    this.#silence = options.silence
    this.#extensions = options.extensions
    this.#state = { name: 'connecting', until: options.now + REGISTERED_WITHIN }
  }

  /** How the server answered the registration; null before. */
  get peer(): Registered | null {
    return this.#peer
  }

  /** The negotiated extensions; none before the server has answered, nor with an existing server. */
  get common(): Extensions {
    return this.#common
  }

  /** When `tick` is due next: ms on the same clock, or Infinity. */
  get nextTick(): number {
    if (this.#state.name === 'closed') return Infinity
    return this.#state.name === 'open' ? this.#state.keepalive.next : this.#state.until
  }

  /** The socket is open: sends the registration, with the extensions of this session. Throws RangeError when called twice, a bug. */
  opened(now: number, register: Register): SessionOutput<ServerMessage> {
    const state = this.#state
    if (state.name === 'closed') return output()
    if (state.name !== 'connecting') throw new RangeError('opened twice')
    this.#state = { name: 'registering', until: state.until }
    if (now >= state.until) return this.tick(now)
    return output({ send: [encodeAgentMessage({ ...register, extensions: this.#extensions })] })
  }

  /** A frame came. The first must be Registered, which is the first of `messages`. */
  receive(frame: Uint8Array | string, now: number): SessionOutput<ServerMessage> {
    this.heard(now)
    switch (this.#state.name) {
      case 'connecting':
        return this.#close(closing(1002, 'a frame before Register'))
      case 'registering':
        return this.#registered(frame, now)
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
  tick(now: number): SessionOutput<ServerMessage> {
    const state = this.#state
    if (state.name === 'closed') return output()
    if (state.name !== 'open') return now < state.until ? output() : this.#close(closing(1002, 'no Registered in time'))
    if (state.keepalive.silent(now)) return this.#close(closing(1011, 'nothing heard in time'))
    return output({ ping: state.keepalive.ping(now) })
  }

  /** The frame of a message, without what the server did not negotiate. Throws RangeError, as a bug, before registration, for a Register, and for what was not negotiated. */
  encode(message: AgentMessage): Uint8Array {
    if (this.#peer === null) throw new RangeError(`${message.type} before the server has answered the registration`)
    if (message.type === 'Register') throw new RangeError('Register is sent by the session alone')
    const missing = missingExtension(message.type, this.#common)
    if (missing !== null)
      throw new RangeError(`${message.type} needs the extension ${missing}, which the server does not have`)
    return encodeAgentMessage(suited(message, this.#common))
  }

  #registered(frame: Uint8Array | string, now: number): SessionOutput<ServerMessage> {
    const decoded = decodeServerMessage(frame)
    if (!decoded.ok)
      return this.#close(closing(1002, 'expected Registered', `expected Registered: ${decoded.error.text}`))
    const { message } = decoded
    if (message.type !== 'Registered')
      return this.#close(closing(1002, 'expected Registered', `expected Registered, got ${message.type}`))
    this.#peer = message
    this.#common = commonExtensions(this.#extensions, message.extensions ?? {})
    const keepalive = new Keepalive(now, now, this.#silence)
    this.#state = { name: 'open', keepalive }
    return output<ServerMessage>({ ping: keepalive.ping(now), messages: [message] })
  }

  #message(frame: Uint8Array | string): SessionOutput<ServerMessage> {
    const decoded = decodeServerMessage(frame)
    if (!decoded.ok) return this.#undecodable(decoded.error)
    const { message } = decoded
    if (message.type === 'Registered') {
      // Existing agents answer this one, whoever the peer.
      return output({ send: [requestError({ type: message.type }, 'unexpected')], notes: ['a second Registered'] })
    }
    const missing = missingExtension(message.type, this.#common)
    if (missing === null) return output<ServerMessage>({ messages: [message] })
    return this.#refuse(
      { type: message.type, ...('proc_id' in message ? { proc_id: message.proc_id } : {}) },
      `the extension ${missing} was not negotiated`,
    )
  }

  #undecodable({ code, text, echo }: DecodeError): SessionOutput<ServerMessage> {
    if (code === 'text') return this.#close(closing(1003, 'expected a binary frame'))
    return this.#refuse(echo, text)
  }

  // Existing servers are used to silence here.
  #refuse(msg: RequestError['msg'], err: string): SessionOutput<ServerMessage> {
    const send = has(this.#common, 'errors') ? [requestError(msg, err)] : []
    return output({ send, notes: [`request refused: ${err}`] })
  }

  #close(last: SessionOutput<never>): SessionOutput<never> {
    this.#state = { name: 'closed' }
    return last
  }
}

// What the server did not negotiate is left out: existing ones go by exact members.
function suited(message: AgentMessage, negotiated: Extensions): AgentMessage {
  switch (message.type) {
    case 'ProcResult':
      return has(negotiated, 'results') ? message : { ...message, res: existingResult(message.res) }
    case 'ProcOutput': {
      const { dropped: _dropped, ...known } = message
      return hasVersion(negotiated, 'output', 2) ? message : known
    }
    default:
      return message
  }
}

function requestError(msg: RequestError['msg'], err: string): Uint8Array {
  return encodeAgentMessage({ type: 'RequestError', msg, err })
}
