import type { Client } from '@apsis/api/client'
import type { RunSummary } from '@apsis/api/json'
import { FINISHED, type FinishedState, isFinished, type State } from '@apsis/core/run'

export type OperationName = 'start' | 'skip' | 'stop' | 'signal' | 'rerun' | 'mark' | 'hold' | 'release' | 'move'

/** What may be asked of a run, in the order of the buttons. Source: spec/apsis.md 12, decisions.md (stop when starting), docs/reference/operations.md. */
export function operationsOf({ state, held }: Pick<RunSummary, 'state' | 'held'>): readonly OperationName[] {
  switch (state) {
    case 'new':
      return []
    case 'scheduled':
      return [held === undefined ? 'hold' : 'release', 'move', 'start', 'skip']
    case 'waiting':
      return ['start', 'skip']
    case 'starting':
      return ['stop']
    case 'running':
      return ['stop', 'signal']
    case 'stopping':
      return ['signal']
    case 'success':
    case 'failure':
    case 'error':
    case 'skipped':
      return ['rerun', 'mark']
  }
}

/** The states that a finished run can be marked as. */
export function marksOf(state: State): readonly FinishedState[] {
  return isFinished(state) ? FINISHED.filter((mark) => mark !== state) : []
}

/** Signals to choose from. */
export const SIGNALS: readonly string[] = [
  'SIGTERM',
  'SIGKILL',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGSTOP',
  'SIGCONT',
]

/** What is asked of a run. */
export type Operation =
  | { readonly name: 'start' | 'skip' | 'stop' | 'rerun' | 'release' }
  | { readonly name: 'signal'; readonly signal: string }
  | { readonly name: 'mark'; readonly state: FinishedState }
  /** `until`: a time; null: until it is released. */
  | { readonly name: 'hold'; readonly until: string | null }
  | { readonly name: 'move'; readonly time: string }

/** Asks the server; resolves to the id of the new run where one was made. */
export async function perform(
  client: Client,
  runId: string,
  operation: Operation,
  reason: string | null,
): Promise<string | null> {
  switch (operation.name) {
    case 'start':
    case 'skip':
    case 'stop':
    case 'release':
      await client[operation.name](runId, reason)
      return null
    case 'signal':
      await client.signal(runId, operation.signal, reason)
      return null
    case 'mark':
      await client.mark(runId, operation.state, reason)
      return null
    case 'hold':
      await client.hold(runId, { until: operation.until, reason })
      return null
    case 'move':
      await client.move(runId, { time: operation.time, reason })
      return null
    case 'rerun':
      return (await client.rerun(runId, reason)).show_run_id
  }
}
