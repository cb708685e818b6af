import { type Feed, followFeed } from '@apsis/api/client'
import type { FeedMessage } from '@apsis/api/feed'
import type { RunSummary } from '@apsis/api/json'
import { WebSocket } from 'ws'

/** The runs of a server by its live feed: how tests wait for what happens, without asking again and again. */
export class FeedWatch {
  readonly runs: Map<string, RunSummary> = new Map()
  readonly messages: FeedMessage[] = []
  readonly #feed: Feed
  readonly #waiting: Set<() => void> = new Set<() => void>()

  /** Resolves when what comes is followed, where it is `now` that it begins. */
  readonly following: Promise<void>

  /** Follows from the first change of the store on, or from now on; goes on through restarts of the server. */
  constructor(url: string, from: 'beginning' | 'now' = 'beginning') {
    const following = Promise.withResolvers<void>()
    this.following = following.promise
    this.#feed = followFeed({
      open: (path, events) => {
        const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`)
        socket.on('message', (data) => {
          const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)
          events.text(bytes.toString('utf8'))
        })
        socket.on('close', (code) => events.closed(code))
        // Every error is followed by a close.
        socket.on('error', () => {})
        return { close: () => socket.close() }
      },
      wait: (ms, then) => {
        const timer = setTimeout(then, Math.min(ms, 200))
        return () => clearTimeout(timer)
      },
      random: () => 0,
      onMessages: (messages) => this.#take(messages),
      onLoad: () => {
        if (from === 'now') return following.resolve()
        throw new Error('the feed cannot be resumed from its beginning')
      },
      ...(from === 'beginning' ? { since: 0 } : {}),
    })
  }

  /** Resolves when the predicate holds; it is asked after every change. */
  async until(holds: (runs: ReadonlyMap<string, RunSummary>) => boolean): Promise<void> {
    while (!holds(this.runs)) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  /** Resolves with the run when it is in one of the states. */
  async run(id: string, ...states: readonly string[]): Promise<RunSummary> {
    await this.until((runs) => states.includes(runs.get(id)?.state ?? ''))
    const run = this.runs.get(id)
    if (run === undefined) throw new Error(`no run ${id}`)
    return run
  }

  stop(): void {
    this.#feed.stop()
  }

  #take(messages: readonly FeedMessage[]): void {
    for (const message of messages) {
      this.messages.push(message)
      if (message.type === 'run') this.runs.set(message.run.run_id, message.run)
      else if (message.type === 'run_delete') this.runs.delete(message.run_id)
      else if (message.type === 'runs_removed') for (const id of message.run_ids) this.runs.delete(id)
    }
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }
}
