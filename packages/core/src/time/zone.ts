import { yearEnd, yearShift } from './cycle.ts'
import type { Instant } from './instant.ts'
import { DEFAULT_DST, type DstPolicy, type LocalMeaning, type LocalTime } from './local.ts'
import { DAY } from './unit.ts'
import { lastNotAbove, type ZoneTable } from './zone-table.ts'

/** No zone ever moved its clocks by more than a day. */
const LONGEST_CHANGE = DAY
/** No offset is further from UTC. */
const WIDEST_OFFSET = DAY

const SKIPPED: LocalMeaning = { instants: [], kind: 'gap' }

/**
 * A time zone: instants to local times and back, by integer arithmetic on its table of offsets. Good for the years 1 to 9999.
 * Immutable as seen from outside.
 */
export class Zone {
  readonly name: string
  /** Bounds of the offset over all time, ms. */
  readonly minOffset: number
  readonly maxOffset: number
  readonly #table: ZoneTable
  // Where the last answers were found. They save searching and change no answer.
  #fromHint = 0
  #oddHint = 0

  constructor(name: string, table: ZoneTable) {
    this.name = name
    this.minOffset = table.minOffset
    this.maxOffset = table.maxOffset
    this.#table = table
  }

  /** Local time less UTC at an instant, ms. */
  offsetAt(instant: Instant): number {
    this.#fromHint = lastNotAbove(this.#table.from, instant - yearShift(instant), this.#fromHint)
    return this.#table.offset[this.#fromHint] ?? 0
  }

  /** What clocks in the zone show at an instant. */
  localAt(instant: Instant): LocalTime {
    return instant + this.offsetAt(instant)
  }

  /**
   * The instant of a local time in the most frequent case, that clocks show it once and no odd time begins before `until`; else NaN.
   * All local times from `local` to below `until` then lie as far from the instant as in local time.
   */
  plainInstant(local: LocalTime, until: LocalTime): Instant {
    const shift = yearShift(local)
    // The year that stands for this one is followed by another than the one that follows this one.
    if (shift !== 0 && until > yearEnd(local)) return Number.NaN
    const table = this.#table
    const index = lastNotAbove(table.oddFrom, local - shift, this.#oddHint)
    this.#oddHint = index
    const plain =
      local - shift >= (table.plainFrom[index] ?? 0) && until - shift <= (table.oddFrom[index + 1] ?? Infinity)
    return plain ? local - (table.offset[index] ?? 0) : Number.NaN
  }

  /** The instants at which clocks in the zone show a local time, in order, as the policy has it where they show it twice or never. */
  instantsOf(local: LocalTime, policy: DstPolicy = DEFAULT_DST): readonly Instant[] {
    return this.meaningOf(local, policy).instants
  }

  /** As `instantsOf`, and whether the local time is an odd one. */
  meaningOf(local: LocalTime, policy: DstPolicy = DEFAULT_DST): LocalMeaning {
    const plain = this.plainInstant(local, local)
    if (!Number.isNaN(plain)) return { instants: [plain], kind: 'exact' }
    const reach = LONGEST_CHANGE + WIDEST_OFFSET
    const changes = [...this.#changes(local - reach, local + reach)]
    const offsets = new Set([this.offsetAt(local - reach), ...changes.map((change) => this.offsetAt(change))])
    const [first, second] = [...offsets]
      .map((offset) => local - offset)
      .filter((instant) => this.localAt(instant) === local)
      .sort((a, b) => a - b)
    if (first === undefined) return this.#gap(local, policy, changes)
    if (second === undefined) return { instants: [first], kind: 'exact' }
    const instants = policy.fold === 'first' ? [first] : policy.fold === 'second' ? [second] : [first, second]
    return { instants, kind: 'fold' }
  }

  #gap(local: LocalTime, policy: DstPolicy, changes: readonly Instant[]): LocalMeaning {
    if (policy.gap === 'skip') return SKIPPED
    for (const change of changes) {
      const before = this.offsetAt(change - 1)
      if (local >= change + before && local < this.localAt(change)) {
        return { instants: [policy.gap === 'next' ? change : local - before], kind: 'gap' }
      }
    }
    return SKIPPED
  }

  // Instants of offset changes in [from, to).
  *#changes(from: Instant, to: Instant): Generator<Instant> {
    const { from: starts } = this.#table
    // Year by year: the years that stand for two years in a row need not be two in a row.
    for (let start = from; start < to; ) {
      const shift = yearShift(start)
      const end = shift === 0 ? to : Math.min(to, yearEnd(start))
      let index = lastNotAbove(starts, start - shift, this.#fromHint)
      if ((starts[index] ?? Infinity) < start - shift) index++
      for (; (starts[index] ?? Infinity) < end - shift; index++) yield (starts[index] ?? Infinity) + shift
      start = end
    }
  }
}
