import { setTimeout as pause } from 'node:timers/promises'
import { Backoff, type BackoffOptions } from './backoff.ts'
import { type Address, Connection, type ConnectionEvents } from './connection.ts'
import { Trust } from './trust.ts'

export interface ConnectorOptions {
  readonly address: Address
  /** PEM file to trust as well as the roots; null for none. */
  readonly cert: string | null
  readonly backoff: BackoffOptions
  /** After how long a silence the server is given up, ms. */
  readonly silence: number
}

/** Told of connections; at most one at a time. */
export interface ConnectorEvents extends ConnectionEvents {
  /** A registered connection is over. */
  disconnected(reason: string): void
  /** An attempt failed; the next is in `wait` ms, null: never. */
  failed(reason: string, wait: number | null): void
}

/** A connection shorter than this, ms, is a failed attempt: or a server that accepts and then closes would be asked without a pause. */
const SHORT = 1_000

/**
 * Keeps the agent connected: after a failed attempt waits ever longer, after a lost connection tries again at once (spec/procstar.md 4.6). The
 * old socket is closed before a new registration.
 */
export class Connector {
  readonly #options: ConnectorOptions
  readonly #events: ConnectorEvents
  readonly #trust: Trust
  readonly #stop = new AbortController()
  #connection: Connection | null = null

  constructor(options: ConnectorOptions, events: ConnectorEvents) {
    this.#options = options
    this.#events = events
    this.#trust = new Trust(options.cert)
  }

  /** Connects again and again. Resolves with whether it has given up: `false` after `close`. */
  async run(): Promise<boolean> {
    const backoff = new Backoff(this.#options.backoff)
    while (!this.#stop.signal.aborted) {
      const begun = performance.now()
      const { registered, reason } = await this.#attempt()
      if (this.#stop.signal.aborted) break
      if (registered && performance.now() - begun > SHORT) {
        backoff.reset()
        continue
      }
      const wait = backoff.next()
      this.#events.failed(reason, wait)
      if (wait === null) return true
      await pause(wait, undefined, { signal: this.#stop.signal }).catch(() => {})
    }
    return false
  }

  /** Ends connecting, after what waits to be sent, but at most `within` ms. */
  async close(within: number): Promise<void> {
    this.#stop.abort()
    const connection = this.#connection
    if (connection === null) return
    await connection.finish(within)
    connection.drop('the agent ends')
    await connection.ended
  }

  async #attempt(): Promise<{ readonly registered: boolean; readonly reason: string }> {
    try {
      const trust = await this.#trust.context()
      if (this.#stop.signal.aborted) return { registered: false, reason: 'stopped' }
      const connection = new Connection(this.#options.address, trust, this.#options.silence, this.#events)
      this.#connection = connection
      const reason = await connection.ended
      this.#connection = null
      if (connection.wasRegistered) this.#events.disconnected(reason)
      if (connection.wasUntrusted && this.#trust.complete()) return await this.#attempt()
      return { registered: connection.wasRegistered, reason }
    } catch (error) {
      return { registered: false, reason: error instanceof Error ? error.message : String(error) }
    }
  }
}
