import type { FeedMessage } from '@apsis/api/feed'
import { formatTime, runSummary } from '@apsis/api/json'
import type { Run } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { GeneralFact, RunRemoval } from '@apsis/store/port'

/** A run changed. */
export function runMessage(seq: number, time: Instant, run: Run): FeedMessage {
  return { type: 'run', seq, time: formatTime(time), run: runSummary(run) }
}

/** A run that was to come is withdrawn. */
export function deleteMessage(seq: number, time: Instant, runId: string): FeedMessage {
  return { type: 'run_delete', seq, time: formatTime(time), run_id: runId }
}

/** Finished runs were removed. */
export function removedMessage({ seq, time, runIds }: RunRemoval): FeedMessage {
  return { type: 'runs_removed', seq, time: formatTime(time), run_ids: runIds }
}

/** Something that is no run changed: a job, an agent, a pause, a backfill. */
export function generalMessage(seq: number, time: Instant, fact: GeneralFact): FeedMessage {
  switch (fact.type) {
    case 'job':
      return { type: 'job', seq, time: formatTime(time), change: fact.change, job_id: fact.jobId }
    case 'agent':
      return { type: 'agent', seq, time: formatTime(time), change: fact.change, conn_id: fact.connId, data: fact.data }
    case 'pause':
      return { type: 'pause', seq, time: formatTime(time), change: fact.change, pause_id: fact.pauseId }
    case 'backfill':
      return { type: 'backfill', seq, time: formatTime(time), change: fact.change, backfill_id: fact.backfillId }
  }
}
