import { TABLE_END } from './cycle.ts'
import { FIRST_INSTANT } from './instant-text.ts'

/** The offsets from UTC of a zone. Milliseconds throughout. Entry `i` of each list belongs together. */
export interface ZoneTable {
  /** From when an offset holds; ascending; the first is `-Infinity`. */
  readonly from: Float64Array
  /** Local time less UTC. */
  readonly offset: Float64Array
  /** The first local time that a clock skips or shows again at this change. */
  readonly oddFrom: Float64Array
  /** The first local time after `oddFrom` that is plain again. */
  readonly plainFrom: Float64Array
  readonly minOffset: number
  readonly maxOffset: number
}

/** Asks Temporal for every change of a zone's offset from year 1 up to `TABLE_END`. The zone must be known. */
export function buildZoneTable(name: string): ZoneTable {
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(FIRST_INSTANT).toZonedDateTimeISO(name)
  const from = [-Infinity]
  const offset = [offsetMs(at)]
  for (;;) {
    at = at.getTimeZoneTransition('next')
    if (at === null || at.epochMilliseconds >= TABLE_END) break
    if (offsetMs(at) === offset.at(-1)) continue
    from.push(at.epochMilliseconds)
    offset.push(offsetMs(at))
  }
  const before = (index: number): number => offset[index - 1] ?? 0
  const change = (pick: (...offsets: number[]) => number) =>
    Float64Array.from(from, (start, index) =>
      index === 0 ? -Infinity : start + pick(before(index), offset[index] ?? 0),
    )
  return {
    from: Float64Array.from(from),
    offset: Float64Array.from(offset),
    oddFrom: change(Math.min),
    plainFrom: change(Math.max),
    minOffset: Math.min(...offset),
    maxOffset: Math.max(...offset),
  }
}

/** Index of the last entry that is not above `value`, beginning to look at `hint`. `list[0]` must be -Infinity. */
export function lastNotAbove(list: Float64Array, value: number, hint: number): number {
  // Schedules ask in order, so the answer is nearly always the one before, or the next.
  if (above(list, hint + 1, value) && !above(list, hint, value)) return hint
  if (above(list, hint + 2, value) && !above(list, hint + 1, value)) return hint + 1
  let low = 0
  let high = list.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (above(list, middle, value)) high = middle
    else low = middle
  }
  return low
}

function above(list: Float64Array, index: number, value: number): boolean {
  const entry = list[index]
  return entry === undefined || entry > value
}

function offsetMs(at: Temporal.ZonedDateTime): number {
  return at.offsetNanoseconds / 1_000_000
}
