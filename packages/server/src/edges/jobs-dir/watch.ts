import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { CALENDAR_SUFFIX } from './calendars.ts'
import type { JobSources } from './environment.ts'
import { JOB_SUFFIX, NEAR_SUFFIXES } from './files.ts'
import type { WatchMessage, WatchOrder } from './watch-message.ts'

/** What follows from what is seen. */
export interface WatchPorts {
  /** A file or a folder has changed, and things have come to rest. Called once at the beginning too. */
  changed(): void
  /** Whether the system tells of changes, or they are found by looking. */
  mode(events: boolean, why: string | null): void
  /** A change waits for this lock; null: it no longer does. */
  lock(path: string | null): void
  /** Nothing is watched any more. */
  failed(why: string): void
}

const QUIET = 300
const POLL = 5_000

/** Watches the job folder and the folders of calendars. The result ends it. */
export function watchSources(
  { jobs, calendars }: Pick<JobSources, 'jobs' | 'calendars'>,
  ports: WatchPorts,
  { quiet = QUIET, poll = POLL }: { readonly quiet?: number; readonly poll?: number } = {},
): { stop(): Promise<void> } {
  const suffixes = [JOB_SUFFIX, CALENDAR_SUFFIX, ...NEAR_SUFFIXES]
  const order: WatchOrder = { roots: [jobs, ...calendars], suffixes, quiet, poll }
  const worker = new Worker(join(import.meta.dirname, 'watch-thread.ts'), {
    workerData: order,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 },
  })
  worker.unref()
  let stopped = false
  worker.on('message', (message: WatchMessage) => {
    if (stopped) return
    if (message.type === 'changed') ports.changed()
    else if (message.type === 'mode') ports.mode(message.events, message.why)
    else ports.lock(message.path)
  })
  let why = 'its thread ended'
  worker.on('error', (error: unknown) => {
    why = error instanceof Error ? error.message : String(error)
  })
  worker.on('exit', () => {
    if (!stopped) ports.failed(why)
  })
  return {
    stop: async () => {
      stopped = true
      await worker.terminate()
    },
  }
}
