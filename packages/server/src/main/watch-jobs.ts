import { type JobSources, watchSources } from '../edges/jobs-dir/index.ts'
import type { Log } from '../engine/index.ts'
import type { JobsStatus } from './jobs-state.ts'

/** Between a reload that failed for another reason than its files and the next try, ms. */
const RETRY = 5_000

export interface WatchJobsPorts {
  readonly sources: JobSources
  readonly status: JobsStatus
  readonly log: Log
  /** Reads the folder again. What is wrong with its files is told by itself; it rejects where something else fails. */
  readonly reload: () => Promise<unknown>
}

/** Reloads the jobs when something in their folder, or a calendar, has changed. The result ends it, and resolves when no reload is under way. */
export function watchJobs({ sources, status, log, reload }: WatchJobsPorts): () => Promise<void> {
  let wanted = false
  let stopped = false
  let retry: NodeJS.Timeout | null = null
  let busy: Promise<void> | null = null
  let told: string | null = null
  const work = async (): Promise<void> => {
    const going = (): boolean => wanted && !stopped
    while (going()) {
      wanted = false
      try {
        await reload()
        told = null
      } catch (error) {
        const text = String(error)
        // A store that takes nothing for an hour is not news every time.
        if (text !== told) log.error('cannot reload the jobs: it is tried again', { error: text })
        told = text
        retry = setTimeout(changed, RETRY)
      }
    }
    busy = null
  }
  // At most one reload is under way, and one wanted after it: however much changes.
  const changed = (): void => {
    wanted = true
    busy ??= work()
  }
  const watching = watchSources(sources, {
    changed,
    mode: (events, why) => {
      status.watching = events ? 'events' : 'looks'
      if (events) log.info('watching the job folder', { folder: sources.jobs })
      else log.warn('changes of the job folder are found by looking every few seconds', { why })
    },
    lock: (path) => {
      status.lock = path
      if (path !== null) log.info('a change of the job folder waits for a lock', { lock: path })
    },
    failed: (why) => {
      status.watching = 'failed'
      log.error('the job folder is no longer watched: apsisctl reload-jobs reads it', { why })
    },
  })
  return async () => {
    stopped = true
    if (retry !== null) clearTimeout(retry)
    await watching.stop()
    await busy
  }
}
