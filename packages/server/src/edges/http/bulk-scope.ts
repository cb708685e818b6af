import { setImmediate as turn } from 'node:timers/promises'
import { type BulkJson, type BulkOperation, MAX_BULK, runSummary, type RunSummary } from '@apsis/api/json'
import { FINISHED, type Held, type Run, type RunId, type State } from '@apsis/core/run'
import type { RunFilter } from '@apsis/store/port'
import type { History } from './ports.ts'
import { SLICE } from './runs-json.ts'

/** Runs of a preview that are shown. */
const SHOWN = 100

/** A run that an operation can be done to: what of it the operation, and what undoes it, need to know. */
export interface BulkTarget {
  readonly id: RunId
  readonly state: State
  readonly held: Held | null
}

/** What a bulk operation would be done to. */
export interface BulkScope extends Pick<BulkJson, 'matches' | 'matches_more' | 'more' | 'by_state'> {
  readonly targets: readonly BulkTarget[]
  readonly shown: readonly RunSummary[]
}

/**
 * The states of runs that an operation can be done to. Of reruns only finished ones, though one alone may be of any: whoever runs many again
 * hardly means those that are still to come.
 */
export function statesOf(operation: BulkOperation): readonly State[] {
  switch (operation.type) {
    case 'start':
    case 'skip':
      return ['scheduled', 'waiting']
    case 'stop':
      return ['starting', 'running']
    case 'rerun':
      return FINISHED
    case 'mark':
      return FINISHED.filter((state) => state !== operation.state)
    case 'hold':
    case 'release':
      return ['scheduled']
  }
}

/** Looks which runs match, and which of them the operation can be done to. Bounded by `MAX_BULK` of these. */
export async function bulkScope(
  history: Pick<History, 'runs' | 'countRuns'>,
  filter: RunFilter,
  operation: BulkOperation,
  signal: AbortSignal,
): Promise<BulkScope> {
  const matches = await history.countRuns(filter, MAX_BULK + 1, { signal })
  const narrowed = { ...filter, states: statesOf(operation) }
  const targets: BulkTarget[] = []
  const shown: RunSummary[] = []
  const byState: Partial<Record<State, number>> = {}
  let more = false
  let after: string | null = null
  do {
    const cursor: { after?: string } = after === null ? {} : { after }
    // Pages follow one another: each needs the cursor of the one before.
    const page = await history.runs({ filter: narrowed, limit: SLICE, order: 'oldest', ...cursor }, { signal })
    for (const run of page.runs) {
      if (!appliesTo(operation, run)) continue
      if (targets.length === MAX_BULK) {
        more = true
        break
      }
      targets.push({ id: run.id, state: run.state, held: run.state === 'scheduled' ? run.held : null })
      byState[run.state] = (byState[run.state] ?? 0) + 1
      if (shown.length < SHOWN) shown.push(runSummary(run))
    }
    after = more ? null : page.next
    await turn()
  } while (after !== null)
  return {
    matches: Math.min(matches, MAX_BULK),
    matches_more: matches > MAX_BULK,
    more,
    by_state: byState,
    targets,
    shown,
  }
}

function appliesTo(operation: BulkOperation, run: Run): boolean {
  return operation.type !== 'release' || (run.state === 'scheduled' && run.held !== null)
}
