import type { BulkOperation, BulkUndoJson } from '@apsis/api/json'
import { FINISHED, type RunId } from '@apsis/core/run'
import type { BulkTarget } from './bulk-scope.ts'

/** What takes back an operation that was done to these runs. */
export function undoOf(operation: BulkOperation, done: readonly BulkTarget[], made: readonly RunId[]): BulkUndoJson {
  switch (operation.type) {
    case 'start':
      return {
        text: 'a start cannot be taken back; stop ends what runs',
        requests: request({ type: 'stop' }, done.map(idOf)),
      }
    case 'skip':
      return {
        text: 'a skipped run stays skipped; rerun makes a run with the same args now',
        requests: request({ type: 'rerun' }, done.map(idOf)),
      }
    case 'stop':
      return {
        text: 'a stop cannot be taken back; rerun runs again what was stopped',
        requests: request({ type: 'rerun' }, done.map(idOf)),
      }
    case 'rerun':
      return {
        text: 'the new runs can be stopped, or skipped while they wait',
        requests: request({ type: 'stop' }, made),
      }
    case 'mark': {
      const byState = Map.groupBy(done, ({ state }) => state)
      return {
        text: 'mark marks them back; the actions of their jobs follow',
        requests: FINISHED.flatMap((state) => request({ type: 'mark', state }, (byState.get(state) ?? []).map(idOf))),
      }
    }
    case 'hold':
      return {
        text: 'release; those that were held before stay held',
        requests: request({ type: 'release' }, done.filter(({ held }) => held === null).map(idOf)),
      }
    case 'release':
      return {
        text: 'hold holds again those that were not due yet; the others have begun',
        requests: request({ type: 'hold' }, done.filter(({ held }) => held?.due !== true).map(idOf)),
      }
  }
}

function idOf({ id }: BulkTarget): RunId {
  return id
}

function request(operation: BulkOperation, ids: readonly RunId[]): BulkUndoJson['requests'] {
  return ids.length === 0 ? [] : [{ run_ids: ids, operation }]
}
