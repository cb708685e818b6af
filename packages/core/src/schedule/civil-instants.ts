import {
  type CivilDate,
  type DstPolicy,
  type Duration,
  END_OF_TIME,
  FIRST_INSTANT,
  type Instant,
  type Zone,
} from '../time/index.ts'

/** A stretch of local time, one unit long, in which something is due. */
export interface LocalStretch {
  /** The date that it counts for. */
  readonly nominal: CivilDate
  /** Which unit of local time, counted from 1970-01-01T00:00:00: a date where the unit is a day. */
  readonly local: number
}

/** Local times that are due in a zone, and what to do about odd ones. */
export interface CivilRule {
  readonly zone: Zone
  readonly dst: DstPolicy
  /** Length of the stretches, ms: a day or an hour. */
  readonly unit: Duration
  /** What is due in each, ms after its beginning: ascending, without repeats, 0 to below `unit`. */
  readonly after: readonly Duration[]
}

export interface CivilInstant {
  readonly due: Instant
  readonly nominal: CivilDate
  /** `local` of its stretch. */
  readonly stretch: number
  /** Ms after the beginning of its stretch, on the clock. */
  readonly after: Duration
  /** The local time is one that clocks skip, and was moved. */
  readonly moved: boolean
}

/** The first unit of local time of which anything can be due at `from` or later, wherever the clocks are. */
export function firstStretch(zone: Zone, unit: Duration, from: Instant): number {
  return Math.floor((Math.max(from, FIRST_INSTANT) + zone.minOffset) / unit)
}

/** The first unit of local time of which nothing can be due before `to`. */
export function endStretch(zone: Zone, unit: Duration, to: Instant): number {
  return Math.ceil((Math.min(to, END_OF_TIME) + zone.maxOffset) / unit)
}

/**
 * Due instants in [from, to), in order, one for each instant: where a moved one falls on another, the other stands; of two moved ones
 * that of the earlier date. Lazy. `stretches` ascend strictly, and begin with `firstStretch` or before.
 */
export function* civilInstants(
  rule: CivilRule,
  stretches: Iterable<LocalStretch>,
  from: Instant,
  to: Instant,
): Generator<CivilInstant> {
  const { zone, unit, after: times } = rule
  const [start, end] = [Math.max(from, FIRST_INSTANT), Math.min(to, END_OF_TIME)]
  let held: CivilInstant[] = []
  for (const { nominal, local } of stretches) {
    // Nothing of this stretch, or of a later one, is before it.
    const earliest = local * unit - zone.maxOffset
    if (held.length > 0) held = yield* release(held, earliest, start, end)
    if (earliest >= end) break
    const beginning = held.length > 0 ? Number.NaN : zone.plainInstant(local * unit, (local + 1) * unit)
    if (Number.isNaN(beginning)) {
      for (const after of times) {
        const { instants, kind } = zone.meaningOf(local * unit + after, rule.dst)
        for (const due of instants) held.push({ due, nominal, stretch: local, after, moved: kind === 'gap' })
      }
      continue
    }
    for (const after of times) {
      const due = beginning + after
      if (due >= end) break
      if (due >= start) yield { due, nominal, stretch: local, after, moved: false }
    }
  }
  yield* release(held, Infinity, start, end)
}

// Around odd times the instants of stretches may interleave and coincide: they are held back until nothing can come between.
function* release(
  held: readonly CivilInstant[],
  before: Instant,
  start: Instant,
  end: Instant,
): Generator<CivilInstant, CivilInstant[]> {
  const ordered = held.toSorted((a, b) => a.due - b.due || Number(a.moved) - Number(b.moved) || a.nominal - b.nominal)
  for (const [index, instant] of ordered.entries()) {
    if (instant.due >= before) return ordered.slice(index)
    const repeated = ordered[index - 1]?.due === instant.due
    if (!repeated && instant.due >= start && instant.due < end) yield instant
  }
  return []
}
