import { type Origin, parseRunId, type RunId } from '@apsis/core/run'
import { count, Misfit, object, parsed, text } from './shape.ts'

/** Where a run comes from, from its JSON text. */
export function readOrigin(value: unknown): Origin {
  const origin = object(parsed(value, 'origin'), 'origin')
  switch (origin['type']) {
    case 'schedule':
      return { type: 'schedule', scheduleKey: text(origin['scheduleKey'], 'origin.scheduleKey') }
    case 'request':
      return { type: 'request' }
    case 'import':
      return { type: 'import' }
    case 'rerun':
      return { type: 'rerun', of: readRunId(origin['of']) }
    case 'action':
      return { type: 'action', of: readRunId(origin['of']), depth: count(origin['depth'], 'origin.depth') }
    case 'backfill':
      return {
        type: 'backfill',
        backfill: text(origin['backfill'], 'origin.backfill'),
        scheduleKey: text(origin['scheduleKey'], 'origin.scheduleKey'),
      }
    default:
      throw new Misfit('origin.type', 'schedule, request, rerun, action, backfill or import', origin['type'])
  }
}

function readRunId(value: unknown): RunId {
  const id = parseRunId(text(value, 'origin.of'))
  if (id === null) throw new Misfit('origin.of', 'a run id', value)
  return id
}
