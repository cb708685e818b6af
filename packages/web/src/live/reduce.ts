import type { FeedMessage } from '@apsis/api/feed'
import { parseTime, type RunSummary } from '@apsis/api/json'
import { isFinished } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import { matches, mayMatch, type RunFilter } from './filter.ts'

/** A run, and the time by which it is put in order. */
export interface Row {
  readonly run: RunSummary
  readonly at: Instant
}

/** The runs of a list. */
export interface RunTable {
  readonly filter: RunFilter
  readonly rows: ReadonlyMap<string, Row>
  /** Versions of runs that left; an equal or older summary does not bring them back. Infinite where the run was deleted. */
  readonly gone: ReadonlyMap<string, number>
  /** While everything is loaded anew: the runs that nothing has named since. */
  readonly stale: ReadonlySet<string>
  /** Whether runs were dropped for the limit. */
  readonly dropped: boolean
}

export type RunTableEvent =
  /** Everything is about to be loaded anew. */
  | { readonly type: 'begin' }
  | { readonly type: 'page'; readonly runs: readonly RunSummary[] }
  | { readonly type: 'messages'; readonly messages: readonly FeedMessage[] }
  /** All of what `begin` announced has come. */
  | { readonly type: 'loaded' }

/** Most runs a list holds. */
export const MAX_RUNS = 10_000
/** Most departed runs that are remembered. */
export const MAX_GONE = 5_000

/** A list before anything is loaded. */
export function emptyTable(filter: RunFilter): RunTable {
  return { filter, rows: new Map(), gone: new Map(), stale: new Set(), dropped: false }
}

/** The next table. `limit` is the most runs it may hold. */
export function reduceRuns(table: RunTable, event: RunTableEvent, limit: number = MAX_RUNS): RunTable {
  switch (event.type) {
    case 'begin':
      return { ...table, stale: new Set(table.rows.keys()), dropped: false }
    case 'loaded':
      return settle(table)
    case 'page':
      return change(table, limit, (draft) => event.runs.forEach((run) => draft.put(run, null)))
    case 'messages':
      return change(table, limit, (draft) => {
        for (const message of event.messages) {
          if (message.type === 'run') draft.put(message.run, parseTime(message.time))
          else if (message.type === 'run_delete') draft.remove(message.run_id, Infinity)
          else if (message.type === 'runs_removed') for (const id of message.run_ids) draft.remove(id, Infinity)
        }
      })
  }
}

/** The scheduled time of a run, or where there is none its earliest; 0 where it has none at all. */
export function timeOf(run: RunSummary): Instant {
  const scheduled = run.times.schedule
  const texts = scheduled === undefined ? Object.values(run.times) : [scheduled]
  const times = texts.flatMap((text) => parseTime(text) ?? [])
  return times.length === 0 ? 0 : times.reduce((a, b) => Math.min(a, b))
}

function settle(table: RunTable): RunTable {
  if (table.stale.size === 0) return table
  const rows = new Map(table.rows)
  for (const id of table.stale) rows.delete(id)
  return { ...table, rows, stale: new Set() }
}

function change(table: RunTable, limit: number, make: (draft: Draft) => void): RunTable {
  const draft = new Draft(table)
  make(draft)
  return draft.done(limit)
}

/** A table under change: copies only what changes. */
class Draft {
  readonly #table: RunTable
  #rows: Map<string, Row> | null = null
  #gone: Map<string, number> | null = null
  #stale: Set<string> | null = null

  constructor(table: RunTable) {
    this.#table = table
  }

  /** `changed`: when the run changed; null where the server has found it by the filter. */
  put(run: RunSummary, changed: Instant | null): void {
    const { filter } = this.#table
    if (!mayMatch(filter, run)) return
    const id = run.run_id
    const left = (this.#gone ?? this.#table.gone).get(id)
    if (left !== undefined && left >= run.version) return
    const held = (this.#rows ?? this.#table.rows).get(id)
    if (held !== undefined && held.run.version > run.version) return this.#keep(id)
    if (!matches(filter, run, changed)) return this.remove(id, run.version)
    this.#keep(id)
    if (held !== undefined && held.run.version === run.version) return
    this.#rows ??= new Map(this.#table.rows)
    this.#rows.set(id, { run, at: timeOf(run) })
  }

  remove(id: string, version: number): void {
    this.#gone ??= new Map(this.#table.gone)
    // Put in anew, so that the order of the map is that of departure.
    this.#gone.delete(id)
    this.#gone.set(id, version)
    this.#keep(id)
    if (!(this.#rows ?? this.#table.rows).has(id)) return
    this.#rows ??= new Map(this.#table.rows)
    this.#rows.delete(id)
  }

  done(limit: number): RunTable {
    const table = this.#table
    if (this.#rows === null && this.#gone === null && this.#stale === null) return table
    const rows = this.#rows ?? table.rows
    const gone = this.#gone ?? table.gone
    if (this.#gone !== null) forgetOldest(this.#gone)
    const stale = this.#stale ?? table.stale
    if (rows.size <= limit) return { ...table, rows, gone, stale }
    return { ...table, rows: fit(rows, limit), gone, stale, dropped: true }
  }

  #keep(id: string): void {
    if (!(this.#stale ?? this.#table.stale).has(id)) return
    this.#stale ??= new Set(this.#table.stale)
    this.#stale.delete(id)
  }
}

function forgetOldest(gone: Map<string, number>): void {
  for (const id of gone.keys()) {
    if (gone.size <= MAX_GONE) return
    gone.delete(id)
  }
}

/** The rows that stay: the live ones before the finished ones, of those the latest; coming ones last in need, the soonest first. */
function fit(rows: ReadonlyMap<string, Row>, limit: number): ReadonlyMap<string, Row> {
  const rank = ({ run }: Row): number => (isFinished(run.state) ? 2 : isComing(run) ? 1 : 0)
  const all = [...rows.values()].sort((a, b) => rank(a) - rank(b) || (isComing(a.run) ? a.at - b.at : b.at - a.at))
  return new Map(all.slice(0, limit).map((row) => [row.run.run_id, row]))
}

/** Whether the time of a run is still to come, or its start is. */
export function isComing(run: RunSummary): boolean {
  return run.state === 'new' || run.state === 'scheduled'
}
