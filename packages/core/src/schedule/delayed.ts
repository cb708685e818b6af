import type { Occurrence } from '../kind/index.ts'
import type { Args } from '../run/run.ts'
import { type Duration, END_OF_TIME, FIRST_INSTANT, type Instant, toMicrosecond } from '../time/index.ts'

// As far as rounding to the microsecond can carry an instant over the end of a window, at the ends of time.
const SLACK = 1

/**
 * Occurrences that are due `delay` later (earlier, if negative) than those of `inner`, with its args: those in [from, to), in order.
 * What is moved out of the years 1 to 9999 is lost. `inner` gives those of any window.
 */
export function* delayed(
  inner: (from: Instant, to: Instant) => Iterable<Occurrence>,
  delay: Duration,
  from: Instant,
  to: Instant,
): Generator<Occurrence> {
  const [start, end] = [Math.max(from, FIRST_INSTANT), Math.min(to, END_OF_TIME)]
  if (start >= end) return
  for (const occurrence of inner(start - delay - SLACK, end - delay + SLACK)) {
    const due = toMicrosecond(occurrence.due + delay)
    if (due < start || due >= end) continue
    yield new DelayedOccurrence(due, occurrence)
  }
}

// A class, since a getter in a literal costs ten times as much: a forecast of millions may only count.
class DelayedOccurrence implements Occurrence {
  readonly due: Instant
  readonly #inner: Occurrence

  constructor(due: Instant, inner: Occurrence) {
    this.due = due
    this.#inner = inner
  }

  get args(): Args {
    return this.#inner.args
  }
}
