import { ordered } from '../live/order.ts'
import type { Row, RunTable } from '../live/reduce.ts'

/** A line of the list. */
export type Item =
  | { readonly type: 'run'; readonly key: string; readonly row: Row }
  /** Runs to come that are not shown, or the button that hides them again. */
  | { readonly type: 'coming'; readonly key: 'coming'; readonly hidden: number }
  | { readonly type: 'now'; readonly key: 'now' }

/** How many of the runs to come are shown unless all are asked for: the soonest. */
export const SOONEST = 5

/** The lines of a list: what is to come, the line of now, and the rest. */
export function itemsOf(table: RunTable, allComing: boolean): readonly Item[] {
  const { coming, past } = ordered(table)
  const shown = allComing ? coming : coming.slice(-SOONEST)
  const items: Item[] = []
  if (coming.length > SOONEST) items.push({ type: 'coming', key: 'coming', hidden: coming.length - shown.length })
  for (const row of shown) items.push({ type: 'run', key: row.run.run_id, row })
  if (coming.length > 0) items.push({ type: 'now', key: 'now' })
  for (const row of past) items.push({ type: 'run', key: row.run.run_id, row })
  return items
}
