import type { Instant } from './instant.ts'

/** A civil date and time without a zone: milliseconds since 1970-01-01T00:00:00 on a clock somewhere. */
export type LocalTime = number

/** What a local time means that a clock skips (`gap`) or shows twice (`fold`). */
export interface DstPolicy {
  /** `skip`: it does not happen. `next`: the first instant after the gap. `shift`: as much later as the gap is long. */
  readonly gap: 'skip' | 'next' | 'shift'
  readonly fold: 'first' | 'second' | 'both'
}

/** What the existing Apsis does: a daytime in the gap does not happen, of one in the fold the first counts. */
export const DEFAULT_DST: DstPolicy = { gap: 'skip', fold: 'first' }

/** The instants of a local time in a zone, in order: none, one or two. */
export interface LocalMeaning {
  readonly instants: readonly Instant[]
  /** `gap`: no clock shows the local time, and a policy other than `skip` moved it. */
  readonly kind: 'exact' | 'fold' | 'gap'
}
