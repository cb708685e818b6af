import { type JobRow, StoreError } from '../port/index.ts'
import { Misfit, object, parsed, text } from './shape.ts'

/** A job: id, hash, JSON text, 1 for an ad hoc job. */
export type JobValues = readonly [jobId: string, hash: string, json: string, adHoc: number]

/** Values of a job. */
export function jobValues(job: JobRow): JobValues {
  return [job.jobId, job.hash, JSON.stringify(job.json), job.adHoc ? 1 : 0]
}

/** The job of a row. Throws `StoreError` `STORE_DAMAGED`, which names the job. */
export function decodeJob(row: readonly unknown[]): JobRow {
  const [jobId, hash, json, adHoc] = row
  try {
    return {
      jobId: text(jobId, 'id'),
      hash: text(hash, 'hash'),
      json: object(parsed(json, 'definition'), 'definition'),
      adHoc: adHoc === 1,
    }
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    throw new StoreError('STORE_DAMAGED', `job ${String(jobId)} cannot be read: ${error.message}`, { cause: error })
  }
}
