import type { State } from '@apsis/core/run'
import type { Verdict } from '../port/index.ts'

/** The number that stands for each state on disk. Never renumbered: databases outlive versions. */
export const STATE_CODES: Readonly<Record<State, number>> = {
  new: 0,
  scheduled: 1,
  waiting: 2,
  starting: 3,
  running: 4,
  stopping: 5,
  success: 6,
  failure: 7,
  error: 8,
  skipped: 9,
}

/** The number that stands for each verdict on disk. Never renumbered. */
export const VERDICT_CODES: Readonly<Record<Verdict, number>> = {
  started: 0,
  skipped: 1,
  missed: 2,
  held: 3,
  superseded: 4,
}

/** What most instants come to: those of greater numbers are few. In the conditions of indexes. */
export const STARTED: number = VERDICT_CODES.started

/** The number that stands for each type of fact on disk. Never renumbered. */
export const FACT_CODES = {
  state: 0,
  log: 1,
  meta: 2,
  deleted: 3,
  job: 4,
  agent: 5,
  pause: 6,
  backfill: 7,
  removed: 8,
} as const

export type FactType = keyof typeof FACT_CODES

const states = inverse<State>(STATE_CODES)
const verdicts = inverse<Verdict>(VERDICT_CODES)
const factTypes = inverse<FactType>(FACT_CODES)

/** The state of a code; null for a code that has none. */
export function stateOf(code: unknown): State | null {
  return states.get(code) ?? null
}

/** The verdict of a code; null for a code that has none. */
export function verdictOf(code: unknown): Verdict | null {
  return verdicts.get(code) ?? null
}

/** The type of fact of a code; null for a code that has none. */
export function factTypeOf(code: unknown): FactType | null {
  return factTypes.get(code) ?? null
}

function inverse<Name extends string>(codes: Readonly<Record<Name, number>>): ReadonlyMap<unknown, Name> {
  const names = new Map<unknown, Name>()
  for (const name in codes) names.set(codes[name], name)
  return names
}
