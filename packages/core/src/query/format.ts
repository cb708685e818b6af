import { formatDuration, formatInstant, type Instant } from '../time/index.ts'
import type { Query, QueryTerm } from './query.ts'

/** What needs no quotes at any place of a query. */
const PLAIN = /^[\p{L}\p{N}_/.*+-]+$/u

/** The text of a query. Times are UTC, so it reads back as the same query at any time and in any zone. */
export function formatQuery(query: Query): string {
  return query.terms.map((term) => (term.not ? '!' : '') + formatTerm(term)).join(' ')
}

function formatTerm(term: QueryTerm): string {
  switch (term.type) {
    case 'word':
      return list(term.texts)
    case 'arg':
      // The empty value alone is in quotes: without them it is any value.
      return `${quoted(term.name)}=${term.values === null ? '' : list(term.values)}`
    case 'state':
      return `state:${term.states.join(',')}`
    case 'job':
      return `job:${list(term.patterns)}`
    case 'label':
      return `label:${list(term.labels)}`
    case 'id':
      return `id:${term.ids.join(',')}`
    case 'origin':
      return `origin:${term.origins.join(',')}`
    case 'since':
    case 'before':
      return `${term.type}:${formatInstant(term.time)}`
    case 'changed':
      return `changed:${side(term.from)}..${side(term.to)}`
    case 'elapsed':
      return `elapsed:${term.than}${formatDuration(term.duration)}`
    case 'message':
      return `message:${list(term.texts)}`
  }
}

function side(time: Instant | null): string {
  return time === null ? '' : formatInstant(time)
}

function list(texts: readonly string[]): string {
  return texts.map(quoted).join(',')
}

function quoted(text: string): string {
  return PLAIN.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`
}
