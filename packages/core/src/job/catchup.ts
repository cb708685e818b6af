import type { JsonObject } from '../json/index.ts'
import { type Duration, durationSeconds } from '../time/index.ts'

/** Which missed instants get a run: every one, the last of a schedule, or none. */
export const CATCHUP_POLICIES = ['all', 'last', 'none'] as const
export type CatchupPolicy = (typeof CATCHUP_POLICIES)[number]

/** What becomes of instants of a schedule that were missed, as while the server was down. What gets no run is *missed*. */
export interface Catchup {
  readonly policy: CatchupPolicy
  /** Instants longer ago get no run; null: however long. */
  readonly maxAge: Duration | null
  /** At most so many get one, the latest; from 1; null: however many. */
  readonly maxCount: number | null
  /** At most so many of them are started in a minute, above 0; null: all at once. */
  readonly rate: number | null
}

/** The normal form: the policy alone where it is all that is said. */
export function catchupJson({ policy, maxAge, maxCount, rate }: Catchup): string | JsonObject {
  const bounds = {
    ...(maxAge === null ? {} : { max_age: durationSeconds(maxAge) }),
    ...(maxCount === null ? {} : { max_count: maxCount }),
    ...(rate === null ? {} : { rate }),
  }
  return Object.keys(bounds).length === 0 ? policy : { policy, ...bounds }
}
