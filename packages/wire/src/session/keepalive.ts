/** Between two pings, ms (spec/procstar.md 10.3). */
const PING_INTERVAL = 20_000
/** After how long a silence the peer is given up, ms. Existing agents answer nothing while they start procs under systemd, so not sooner. */
const SILENCE = 60_000
/** How long a ping must have gone unanswered, ms: a host that was suspended itself must not blame its peer. */
const PING_WAIT = 20_000

/** When to ping, and when a peer counts as gone. Times are ms on a clock that does not go back. */
export class Keepalive {
  #heard: number
  #nextPing: number
  readonly #silence: number
  /** The first ping since the peer was last heard. */
  #unanswered: number | null = null

  /** `silence`: after how long a silence the peer is given up, ms; pings come three times as often, and every 20 s at least. */
  constructor(now: number, firstPing: number, silence: number = SILENCE) {
    this.#silence = silence
    this.#heard = now
    this.#nextPing = firstPing
  }

  /** Something came from the peer: a frame or a pong. */
  heard(now: number): void {
    this.#heard = now
    this.#unanswered = null
  }

  /** Whether the peer is to be given up. */
  silent(now: number): boolean {
    return now >= this.#deadline()
  }

  /** Whether a ping is due; counts it as sent. */
  ping(now: number): boolean {
    if (now < this.#nextPing) return false
    this.#nextPing = now + Math.min(PING_INTERVAL, this.#silence / 3)
    this.#unanswered ??= now
    return true
  }

  /** When `silent` or `ping` may next be true. */
  get next(): number {
    return Math.min(this.#nextPing, this.#deadline())
  }

  #deadline(): number {
    return this.#unanswered === null
      ? Infinity
      : Math.max(this.#heard + this.#silence, this.#unanswered + Math.min(PING_WAIT, this.#silence / 3))
  }
}

/** The interval of pings, ms. */
export { PING_INTERVAL }
