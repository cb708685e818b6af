import type { Duration, Instant } from '@apsis/core/time'
import type { InstantRow, Reader } from '@apsis/store/port'
import { ledgerPages, lookUp } from './ledger-lookup.ts'
import { instantKey, type LateStart, named, SANITY_COUNTED } from './sanity-report.ts'

/** A run that begins later than this after it was due ran late, ms. */
export const LATE: Duration = 60_000
/** Due times that are looked at in a read, ms: at several thousand a second that is some 100,000 rows. */
const WINDOW: Duration = 120_000

/**
 * Finds the instants whose runs began late, reading each stretch of due times once: what was undecided when its time was looked at is kept, and looked up
 * again until it is decided.
 */
export class LateStarts {
  readonly #read: Pick<Reader, 'ledger'>
  readonly #span: Duration
  /** Up to here due times were looked at; null: none were. */
  #until: Instant | null = null
  /** Undecided when their time was looked at; at most `SANITY_COUNTED`. */
  readonly #open = new Map<string, InstantRow>()
  /** With the time of the verdict; at most `SANITY_COUNTED`. */
  readonly #found = new Map<string, { readonly start: LateStart; readonly decidedAt: Instant }>()

  /** `span`: for how long a late start is told of, ms. */
  constructor(read: Pick<Reader, 'ledger'>, span: Duration) {
    this.#read = read
    this.#span = span
  }

  /** Those that began within the span, by due time. */
  get found(): readonly LateStart[] {
    return [...this.#found.values()].map(({ start }) => start).sort((a, b) => a.due - b.due)
  }

  /** Looks at what became due before `until`. `undecided`: all instants that had no verdict by then, or the first `SANITY_COUNTED`. */
  async look(now: Instant, until: Instant, undecided: readonly InstantRow[]): Promise<void> {
    await this.#lookAgain(undecided)
    // Of those beyond nothing is known.
    const full = undecided.length >= SANITY_COUNTED
    const end = full ? Math.min(until, undecided.at(-1)?.due ?? until) : until
    const begin = Math.max(now - this.#span, Math.min(this.#until ?? 0, end))
    for (let from = begin; from < end; from += WINDOW) {
      const to = Math.min(end, from + WINDOW)
      await this.#scan(from, to)
      this.#until = to
    }
    for (const row of undecided) if (this.#open.size < SANITY_COUNTED) this.#open.set(instantKey(row), row)
    for (const [key, { decidedAt }] of this.#found) if (decidedAt < now - this.#span) this.#found.delete(key)
  }

  async #scan(from: Instant, to: Instant): Promise<void> {
    if (this.#found.size >= SANITY_COUNTED) return
    for await (const { rows } of ledgerPages(this.#read, { from, to, verdicts: ['started'], later: LATE })) {
      for (const row of rows) this.#take(row)
      if (this.#found.size >= SANITY_COUNTED) return
    }
  }

  /** Those that were undecided, and are no more. */
  async #lookAgain(undecided: readonly InstantRow[]): Promise<void> {
    const still = new Set(undecided.map(instantKey))
    const decided = [...this.#open].flatMap(([key, row]) => (still.has(key) ? [] : [row]))
    const { looked, rows } = await lookUp(this.#read, decided)
    for (const one of looked) {
      const key = instantKey(one)
      const row = rows.get(key)
      if (row !== undefined && row.verdict === null) continue
      this.#open.delete(key)
      if (row !== undefined) this.#take(row)
    }
  }

  #take(row: InstantRow): void {
    const lateness = (row.decidedAt ?? row.due) - row.due
    if (row.verdict !== 'started' || lateness <= LATE || this.#found.size >= SANITY_COUNTED) return
    const decidedAt = row.decidedAt ?? row.due
    this.#found.set(instantKey(row), { start: { ...named(row), lateness }, decidedAt })
  }
}
