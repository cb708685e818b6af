import type { FeedMessage } from '@apsis/api/feed'
import type { Instant } from '@apsis/core/time'
import type { Run, RunId } from '@apsis/core/run'
import type { Reader } from '@apsis/store/port'
import { deleteMessage, generalMessage, removedMessage, runMessage } from './message.ts'

/** Facts read from the store at a time. */
export const BACKFILL_PAGE = 500

/**
 * The messages of the facts numbered above `after`, from the store, up to a page of facts: one for each run that changed, as it is now. `seq` is up to
 * where they reach.
 */
export async function backfill(
  read: Pick<Reader, 'facts' | 'runs'>,
  after: number,
): Promise<{ readonly messages: readonly FeedMessage[]; readonly seq: number }> {
  const facts = await read.facts(after, BACKFILL_PAGE)
  const messages: FeedMessage[] = []
  const changed = new Map<RunId, { seq: number; time: Instant }>()
  for (const { seq, time, runId, fact } of facts) {
    if (fact.type === 'job' || fact.type === 'agent' || fact.type === 'pause' || fact.type === 'backfill') {
      messages.push(generalMessage(seq, time, fact))
    } else if (fact.type === 'removed') {
      messages.push(removedMessage({ seq, time, runIds: fact.runIds }))
    } else if (runId === null) continue
    else if (fact.type === 'deleted') {
      changed.delete(runId)
      messages.push(deleteMessage(seq, time, runId))
    } else changed.set(runId, { seq, time })
  }
  // In one read: so many at a time of every client would wait in front of what the engine reads. A run that is not found is gone
  // meanwhile: the fact that says so comes later.
  for (const run of await runsOf(read, [...changed.keys()])) {
    const last = changed.get(run.id)
    if (last !== undefined) messages.push(runMessage(last.seq, last.time, run))
  }
  return { messages: messages.sort((a, b) => a.seq - b.seq), seq: facts.at(-1)?.seq ?? after }
}

async function runsOf(read: Pick<Reader, 'runs'>, ids: readonly RunId[]): Promise<readonly Run[]> {
  return ids.length === 0 ? [] : (await read.runs({ filter: { ids }, limit: ids.length })).runs
}
