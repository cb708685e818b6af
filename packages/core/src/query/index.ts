export { formatQuery } from './format.ts'
export { matchesQuery, type QueriedRun } from './match.ts'
export { type ParsedQuery, parseQuery, problemsText } from './parse.ts'
export type { QueryProblem } from './problem.ts'
export {
  type Comparison,
  MAX_QUERY,
  type OriginType,
  ORIGINS,
  type Query,
  type QueryTerm,
  type QueryTest,
} from './query.ts'
export { parseWhen, type QueryClock, type QueryZone } from './when.ts'
