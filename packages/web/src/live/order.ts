import { isComing, type Row, type RunTable } from './reduce.ts'

/** The rows of a list in its order: what is to come, the furthest first, then the rest, the latest first. */
export function ordered(table: RunTable): { readonly coming: readonly Row[]; readonly past: readonly Row[] } {
  const coming: Row[] = []
  const past: Row[] = []
  for (const row of table.rows.values()) (isComing(row.run) ? coming : past).push(row)
  coming.sort(latestFirst)
  past.sort(latestFirst)
  return { coming, past }
}

function latestFirst(a: Row, b: Row): number {
  return b.at - a.at || Number(b.run.run_id.slice(1)) - Number(a.run.run_id.slice(1))
}
