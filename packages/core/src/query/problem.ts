/** One thing in a query that is not as it should be. */
export interface QueryProblem {
  /** Where, from 1. */
  readonly column: number
  /** What was found, and what was expected. */
  readonly message: string
  /** What to write; null where there is nothing to add. */
  readonly hint: string | null
}
