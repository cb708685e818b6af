import { ApiError, type Client } from '@apsis/api/client'
import { printable, type Terminal } from '../terminal/index.ts'

/** Does something with a job; where the server knows none of that ID, says which was probably meant, and fails as before. */
export async function withJob<T>(
  { client, terminal }: { readonly client: Client; readonly terminal: Terminal },
  jobId: string,
  body: () => Promise<T>,
): Promise<T> {
  try {
    return await body()
  } catch (error) {
    if (!(error instanceof ApiError) || !['JOB_UNKNOWN', 'JOB_NO_MATCH'].includes(error.code)) throw error
    // What failed is told in any case: that there is no suggestion is no failure of its own.
    const jobs = await client.jobs().catch(() => [])
    // Only now: it comes with all that reads documents, which few commands need.
    const { closestPath } = await import('@apsis/core/document')
    const meant = closestPath(
      jobId,
      jobs.map(({ job_id }) => job_id),
    )
    if (meant !== null) terminal.err(`did you mean '${printable(meant)}'?\n`)
    throw error
  }
}
