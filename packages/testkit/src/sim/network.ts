import type { Link, LinkEnd } from '@apsis/server/engine'
import type { VirtualClock } from '../clock/index.ts'
import type { Random } from '../random/index.ts'
import type { NthFault } from './nth-fault.ts'

/** How much later what is said on a lame wire may come, ms. */
const LATE = 5_000

/** What one end of a wire hears. */
export interface Ear {
  frame(bytes: Uint8Array): void
  ping(): void
  pong(): void
  closed(): void
}

type Item = { readonly kind: 'ping' | 'pong' | 'close' } | { readonly kind: 'frame'; readonly bytes: Uint8Array }

/** One end of a wire. */
class End {
  ear: Ear | null = null
  /** What was sent from here is there by then, in order. */
  arrival = 0
  over = false
}

/** What goes wrong on wires besides. */
export interface WireTrouble {
  /** How often what was said is said twice in a row, 0 to 1. */
  readonly repeating: number
  /** A frame was said again. */
  repeated(): void
  /** A frame came after its sender had left, and perhaps had come back on another wire. */
  late(): void
}

/**
 * One connection: in order in each direction, each with delays of its own, as TCP has it. What is on its way when it is cut is lost, unless it is lame:
 * then what the client said still arrives, late, when it has long left.
 */
export class Wire {
  readonly #clock: VirtualClock
  readonly #random: Random
  readonly client: End = new End()
  readonly server: End = new End()
  readonly #nth: NthFault
  /** Bytes flow. A wire that does not carry may seem well to one end, or to both. */
  #carries = true
  /** Bytes flow to the server only. */
  #lame = false
  readonly #trouble: WireTrouble

  constructor(clock: VirtualClock, random: Random, nth: NthFault, trouble: WireTrouble) {
    this.#clock = clock
    this.#trouble = trouble
    this.#random = random
    this.#nth = nth
  }

  get carries(): boolean {
    return this.#carries
  }

  send(from: End, item: Item): void {
    const to = from === this.client ? this.server : this.client
    if (!this.#reaches(to) || from.over) return
    if (item.kind === 'frame' && this.#nth.fails('send')) return this.cut({ client: 20, server: 30 })
    this.#carry(to, from, item)
    if (item.kind !== 'frame' || !this.#random.chance(this.#trouble.repeating)) return
    this.#trouble.repeated()
    this.#carry(to, from, item)
  }

  #carry(to: End, from: End, item: Item): void {
    const late = this.#lame ? this.#random.below(LATE) : 0
    from.arrival = Math.max(from.arrival, this.#clock.monotonic() + this.#delay() + late)
    this.#clock.after(from.arrival - this.#clock.monotonic(), () => {
      if (!this.#reaches(to) || to.over) return
      if (from.over && item.kind === 'frame') this.#trouble.late()
      this.#deliver(to, item)
    })
  }

  #reaches(to: End): boolean {
    return this.#carries || (this.#lame && to === this.server)
  }

  /** One end closes: the other hears of it after all that was sent before. */
  close(from: End): void {
    this.send(from, { kind: 'close' })
    this.#clock.after(this.#carries ? 5 : 30_000, () => this.#close(from))
  }

  /** Carries no more, or to the server only (`lame`); each end is told after that time, null: never. */
  cut(notice: { readonly client: number | null; readonly server: number | null }, lame = false): void {
    this.#lame = lame && this.#carries
    this.#carries = false
    if (notice.client !== null) this.#clock.after(notice.client, () => this.#close(this.client))
    if (notice.server !== null) this.#clock.after(notice.server, () => this.#close(this.server))
  }

  #deliver(to: End, item: Item): void {
    switch (item.kind) {
      case 'frame':
        return to.ear?.frame(item.bytes)
      case 'ping':
        to.ear?.ping()
        return this.send(to, { kind: 'pong' })
      case 'pong':
        return to.ear?.pong()
      case 'close':
        return this.#close(to)
    }
  }

  #close(end: End): void {
    if (end.over) return
    end.over = true
    end.ear?.closed()
  }

  #delay(): number {
    return this.#random.chance(0.02) ? this.#random.below(3_000) : 1 + this.#random.below(8)
  }
}

/** Where connections are made: to whatever listens now. */
export class Network {
  readonly #clock: VirtualClock
  readonly #random: Random
  readonly #wires = new Set<Wire>()
  readonly #nth: NthFault
  /** Takes a link; null while no server listens. */
  accept: ((link: Link) => LinkEnd) | null = null
  /** The server has closed a link for a newer one of the same agent. */
  onReplaced: () => void = () => {}
  /** No new connection is made. */
  partitioned = false
  trouble: WireTrouble = { repeating: 0, repeated: () => {}, late: () => {} }

  constructor(clock: VirtualClock, random: Random, nth: NthFault) {
    this.#clock = clock
    this.#random = random
    this.#nth = nth
  }

  /** Wires that carry. */
  wires(): readonly Wire[] {
    for (const wire of this.#wires) if (!wire.carries) this.#wires.delete(wire)
    return [...this.#wires]
  }

  /** Connects, or fails, after a while. */
  connect(ear: Ear, done: (wire: Wire | null) => void): void {
    this.#clock.after(2 + this.#random.below(30), () => {
      const { accept } = this
      if (accept === null || this.partitioned) return done(null)
      const wire = new Wire(this.#clock, this.#random, this.#nth, this.trouble)
      this.#wires.add(wire)
      wire.client.ear = ear
      const end = accept({
        address: '10.0.0.1',
        port: 1,
        send: (frame) => wire.send(wire.server, { kind: 'frame', bytes: frame.slice() }),
        ping: () => wire.send(wire.server, { kind: 'ping' }),
        close: (_code, reason) => {
          if (reason.startsWith('replaced')) this.onReplaced()
          wire.close(wire.server)
        },
      })
      wire.server.ear = {
        frame: (bytes) => end.receive(bytes),
        ping: () => end.heard(),
        pong: () => end.heard(),
        closed: () => end.closed(),
      }
      done(wire)
    })
  }

  /** The server is no more: its ends hear nothing, the agents' ends notice sooner or later, or never. */
  serverDied(): void {
    this.accept = null
    for (const wire of this.wires()) {
      wire.server.ear = null
      wire.cut({ client: this.#random.chance(0.1) ? null : this.#random.below(200), server: null })
    }
  }
}
