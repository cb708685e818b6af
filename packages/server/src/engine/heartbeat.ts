import { type Gap, OVERDUE } from '@apsis/core/catchup'
import type { JsonObject } from '@apsis/core/json'
import type { Duration, Instant } from '@apsis/core/time'
import type { Store } from '@apsis/store/port'
import type { Committer } from './committer.ts'
import type { Clock } from './ports.ts'

/** How often a turn is made sure of, ms. */
const BEAT: Duration = 30_000
/** How often the store hears that the server lives, ms. */
const RECORD: Duration = 60_000
/** The id of the setting that says when a server was alive last. */
export const ALIVE = 'alive'

/** Knows when nothing was decided: while no server ran, the machine slept, or the process was stuck. */
export class Heartbeat {
  readonly #clock: Clock
  readonly #committer: Committer
  readonly #post: (task: () => void) => void
  readonly #kept: () => JsonObject
  /** Time of the last turn. */
  #last: Instant
  #recorded: Instant
  /** The latest time of all turns, of servers before this one too. */
  #reached: Instant
  #gap: Gap | null = null
  #cancel: (() => void) | null = null
  #stopped = false

  /** `kept`: what else is to be kept with each sign of life. */
  constructor(clock: Clock, committer: Committer, post: (task: () => void) => void, kept: () => JsonObject) {
    this.#clock = clock
    this.#committer = committer
    this.#post = post
    this.#kept = kept
    this.#last = clock.now()
    this.#recorded = this.#last
    this.#reached = this.#last
  }

  /** The last time in which nothing was decided, if there was one. */
  get gap(): Gap | null {
    return this.#gap
  }

  /** The latest time that this server, or one before it, was seen alive at: later than now where a clock was ahead. */
  get reached(): Instant {
    return this.#reached
  }

  /** Reads since when no server has run; begins to beat. */
  async start(store: Pick<Store, 'read'>): Promise<void> {
    const record = (await store.read.records('setting')).find(({ id }) => id === ALIVE)
    const from = record?.json['time']
    const reached = record?.json['reached'] ?? from
    const to = this.#clock.now()
    if (typeof reached === 'number') this.#reached = Math.max(this.#reached, reached)
    if (typeof from === 'number' && to - from > OVERDUE) this.#gap = { from, to, cause: 'down' }
    this.#last = to
    this.#post(() => this.record())
    this.#beat()
  }

  /** To be called in every turn, before anything is decided in it or after: an assignment, and seldom more. */
  turn(): void {
    const now = this.#clock.now()
    if (now - this.#last > OVERDUE) this.#gap = { from: this.#last, to: now, cause: 'stuck' }
    this.#last = now
  }

  /** Has the store know that the server lives, with the next commit. */
  record(): void {
    this.#recorded = this.#clock.now()
    this.#reached = Math.max(this.#reached, this.#recorded)
    this.#committer.extra({
      records: [
        { kind: 'setting', id: ALIVE, json: { ...this.#kept(), time: this.#recorded, reached: this.#reached } },
      ],
    })
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
  }

  #beat(): void {
    if (this.#stopped) return
    this.#cancel = this.#clock.after(BEAT, () => {
      this.#post(() => {
        this.turn()
        // A clock that was set back must not keep it silent.
        if (Math.abs(this.#last - this.#recorded) >= RECORD) this.record()
      })
      this.#beat()
    })
  }
}
