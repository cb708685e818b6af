import { formatDuration, formatInstant, type Instant } from '../time/index.ts'
import type { CatchupRule } from './rule.ts'
import type { StartSpacing } from './spacing.ts'

/** A time in which nothing was decided. `down`: no server ran; `stuck`: one did, but it stood still, or its clock was set. */
export interface Gap {
  readonly from: Instant
  readonly to: Instant
  readonly cause: 'down' | 'stuck'
}

/** What becomes of an overdue instant. `at`: when its run is to start; not before now. */
export type CatchupVerdict =
  | { readonly verdict: 'run'; readonly at: Instant }
  | { readonly verdict: 'missed'; readonly reason: string }

/**
 * Decides the overdue instants of one schedule. Where `counts`, each must first be counted; then each is asked for its verdict; both times in
 * ascending order, each once. What is missed comes before all that runs. Keeps as many instants as `max_count` says, and no more: less those
 * that were kept by an earlier decision and have not begun yet (`waiting`).
 */
export class CatchupDecision {
  readonly #rule: CatchupRule
  readonly #now: Instant
  readonly #gap: Gap | null
  readonly #spacing: Pick<StartSpacing, 'next'>
  readonly #waiting: number
  /** How many of the newest run; null: however many. */
  readonly #keep: number | null
  /** The newest that were counted, as a ring. */
  readonly #newest: Instant[] = []
  #counted = 0

  constructor(rule: CatchupRule, now: Instant, gap: Gap | null, spacing: Pick<StartSpacing, 'next'>, waiting = 0) {
    this.#rule = rule
    this.#now = now
    this.#gap = gap
    this.#spacing = spacing
    this.#waiting = waiting
    const most = rule.gone !== null || rule.policy === 'none' ? null : rule.policy === 'last' ? 1 : rule.maxCount
    this.#keep = most === null ? null : Math.max(0, most - waiting)
  }

  /** Whether a verdict depends on the instants that come after. */
  get counts(): boolean {
    return this.#keep !== null
  }

  count(due: Instant): void {
    if (this.#keep === null) return
    if (this.#keep > 0) this.#newest[this.#counted % this.#keep] = due
    this.#counted++
  }

  verdict(due: Instant): CatchupVerdict {
    const reason = this.missed(due)
    return reason === null ? { verdict: 'run', at: this.#spacing.next(this.#now) } : { verdict: 'missed', reason }
  }

  /** Why it is missed, with the counts that decided where any did; null: it runs. Asked for any number of times, and in any order. */
  missed(due: Instant): string | null {
    const { since } = this.#rule
    const alone = this.#alone(due)
    if (alone !== null) return since !== null && due < since ? alone : `${this.#lead(due)}; ${alone}`
    return this.#isOld(due) ? `${this.#lead(due)}; ${this.#bound()} (${this.#numbers()})` : null
  }

  /** The rule by which it is missed; null: it runs. */
  why(due: Instant): string | null {
    return this.#alone(due) ?? (this.#isOld(due) ? this.#bound() : null)
  }

  /** Why it is missed whatever the others are. */
  #alone(due: Instant): string | null {
    const { policy, maxAge, since, gone } = this.#rule
    if (since !== null && due < since) return `before schedule.since ${formatInstant(since)}`
    if (gone !== null) return gone
    if (policy === 'none') return 'catchup is none'
    return maxAge !== null && due < this.#now - maxAge ? `older than max_age ${formatDuration(maxAge)}` : null
  }

  #bound(): string {
    const { policy, maxCount } = this.#rule
    const onlyOne = policy === 'last' || maxCount === 1
    return onlyOne ? 'only the last is made up for' : `only the newest ${maxCount} are made up for`
  }

  #numbers(): string {
    const overdue = `${this.#counted} overdue`
    if (this.#waiting === 0) return overdue
    const wait = this.#waiting === 1 ? 'waits for its turn' : 'wait for their turn'
    return `${overdue}, and ${this.#waiting} from before that ${wait}`
  }

  /** Whether as many as may run come after it. */
  #isOld(due: Instant): boolean {
    if (this.#keep === 0) return true
    if (this.#keep === null || this.#counted <= this.#keep) return false
    return due < (this.#newest[this.#counted % this.#keep] ?? due)
  }

  #lead(due: Instant): string {
    const gap = this.#gap
    if (gap === null || due < gap.from || due > gap.to)
      return `decided ${formatDuration(Math.round((this.#now - due) / 1_000) * 1_000)} late`
    const span = `from ${formatInstant(gap.from)} to ${formatInstant(gap.to)}`
    // Noted once a minute: the server may have lived a little longer.
    if (gap.cause === 'down')
      return `the server was away until ${formatInstant(gap.to)}, last seen alive at ${formatInstant(gap.from)}`
    return `the server stood still ${span}`
  }
}
