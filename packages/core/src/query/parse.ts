import { Lexer } from './lex.ts'
import type { QueryProblem } from './problem.ts'
import { MAX_QUERY, MAX_TERMS, type Query, type QueryTerm } from './query.ts'
import { readTerm } from './term.ts'
import type { QueryClock } from './when.ts'

/** A query, or all that is wrong with its text. */
export type ParsedQuery =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly problems: readonly QueryProblem[] }

/** Reads a query (docs/reference/query.md). Total; a text of more than `MAX_QUERY` characters or `MAX_TERMS` terms is refused. */
export function parseQuery(text: string, clock: QueryClock): ParsedQuery {
  if (text.length > MAX_QUERY) {
    const message = `the query has ${text.length} characters; expected at most ${MAX_QUERY}`
    return { ok: false, problems: [{ column: MAX_QUERY + 1, message, hint: null }] }
  }
  const problems: QueryProblem[] = []
  const terms: QueryTerm[] = []
  const lexer = new Lexer(text, problems)
  let count = 0
  for (let raw = lexer.next(); raw !== null; raw = lexer.next()) {
    if (++count > MAX_TERMS) {
      const { column } = raw.head?.name ?? raw.values[0] ?? { column: 1 }
      problems.push({
        column,
        message: `expected at most ${MAX_TERMS} terms`,
        hint: 'Values with commas are one term.',
      })
      break
    }
    const term = readTerm(raw, clock, problems)
    if (term !== null) terms.push(term)
  }
  return problems.length === 0 ? { ok: true, query: { terms } } : { ok: false, problems }
}

/** The problems of a query as one line of text. */
export function problemsText(problems: readonly QueryProblem[]): string {
  return problems
    .map(({ column, message, hint }) => `column ${column}: ${message}${hint === null ? '' : `. ${hint}`}`)
    .join('; ')
}
