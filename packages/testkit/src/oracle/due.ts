/** Stands in schedules and args for the zone that they are tried in. */
export const ANY_ZONE = '*'

/** One instant that a rule says is due, ms, and what it says of the args that the schedule offers there. */
export interface Due {
  readonly due: number
  readonly args: Readonly<Record<string, string>>
}

/** A schedule as a job file has it, a window [from, to) of time, and what is due in it by the rules. */
export interface Comparison {
  readonly schedule: Readonly<Record<string, Json>>
  readonly from: number
  readonly to: number
  readonly expected: readonly Due[]
  /** To be compared in each zone that has the transition: those that are not, in one of them. */
  readonly everywhere: boolean
}

/** What a job file may hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** UTC as args have it: `2026-01-31T09:00:00+00:00`, a fraction without trailing zeros. */
export function timeText(instant: number): string {
  return `${new Date(instant).toISOString().replace(/\.?0*Z$/, '')}+00:00`
}

/** `HH:MM:SS`, a fraction without trailing zeros. */
export function daytimeText(daytime: number): string {
  return new Date(daytime)
    .toISOString()
    .slice(11, 23)
    .replace(/\.?0*$/, '')
}
