import type { Origin, RunId, State } from '../run/index.ts'
import type { Duration, Instant } from '../time/index.ts'

/** Which runs to list: those of which every term holds. No term: all runs. */
export interface Query {
  /** At most `MAX_TERMS`. */
  readonly terms: readonly QueryTerm[]
}

/** One term. Where it lists several values, one of them has to hold; a list is never empty. */
export type QueryTerm = { readonly not: boolean } & QueryTest

export type QueryTest =
  /** The job id contains one of the texts, whatever the case. */
  | { readonly type: 'word'; readonly texts: readonly string[] }
  /** The run has the arg, with one of the values; with any where these are null. */
  | { readonly type: 'arg'; readonly name: string; readonly values: readonly string[] | null }
  | { readonly type: 'state'; readonly states: readonly State[] }
  /** The job id is the pattern; begins with it where it ends in `/`; matches it where it has `*`, which stands for any text. */
  | { readonly type: 'job'; readonly patterns: readonly string[] }
  | { readonly type: 'label'; readonly labels: readonly string[] }
  | { readonly type: 'id'; readonly ids: readonly RunId[] }
  | { readonly type: 'origin'; readonly origins: readonly OriginType[] }
  /** The schedule time is at or after. */
  | { readonly type: 'since'; readonly time: Instant }
  /** The schedule time is before. */
  | { readonly type: 'before'; readonly time: Instant }
  /** The last change is at or after `from` and before `to`; null does not bound, and not both are. */
  | { readonly type: 'changed'; readonly from: Instant | null; readonly to: Instant | null }
  /** The run has ended, and ran for a time that compares so. */
  | { readonly type: 'elapsed'; readonly than: Comparison; readonly duration: Duration }
  /** The run has ended with a message that contains one of the texts, whatever the case. */
  | { readonly type: 'message'; readonly texts: readonly string[] }

export type OriginType = Origin['type']

export const COMPARISONS = ['<', '<=', '>', '>='] as const

export type Comparison = (typeof COMPARISONS)[number]

/** Longest text of a query, UTF-16 units. */
export const MAX_QUERY = 4_000

/** Most terms of a query. */
export const MAX_TERMS = 50

const origins: Readonly<Record<OriginType, true>> = {
  schedule: true,
  request: true,
  rerun: true,
  action: true,
  backfill: true,
  import: true,
}

/** Where runs come from. */
export const ORIGINS: readonly OriginType[] = Object.keys(origins).flatMap((name) => (isOrigin(name) ? [name] : []))

export function isOrigin(name: string): name is OriginType {
  return Object.hasOwn(origins, name)
}
