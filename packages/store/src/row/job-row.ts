import { type JobRow, StoreError } from '../port/index.ts'
import type { JsonObject } from '@apsis/core/json'
import { Misfit, object, parsed, text } from './shape.ts'

/** A job: id, hash, JSON text, 1 for an ad hoc job. */
export type JobValues = readonly [jobId: string, hash: string, json: string, adHoc: number]

/** Values of a job. */
export function jobValues(job: JobRow): JobValues {
  return [job.jobId, job.hash, JSON.stringify(job.json), job.adHoc ? 1 : 0]
}

/** The job of a row; its definition is parsed when asked for. Throws `StoreError` `STORE_DAMAGED`, which names the job; so does `json`. */
export function decodeJob(row: readonly unknown[]): JobRow {
  const [jobId, hash, json, adHoc] = row
  return saying(
    jobId,
    () => new StoredJob(text(jobId, 'id'), text(hash, 'hash'), text(json, 'definition'), adHoc === 1),
  )
}

// Of thousands of jobs that a start reads, most are wanted later, or never.
class StoredJob implements JobRow {
  readonly jobId: string
  readonly hash: string
  readonly adHoc: boolean
  #definition: string | JsonObject

  constructor(jobId: string, hash: string, definition: string, adHoc: boolean) {
    this.jobId = jobId
    this.hash = hash
    this.adHoc = adHoc
    this.#definition = definition
  }

  get json(): JsonObject {
    const known = this.#definition
    if (typeof known !== 'string') return known
    this.#definition = saying(this.jobId, () => object(parsed(known, 'definition'), 'definition'))
    return this.#definition
  }
}

function saying<Value>(jobId: unknown, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    throw new StoreError('STORE_DAMAGED', `job ${String(jobId)} cannot be read: ${error.message}`, { cause: error })
  }
}
