import type { Occurrence } from '../kind/index.ts'
import type { Args } from '../run/run.ts'
import { formatInstant, type Instant } from '../time/index.ts'

/** Those of `times` (ascending, without repeats) that are in [from, to). Each offers the arg `time`, in UTC. */
export function* explicitOccurrences(times: readonly Instant[], from: Instant, to: Instant): Generator<Occurrence> {
  for (let index = firstNotBefore(times, from); index < times.length; index++) {
    const due = times[index]
    if (due === undefined || due >= to) return
    yield new ExplicitOccurrence(due)
  }
}

// A class, since a getter in a literal costs ten times as much: a forecast of many may only count.
class ExplicitOccurrence implements Occurrence {
  readonly due: Instant

  constructor(due: Instant) {
    this.due = due
  }

  get args(): Args {
    return { time: formatInstant(this.due) }
  }
}

function firstNotBefore(times: readonly Instant[], from: Instant): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? Infinity) < from) low = middle + 1
    else high = middle
  }
  return low
}
