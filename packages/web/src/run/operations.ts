import type { Client } from '@apsis/api/client'
import { FINISHED, type FinishedState, isFinished, type State } from '@apsis/core/run'

export type OperationName = 'start' | 'skip' | 'stop' | 'signal' | 'rerun' | 'mark'

/** What may be asked of a run in a state, in the order of the buttons. Source: spec/apsis.md 12 and decisions.md (stop when starting). */
export function operationsOf(state: State): readonly OperationName[] {
  switch (state) {
    case 'new':
      return []
    case 'scheduled':
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
  | { readonly name: 'start' | 'skip' | 'stop' | 'rerun' }
  | { readonly name: 'signal'; readonly signal: string }
  | { readonly name: 'mark'; readonly state: FinishedState }

/** Asks the server; resolves to the id of the new run where one was made. */
export async function perform(client: Client, runId: string, operation: Operation): Promise<string | null> {
  switch (operation.name) {
    case 'start':
    case 'skip':
    case 'stop':
      await client[operation.name](runId)
      return null
    case 'signal':
      await client.signal(runId, operation.signal)
      return null
    case 'mark':
      await client.mark(runId, operation.state)
      return null
    case 'rerun':
      return (await client.rerun(runId)).show_run_id
  }
}
