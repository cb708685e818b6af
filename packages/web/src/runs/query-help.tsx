import type { ReactElement } from 'react'

/** Terms of the language (docs/reference/query.md), by example. */
const TERMS: readonly (readonly [string, string])[] = [
  ['prices', 'jobs whose ID contains the word'],
  ['job:prices/', 'jobs of a folder; job:ID for just one, job:*/load-* for a pattern'],
  ['state:failure,error', 'in one of these states'],
  ['date=2026-01-31', 'with this value of an arg; date= for any value'],
  ['label:"month end"', 'with this label'],
  ['since:2d before:09:30', 'by schedule time: an age, a day, a time'],
  ['changed:today', 'that changed at or after this'],
  ['elapsed:>10m', 'that ran for longer'],
  ['message:timeout', 'whose message contains the text'],
  ['origin:rerun', 'made by a schedule, request, rerun, action or backfill'],
  ['id:r12,r13', 'with one of these IDs'],
  ['!state:success', 'all others'],
]

/** What can be asked for, by example. */
export function QueryHelp(): ReactElement {
  return (
    <details className="query-help">
      <summary className="chip">Syntax</summary>
      <dl className="query-terms">
        {TERMS.map(([term, words]) => (
          <div key={term}>
            <dt className="mono">{term}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
