import type { Occurrence } from '../kind/index.ts'
import type { Args } from '../run/run.ts'
import {
  type Duration,
  END_OF_TIME,
  FIRST_INSTANT,
  formatDate,
  formatDaytime,
  formatInstant,
  type Instant,
  toMicrosecond,
  utc,
} from '../time/index.ts'

/** Every `interval` from `epoch` plus `phase` on, and back. */
export interface IntervalRule {
  /** At least 1. */
  readonly interval: Duration
  /** 0 to below `interval`. */
  readonly phase: Duration
  /** Default 1970-01-01T00:00:00Z. */
  readonly epoch: Instant
}

/** What is wrong with an interval and its phase, and with which of them; or null. Texts as in spec/apsis.md 1.8. */
export function intervalFault(
  interval: Duration,
  phase: Duration,
): { readonly key: 'interval' | 'phase'; readonly message: string } | null {
  if (!(interval >= 1 && Number.isFinite(interval))) {
    return { key: 'interval', message: `invalid interval: ${interval / 1_000}` }
  }
  return phase >= 0 && phase < interval ? null : { key: 'phase', message: 'phase not between 0 and interval' }
}

/**
 * Occurrences in [from, to), in order. Each is computed from its number, so that nothing adds up; to the microsecond.
 * Offers the args `time`, `date`, `daytime`, all in UTC.
 */
export function* intervalOccurrences(rule: IntervalRule, from: Instant, to: Instant): Generator<Occurrence> {
  const [start, end] = [Math.max(from, FIRST_INSTANT), Math.min(to, END_OF_TIME)]
  if (start >= end) return
  const due = (number: number): Instant => toMicrosecond(rule.epoch + rule.phase + number * rule.interval)
  let number = Math.ceil((start - rule.epoch - rule.phase) / rule.interval)
  // The division may round to either side.
  while (due(number - 1) >= start) number--
  while (due(number) < start) number++
  for (let at = due(number); at < end; at = due(++number)) yield new IntervalOccurrence(at)
}

// A class, since a getter in a literal costs ten times as much: a forecast of millions may only count.
class IntervalOccurrence implements Occurrence {
  readonly due: Instant

  constructor(due: Instant) {
    this.due = due
  }

  get args(): Args {
    const { date, daytime } = utc(this.due)
    return { date: formatDate(date), daytime: formatDaytime(daytime), time: formatInstant(this.due) }
  }
}
