import type { FeedMessage } from '@apsis/api/feed'
import type { Run, RunFact, RunId } from '@apsis/core/run'
import type { JsonObject } from '@apsis/core/json'
import type { Instant } from '@apsis/core/time'
import type { Published } from '../../engine/index.ts'
import { deleteMessage, generalMessage, runMessage } from './message.ts'

/** One change of one run, as it became durable. */
export interface RunChange {
  readonly run: Run
  readonly facts: readonly (RunFact & { readonly time: Instant })[]
  /** New metadata of its program (whole); null when it stays. */
  readonly meta: JsonObject | null
}

/** A message of the feed, encoded when somebody first asks for it: with nobody following, nothing is. */
interface Entry {
  readonly seq: number
  readonly message: () => FeedMessage
  text: string | null
}

export interface HubOptions {
  /** Number of the newest fact in the store when the server starts. */
  readonly seq: number
  /** Calls back after so many milliseconds. */
  readonly later: (ms: number, then: () => void) => void
  /** Messages kept for those who fall behind or come back; default 8,192. */
  readonly keep?: number
}

/** Followers are woken this often at most, ms: so many small changes make one frame. */
const GATHER = 25

/** The newest part of the live feed: numbers what the engine commits, keeps a bounded number of messages, wakes those who follow. */
export class FeedHub {
  readonly #keep: number
  readonly #later: HubOptions['later']
  #entries: Entry[] = []
  #from: number
  #seq: number
  #waking = false
  readonly #followers = new Set<() => void>()
  readonly #watchers = new Map<RunId, Set<(change: RunChange) => void>>()

  constructor(options: HubOptions) {
    this.#keep = options.keep ?? 8192
    this.#later = options.later
    this.#from = options.seq
    this.#seq = options.seq
  }

  /** Number of the newest change. */
  get seq(): number {
    return this.#seq
  }

  /** All messages above this number are in memory. */
  get from(): number {
    return this.#from
  }

  get followers(): number {
    return this.#followers.size
  }

  /** Takes in what the engine has committed. It runs in the engine's turn, so it only notes it. */
  publish(published: Published): void {
    const conflicts = new Set(published.reply.conflicts)
    let seq = published.reply.firstSeq
    for (const { run, facts, meta = null } of published.writes) {
      if (conflicts.has(run.id)) continue
      seq += facts.length
      const last = facts.at(-1)
      const at = seq - 1
      if (last !== undefined) this.#add(at, () => runMessage(at, last.time, run))
      for (const watcher of this.#watchers.get(run.id) ?? []) watcher({ run, facts, meta })
    }
    for (const { runId, time } of published.withdrawals) {
      if (conflicts.has(runId)) continue
      const at = seq++
      this.#add(at, () => deleteMessage(at, time, runId))
    }
    for (const fact of published.facts) {
      const at = seq++
      this.#add(at, () => generalMessage(at, fact.time, fact))
    }
    this.#seq = Math.max(this.#seq, published.reply.nextSeq - 1)
    this.#wake()
  }

  /**
   * The first messages above `seq`, encoded: at most `limit`, and no more once they have `size` characters. Null when some of them are no
   * longer in memory.
   */
  after(seq: number, limit: number, size: number): { readonly texts: readonly string[]; readonly seq: number } | null {
    if (seq < this.#from) return null
    const entries = this.#entries
    let low = 0
    for (let high = entries.length; low < high; ) {
      const middle = (low + high) >>> 1
      if ((entries[middle]?.seq ?? 0) > seq) high = middle
      else low = middle + 1
    }
    const texts: string[] = []
    let last = seq
    for (let left = size; texts.length < limit && left > 0; low++) {
      const entry = entries[low]
      if (entry === undefined) break
      entry.text ??= JSON.stringify(entry.message())
      texts.push(entry.text)
      left -= entry.text.length
      last = entry.seq
    }
    return { texts, seq: last }
  }

  /** Calls `woken` some time after there is something new; the result ends it. */
  follow(woken: () => void): () => void {
    this.#followers.add(woken)
    return () => this.#followers.delete(woken)
  }

  /** Calls with every durable change of one run, at once; the result ends it. */
  watch(runId: RunId, changed: (change: RunChange) => void): () => void {
    const watchers = this.#watchers.get(runId) ?? new Set()
    this.#watchers.set(runId, watchers)
    watchers.add(changed)
    return () => {
      watchers.delete(changed)
      if (watchers.size === 0 && this.#watchers.get(runId) === watchers) this.#watchers.delete(runId)
    }
  }

  #add(seq: number, message: () => FeedMessage): void {
    this.#entries.push({ seq, message, text: null })
    // Old ones go a quarter at a time, so that keeping the bound costs nothing per message.
    if (this.#entries.length > this.#keep * 1.25) {
      const gone = this.#entries.length - this.#keep
      this.#from = this.#entries[gone - 1]?.seq ?? this.#from
      this.#entries = this.#entries.slice(gone)
    }
  }

  #wake(): void {
    if (this.#waking || this.#followers.size === 0) return
    this.#waking = true
    this.#later(GATHER, () => {
      this.#waking = false
      for (const woken of this.#followers) woken()
    })
  }
}
