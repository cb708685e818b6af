import type { Instant } from '@apsis/core/time'
import type { Page } from './load.ts'

/** Short pages in a row after which a search stops and waits to be told to go on. */
export const MAX_SHORT = 200

/** How far the finished runs of a list were looked through. */
export interface Search {
  /** Cursor of what was not looked at yet; null at the end. */
  readonly next: string | null
  /** How many of the last pages, without a break, were short. */
  readonly short: number
  /** The schedule time back to which runs were looked at; null where that is not known. */
  readonly reached: Instant | null
}

/** Before anything was looked at. */
export const UNSEARCHED: Search = { next: null, short: 0, reached: null }

/** The search after a page. */
export function searched(search: Search, page: Page): Search {
  return { next: page.next, short: page.short ? search.short + 1 : 0, reached: page.reached ?? search.reached }
}

/** The search, told to go on. */
export function goOn(search: Search): Search {
  return { ...search, short: Math.min(search.short, 1) }
}

/** `more`: pages are full; `searching`: few match; `stopped`: few match, and it waits to be told to go on. */
export function phaseOf({ next, short }: Search): 'end' | 'more' | 'searching' | 'stopped' {
  if (next === null) return 'end'
  return short === 0 ? 'more' : short < MAX_SHORT ? 'searching' : 'stopped'
}
