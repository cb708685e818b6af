import type { RequestProblem } from '@apsis/api/error'
import { parseQuery, problemsText, type Query } from '@apsis/core/query'
import { type Instant, parseZone } from '@apsis/core/time'
import { type Outcome, success } from './outcome.ts'
import { malformed } from './problems.ts'

/** Where the text and the zone of a query stand in a request. */
export interface QueryPlace {
  readonly in: RequestProblem['in']
  readonly text: string
  readonly zone: string
}

/** Reads the text of a query; where it cannot be read, says at which column, and what was expected. */
export function readQueryText(text: string, zoneName: string, now: Instant, place: QueryPlace): Outcome<Query> {
  const zone = parseZone(zoneName)
  if (!zone.ok) return malformed([{ in: place.in, path: place.zone, message: zone.message }])
  const parsed = parseQuery(text, { now, zone: zone.value })
  if (parsed.ok) return success(parsed.query)
  const problems = parsed.problems.map((problem) => ({
    in: place.in,
    path: place.text,
    message: problemsText([problem]),
    column: problem.column,
  }))
  return malformed(problems)
}
