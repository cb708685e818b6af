import type { AgentMessage, Extensions, Register, ServerMessage } from '@apsis/wire/message'
import { AgentSession, EXTENSIONS, type SessionOutput } from '@apsis/wire/session'
import type { Random } from '../random/index.ts'
import type { Lifetime } from './lifetime.ts'
import type { Network, Wire } from './network.ts'

/** Told of one connection of an agent. */
export interface ConnectionEvents {
  register(): Register
  registered(extensions: Extensions): void
  message(message: Exclude<ServerMessage, { readonly type: 'Registered' }>): void
  /** It is over, or never came about. */
  ended(registered: boolean): void
  note(text: string): void
}

/** One connection of an agent to the server, driving its session as the real one does: what is sent waits its turn in an outbox. */
export class AgentConnection {
  readonly session: AgentSession
  readonly #life: Lifetime
  readonly #random: Random
  readonly #events: ConnectionEvents
  #wire: Wire | null = null
  #registered = false
  #over = false
  #outbox: (() => Uint8Array | null)[] = []
  #sending = false
  #disarm = (): void => {}

  constructor(network: Network, life: Lifetime, random: Random, events: ConnectionEvents) {
    this.#life = life
    this.#random = random
    this.#events = events
    this.session = new AgentSession({ extensions: EXTENSIONS, now: life.monotonic() })
    const now = (): number => life.monotonic()
    const ear = {
      frame: (bytes: Uint8Array): void => this.#do(this.session.receive(bytes, now())),
      ping: (): void => this.session.heard(now()),
      pong: (): void => this.session.heard(now()),
      closed: (): void => this.#end(),
    }
    this.#arm()
    network.connect(ear, (wire) => {
      if (life.dead) {
        wire?.cut({ client: null, server: random.below(50) })
        return
      }
      if (this.#over) wire?.close(wire.client)
      else if (wire === null) this.#end()
      else {
        this.#wire = wire
        this.#do(this.session.opened(now(), events.register()))
      }
    })
  }

  /** Sends what `make` gives in its turn, nothing if it gives null. */
  add(make: () => Uint8Array | null): void {
    if (this.#over) return
    this.#outbox.push(make)
    if (!this.#sending) this.#next()
  }

  send(make: () => AgentMessage): void {
    this.add(() => this.session.encode(make()))
  }

  /** The agent is no more: the server's end notices after that time, null: never. */
  died(notice: number | null): void {
    if (this.#wire === null) return
    this.#wire.client.ear = null
    this.#wire.cut({ client: null, server: notice })
  }

  #next(): void {
    const make = this.#outbox.shift()
    this.#sending = make !== undefined
    if (make === undefined) return
    this.#life.after(this.#random.chance(0.02) ? this.#random.below(400) : this.#random.below(3), () => {
      if (this.#over) return
      const frame = make()
      if (frame !== null) this.#send(frame)
      this.#next()
    })
  }

  #do(output: SessionOutput<ServerMessage>): void {
    for (const note of output.notes) this.#events.note(note)
    for (const frame of output.send) {
      if (this.#registered) this.add(() => frame)
      else this.#send(frame)
    }
    if (output.ping && this.#wire !== null) this.#wire.send(this.#wire.client, { kind: 'ping' })
    for (const message of output.messages) {
      if (message.type === 'Registered') {
        this.#registered = true
        this.#events.registered(this.session.common)
      } else this.#events.message(message)
    }
    // As the real one: a close frame for the peer, and nothing is read meanwhile.
    if (output.close !== null) {
      if (this.#wire !== null) this.#wire.close(this.#wire.client)
      this.#end()
    }
    this.#arm()
  }

  #send(bytes: Uint8Array): void {
    if (this.#wire !== null) this.#wire.send(this.#wire.client, { kind: 'frame', bytes: bytes.slice() })
  }

  #arm(): void {
    this.#disarm()
    const wait = this.session.nextTick - this.#life.monotonic()
    if (this.#over || wait === Infinity) return
    this.#disarm = this.#life.after(Math.max(1, Math.ceil(wait)), () =>
      this.#do(this.session.tick(this.#life.monotonic())),
    )
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    this.#outbox = []
    this.#disarm()
    this.#events.ended(this.#registered)
  }
}
