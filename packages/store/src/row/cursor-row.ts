import { type CursorRow, StoreError } from '../port/index.ts'
import { Misfit, number, text } from './shape.ts'

/** Up to when a schedule is planned, from: job, schedule key, time. Throws `StoreError` `STORE_DAMAGED`, which names the job. */
export function decodeCursor(row: readonly unknown[]): CursorRow {
  const [job, key, until] = row
  try {
    return { jobId: text(job, 'job'), scheduleKey: text(key, 'schedule key'), plannedUntil: number(until, 'time') }
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    const message = `the schedule cursor of job ${String(job)} cannot be read: ${error.message}`
    throw new StoreError('STORE_DAMAGED', message, { cause: error })
  }
}
