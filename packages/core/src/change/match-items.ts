import { isList, isMapping } from '../document/index.ts'
import { canonicalJson, type Json } from '../json/index.ts'

/** Positions of items of an old and a new list that are the same thing, changed or not; by the new position. */
export type Matches = readonly (readonly [oldIndex: number, newIndex: number])[]

/**
 * Which items of two lists belong together: equal ones; then mappings that are equal but for `enabled` and the stop schedule (a schedule
 * with the same key); then mappings of the same type, in order; then other items of the same kind at the same place.
 */
export function matchItems(before: readonly Json[], after: readonly Json[]): Matches {
  const matches: [number, number][] = []
  let left = [...before.keys()]
  let right = [...after.keys()]
  for (const identity of IDENTITIES) {
    const byIdentity = new Map<string, number[]>()
    for (const index of left.toReversed()) {
      const key = identity(before[index] ?? null, index)
      if (key === null) continue
      const same = byIdentity.get(key)
      if (same === undefined) byIdentity.set(key, [index])
      else same.push(index)
    }
    const taken = new Set<number>()
    right = right.filter((index) => {
      const key = identity(after[index] ?? null, index)
      const found = key === null ? undefined : byIdentity.get(key)?.pop()
      if (found === undefined) return true
      taken.add(found)
      matches.push([found, index])
      return false
    })
    left = left.filter((index) => !taken.has(index))
  }
  return matches.sort(([, a], [, b]) => a - b)
}

/** Those matches whose items keep their order among each other, as many as can be. The others have moved. */
export function inOrder(matches: Matches): ReadonlySet<number> {
  // Of the longest rising sequences, by their length less one: the match that ends the one with the lowest end.
  const ends: number[] = []
  const previous: number[] = []
  const oldIndex = (match: number): number => matches[match]?.[0] ?? 0
  for (const index of matches.keys()) {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (oldIndex(ends[middle] ?? 0) < oldIndex(index)) low = middle + 1
      else high = middle
    }
    previous[index] = low === 0 ? -1 : (ends[low - 1] ?? -1)
    ends[low] = index
  }
  const kept = new Set<number>()
  for (let index = ends.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) kept.add(matches[index]?.[1] ?? 0)
  return kept
}

/** The key under which `flatSchedules` has the stop schedule. No kind has a key with a blank in it. */
export const STOP_KEY = 'stop schedule'

const IDENTITIES: readonly ((item: Json, index: number) => string | null)[] = [
  (item) => canonicalJson(item),
  (item) => {
    if (!isMapping(item)) return null
    const { enabled: _, [STOP_KEY]: __, ...rest } = item
    return canonicalJson(rest)
  },
  (item) => (isMapping(item) && typeof item['type'] === 'string' ? item['type'] : null),
  (item, index) => `${index} ${isMapping(item) ? 'mapping' : isList(item) ? 'list' : 'scalar'} ${typed(item)}`,
]

// Mappings of different types are different things.
function typed(item: Json): string {
  return isMapping(item) ? JSON.stringify(item['type'] ?? null) : ''
}
