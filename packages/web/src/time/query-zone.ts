import type { QueryZone } from '@apsis/core/query'
import type { Instant, LocalTime } from '@apsis/core/time'
import { offsetOf } from './format.ts'

const DAY = 86_400_000

/** A zone for reading queries, by the browser's own tables. Throws `RangeError` at use for an unknown zone. */
export function queryZone(name: string): QueryZone {
  const localAt = (at: Instant): LocalTime => at + offsetOf(at, name)
  // The first of two; of a time that clocks skip, the first instant after.
  const instantsOf = (local: LocalTime): readonly Instant[] => {
    const [before, after] = [local - offsetOf(local - DAY, name), local - offsetOf(local + DAY, name)]
    const shown = [before, after].sort((a, b) => a - b).find((at) => localAt(at) === local)
    return [shown ?? changeBetween(after, before, name)]
  }
  return { localAt, instantsOf }
}

/** The first instant after `low`, up to `high`, at which the offset is another one. */
function changeBetween(low: Instant, high: Instant, name: string): Instant {
  const old = offsetOf(low, name)
  let [from, to] = [low, high]
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2)
    if (offsetOf(middle, name) === old) from = middle
    else to = middle
  }
  return to
}
