import type { DroppedRange } from '../../main/index.ts'
import type { Interval } from './output-pieces.ts'

/** How many bytes of an interval are there. */
export function keptBytes({ start, stop }: Interval, dropped: DroppedRange | null): number {
  if (dropped === null) return stop - start
  return stop - start - Math.max(0, Math.min(stop, dropped.stop) - Math.max(start, dropped.start))
}
