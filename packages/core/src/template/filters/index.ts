import type { Filter } from './filter.ts'
import { NUMBER_FILTERS } from './number-filters.ts'
import { SELECT_FILTERS } from './select-filters.ts'
import { SEQUENCE_FILTERS } from './sequence-filters.ts'
import { TEXT_FILTERS } from './text-filters.ts'

export type { Filter } from './filter.ts'

/**
 * Jinja's filters by name; `default` is part of the evaluator, since it takes undefined names. Left out: `random` (a run must bind to
 * the same twice) and those that make HTML (`striptags`, `urlize`, `xmlattr`).
 */
export const FILTERS: ReadonlyMap<string, Filter> = new Map([
  ...TEXT_FILTERS,
  ...NUMBER_FILTERS,
  ...SEQUENCE_FILTERS,
  ...SELECT_FILTERS,
])
