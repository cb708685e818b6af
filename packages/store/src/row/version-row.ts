import { type JobVersionRow, StoreError } from '../port/index.ts'
import { checkedTime } from './fact-row.ts'
import { Misfit, number, text } from './shape.ts'

/** A version of a job: id, since, hash of its definition or null. */
export type VersionValues = readonly [job: string, since: number, hash: string | null]

/** Values of a version of a job. */
export function versionValues({ jobId, since, hash }: JobVersionRow): VersionValues {
  return [jobId, checkedTime(since), hash]
}

/** The version of a row. Throws `StoreError` `STORE_DAMAGED`, which names the job. */
export function decodeVersion(row: readonly unknown[]): JobVersionRow {
  const [job, since, hash] = row
  try {
    return { jobId: text(job, 'job'), since: number(since, 'since'), hash: hash === null ? null : text(hash, 'hash') }
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    throw new StoreError('STORE_DAMAGED', `a version of job ${String(job)} cannot be read: ${error.message}`, {
      cause: error,
    })
  }
}
