import type { ResolvedFd } from '@apsis/wire/spec'

/** Bytes [start, stop) of an output, of which only the number is known. */
export interface DroppedRange {
  readonly start: number
  readonly stop: number
}

/** What is kept of an output. */
export type Keep = Pick<Extract<ResolvedFd, { readonly kind: 'capture' }>, 'limit' | 'keep'>

/** What a capture with a limit has not kept of an output of this length (launcher/PROTOCOL.md): all but its start, its end, or half of the limit of each. */
export function droppedOf({ limit, keep }: Keep, length: number): DroppedRange | null {
  if (limit === null || length <= limit) return null
  if (keep === 'start') return { start: limit, stop: length }
  if (keep === 'end') return { start: 0, stop: length - limit }
  const half = Math.floor(limit / 2)
  return { start: half, stop: length - half }
}

/** The same for a file of this size: where holes cannot be made it ends early, whatever was to be kept. */
export function droppedIn(keep: Keep, length: number, size: number): DroppedRange | null {
  return size < length ? { start: size, stop: length } : droppedOf(keep, length)
}

/** How much of the start of an output is kept whatever else is written: the rest may be dropped as long as the proc runs. Infinity: all. */
export function keptStart({ limit, keep }: Keep): number {
  if (limit === null) return Infinity
  if (keep === 'start') return limit
  return keep === 'end' ? 0 : Math.floor(limit / 2)
}
