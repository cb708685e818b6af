import { STATE_CODES } from '../row/index.ts'

/** What the slices of a rule's query go over, so that no statement lasts long: numbers of runs, numbers of facts, numbers of outputs, or nothing (one statement). */
export type Span = 'runs' | 'facts' | 'outputs' | 'whole'

/**
 * One query that finds what breaks an invariant of docs/design/invariants.md. It gives rows of two texts, what it is about and what is wrong with it.
 * Of its parameters, `$from` (exclusive) and `$to` (inclusive) are there unless it is about the whole; `$decidedBefore` where it names it.
 */
export interface AuditRule {
  /** Stable: scripts look for it. */
  readonly id: string
  readonly invariant: string
  /** What must hold, for people. */
  readonly statement: string
  readonly database: 'runs' | 'outputs'
  readonly over: Span
  readonly sql: string
}

/** SQL that gives the name of the state whose code the column has. */
export function stateName(column: string): string {
  const cases = Object.entries(STATE_CODES).map(([name, code]) => `WHEN ${code} THEN '${name}'`)
  return `CASE ${column} ${cases.join(' ')} ELSE 'state ' || ${column} END`
}

/** SQL that gives a time (ms of the epoch) for people. */
export function timeText(column: string): string {
  return `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`
}

/** SQL that gives the name of an instant whose columns have this prefix. */
export function instantName(prefix: string): string {
  return `(SELECT name FROM job_names WHERE id = ${prefix}.job) || ' at ' || ${timeText(`${prefix}.due`)}`
}
