import type { RunUpdate, RunUpdateOutput } from '@apsis/api/feed'
import type { LogLine, RunSummary } from '@apsis/api/json'
import type { JsonObject } from '@apsis/core/json'

/** One run as its own socket tells it. */
export interface WatchedRun {
  /** Null before the first update. */
  readonly run: RunSummary | null
  readonly meta: JsonObject
  readonly log: readonly LogLine[]
  /** Older lines that are no longer held. */
  readonly logDropped: number
  readonly outputs: Readonly<Record<string, RunUpdateOutput>>
  /** Whether the server no longer has it: it was removed or archived, or is no longer wanted. What is held of it stays. */
  readonly gone: boolean
}

export const UNWATCHED: WatchedRun = { run: null, meta: {}, log: [], logDropped: 0, outputs: {}, gone: false }

/** Most log lines held of a run. */
export const MAX_LOG = 2_000
/** A line can only repeat while the first message is put together: so near the end it is looked for. */
const REPEATS = 50

/** The run after an update, or after the server has said that there is none. */
export function reduceWatched(state: WatchedRun, update: RunUpdate | 'gone'): WatchedRun {
  if (update === 'gone') return { ...state, gone: true }
  const { run, run_log: whole, run_log_append: line } = update
  const newer = run !== undefined && (state.run === null || run.version >= state.run.version)
  const next = {
    ...state,
    ...(newer ? { run } : {}),
    ...(update.meta === undefined ? {} : { meta: update.meta }),
    ...(update.outputs === undefined ? {} : { outputs: { ...state.outputs, ...update.outputs } }),
    ...(whole === undefined ? {} : { log: whole, logDropped: 0 }),
  }
  const repeats = line !== undefined && next.log.slice(-REPEATS).some((held) => sameLine(held, line))
  const log = line === undefined || repeats ? next.log : [...next.log, line]
  const over = Math.max(0, log.length - MAX_LOG)
  return { ...next, log: over === 0 ? log : log.slice(over), logDropped: next.logDropped + over }
}

function sameLine(a: LogLine, b: LogLine): boolean {
  return a.timestamp === b.timestamp && a.message === b.message
}
