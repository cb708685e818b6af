import { followFeed } from '@apsis/api/client'
import type { FeedMessage, FeedState } from '@apsis/api/feed'
import { openSocket, wait } from '../net/socket.ts'

/** Who wants to know what the feed says. */
export interface Listener {
  /** Changes, each once and in order. */
  readonly messages?: (messages: readonly FeedMessage[]) => void
  /** Load everything anew. */
  readonly load?: () => void
  /** The connection is there again after it was lost. */
  readonly resumed?: () => void
}

/** Messages are given out this often at most, milliseconds. */
const GATHER = 50

/** The page's one connection to the live feed. */
export class LiveConnection {
  #phase: FeedState['phase'] = 'waiting'
  #loaded = false
  #lost = false
  readonly #listeners = new Set<Listener>()
  readonly #watchers = new Set<() => void>()
  #waiting: FeedMessage[] = []
  #timer: (() => void) | null = null

  /** Begins to follow. The result ends it. */
  start(): () => void {
    const feed = followFeed({
      open: openSocket,
      wait,
      random: Math.random,
      onMessages: (messages) => {
        this.#waiting.push(...messages)
        this.#timer ??= wait(GATHER, () => this.#flush())
      },
      onLoad: () => {
        this.#loaded = true
        this.#listeners.forEach((listener) => listener.load?.())
      },
      onPhase: (phase) => this.#enter(phase),
    })
    return () => {
      feed.stop()
      this.#timer?.()
      this.#timer = null
    }
  }

  get phase(): FeedState['phase'] {
    return this.#phase
  }

  /** Whether the connection was ever made: before that, what is loaded may miss changes. */
  get loaded(): boolean {
    return this.#loaded
  }

  /** Whether the connection was there and is not now, or could not be made. */
  get isLost(): boolean {
    return this.#lost
  }

  readonly listen = (listener: Listener): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls when `phase` or `isLost` changes. */
  readonly watch = (changed: () => void): (() => void) => {
    this.#watchers.add(changed)
    return () => this.#watchers.delete(changed)
  }

  #enter(phase: FeedState['phase']): void {
    const resumed = phase === 'live' && this.#lost
    this.#phase = phase
    if (phase === 'waiting') this.#lost = true
    if (phase === 'live') this.#lost = false
    this.#watchers.forEach((changed) => changed())
    if (resumed) this.#listeners.forEach((listener) => listener.resumed?.())
  }

  #flush(): void {
    const messages = this.#waiting
    this.#waiting = []
    this.#timer = null
    this.#listeners.forEach((listener) => listener.messages?.(messages))
  }
}
