import type { FeedMessage } from '@apsis/api/feed'
import type { Run, RunFact, RunId } from '@apsis/core/run'
import type { JsonObject } from '@apsis/core/json'
import type { Instant } from '@apsis/core/time'
import type { RunRemoval } from '@apsis/store/port'
import type { Published } from '../../engine/index.ts'
import { deleteMessage, generalMessage, removedMessage, runMessage } from './message.ts'

/** One change of one run, as it became durable. */
export interface RunChange {
  readonly run: Run
  readonly facts: readonly (RunFact & { readonly time: Instant })[]
  /** New metadata of its program (whole); null when it stays. */
  readonly meta: JsonObject | null
}

/** A message of the feed, made and encoded when somebody first asks for it: with nobody following, nothing is. */
interface Entry {
  readonly seq: number
  readonly make: () => FeedMessage
  message: FeedMessage | null
  text: string | null
}

/** Messages as they travel, one encoding for all who are at the same number. */
export interface Frame {
  /** A JSON array of messages, in UTF-8. */
  readonly bytes: Buffer
  /** Number of the last of them. */
  readonly seq: number
}

export interface HubOptions {
  /** Number of the newest fact in the store when the server starts. */
  readonly seq: number
  /** Calls back after so many milliseconds. */
  readonly later: (ms: number, then: () => void) => void
  /** Messages kept for those who fall behind or come back; default 8,192. */
  readonly keep?: number
}

/** After followers were woken, this long passes before they are again, ms: so many small changes make one frame. */
const GATHER = 25
/** Followers woken in one piece of work: sending to one takes some 20 µs. */
const AT_ONCE = 100
/** Messages in one frame at most. */
const FRAME = 256
/** Characters in one frame, about, at most. */
const FRAME_SIZE = 256 << 10
/** Frames kept for others at the same number. */
const FRAMES = 8

/** The newest part of the live feed: numbers what the engine commits, keeps a bounded number of messages, wakes those who follow. */
export class FeedHub {
  readonly #keep: number
  readonly #later: HubOptions['later']
  #entries: Entry[] = []
  #from: number
  #seq: number
  #waking = false
  /** Something came while followers were being woken. */
  #again = false
  readonly #frames = new Map<number, Frame>()
  #drops = 0
  readonly #followers = new Set<() => void>()
  readonly #watchers = new Map<RunId, Set<(change: RunChange | null) => void>>()

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

  /** Sockets that were closed since they read too slowly. */
  get drops(): number {
    return this.#drops
  }

  /** A socket is closed since it reads too slowly. */
  dropped(): void {
    this.#drops++
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
   * Finished runs were removed. Told in the turn of the store's answer; what was committed before it may be published after it within that turn, and goes
   * before it. No follower is woken until the turn is over, so that none has seen what comes after.
   */
  removed(removal: RunRemoval): void {
    this.#add(removal.seq, () => removedMessage(removal))
    this.#seq = Math.max(this.#seq, removal.seq)
    for (const id of removal.runIds) for (const watcher of this.#watchers.get(id) ?? []) watcher(null)
    this.#wake()
  }

  /**
   * A frame of the first messages above `seq`: encoded once, however many are there to take it. `none`: there is nothing above; `gone`: some of them are
   * no longer in memory.
   */
  frame(seq: number): Frame | 'none' | 'gone' {
    if (seq < this.#from) return 'gone'
    const known = this.#frames.get(seq)
    if (known !== undefined) return known
    const entries = this.#above(seq, FRAME)
    const texts: string[] = []
    let last = seq
    let left = FRAME_SIZE
    for (const entry of entries) {
      if (left <= 0) break
      entry.text ??= JSON.stringify(entry.message ?? entry.make())
      texts.push(entry.text)
      left -= entry.text.length
      last = entry.seq
    }
    if (texts.length === 0) return 'none'
    const frame = { bytes: Buffer.from(`[${texts.join(',')}]`), seq: last }
    for (const oldest of this.#frames.keys()) {
      if (this.#frames.size < FRAMES) break
      this.#frames.delete(oldest)
    }
    this.#frames.set(seq, frame)
    return frame
  }

  /** The first messages above `seq`, at most `limit`; null when some of them are no longer in memory. */
  messages(seq: number, limit: number): readonly FeedMessage[] | null {
    return seq < this.#from ? null : this.#above(seq, limit).map(messageOf)
  }

  #above(seq: number, limit: number): readonly Entry[] {
    const entries = this.#entries
    let low = 0
    for (let high = entries.length; low < high; ) {
      const middle = (low + high) >>> 1
      if ((entries[middle]?.seq ?? 0) > seq) high = middle
      else low = middle + 1
    }
    return entries.slice(low, low + limit)
  }

  /** Calls `woken` some time after there is something new; the result ends it. */
  follow(woken: () => void): () => void {
    this.#followers.add(woken)
    return () => this.#followers.delete(woken)
  }

  /** Calls with every durable change of one run, at once, and with null when it was removed; the result ends it. */
  watch(runId: RunId, changed: (change: RunChange | null) => void): () => void {
    const watchers = this.#watchers.get(runId) ?? new Set()
    this.#watchers.set(runId, watchers)
    watchers.add(changed)
    return () => {
      watchers.delete(changed)
      if (watchers.size === 0 && this.#watchers.get(runId) === watchers) this.#watchers.delete(runId)
    }
  }

  #add(seq: number, make: () => FeedMessage): void {
    const entry = { seq, make, message: null, text: null }
    let at = this.#entries.length
    while ((this.#entries[at - 1]?.seq ?? 0) > seq) at--
    if (at === this.#entries.length) this.#entries.push(entry)
    else this.#entries.splice(at, 0, entry)
    // Old ones go a quarter at a time, so that keeping the bound costs nothing per message.
    if (this.#entries.length > this.#keep * 1.25) {
      const gone = this.#entries.length - this.#keep
      this.#from = this.#entries[gone - 1]?.seq ?? this.#from
      this.#entries = this.#entries.slice(gone)
      this.#frames.clear()
    }
  }

  // At once after some time without changes, and in pieces: with a thousand followers it takes tens of milliseconds in all.
  #wake(): void {
    this.#again = this.#waking
    if (this.#waking || this.#followers.size === 0) return
    this.#waking = true
    const followers = [...this.#followers]
    const some = (from: number): void => {
      for (const woken of followers.slice(from, from + AT_ONCE)) woken()
      if (from + AT_ONCE < followers.length) this.#later(0, () => some(from + AT_ONCE))
      else {
        this.#later(GATHER, () => {
          this.#waking = false
          if (this.#again) this.#wake()
        })
      }
    }
    this.#later(0, () => some(0))
  }
}

function messageOf(entry: Entry): FeedMessage {
  return (entry.message ??= entry.make())
}
