import { join } from 'node:path'
import type { JobFile } from '@apsis/core/check'
import { DOCUMENT_LIMITS } from '@apsis/core/document'
import { jobIdOfPath } from '@apsis/core/job'
import { type FoundFile, readFiles } from './read-files.ts'

/** Most bytes read of a file: with this many it has more characters than a job may have. */
const MAX_BYTES = DOCUMENT_LIMITS.characters * 4
const HINT = 'remove it from the job folder, or rename it so that its name does not end in .yaml'

/** A job file as it was read; `digest` is the SHA-256 of its text, null where there is none. */
export interface ReadJobFile extends JobFile {
  readonly digest: string | null
}

/**
 * The job files below a folder, in the order of their ids. Never waits for what is not a regular file, and reads at most 4 MiB of each. Links to
 * folders are not followed. Rejects with the system's error when a folder cannot be read.
 */
export async function readJobFiles(folder: string): Promise<readonly ReadJobFile[]> {
  const found = await readFiles({ folder, suffix: '.yaml', maxBytes: MAX_BYTES })
  const files = found.flatMap((file): ReadJobFile[] => {
    const jobId = jobIdOfPath(file.path)
    return jobId === null ? [] : [jobFile(jobId, join(folder, file.path), file)]
  })
  return files.sort((a, b) => (a.jobId < b.jobId ? -1 : 1))
}

function jobFile(jobId: string, path: string, found: FoundFile): ReadJobFile {
  if (found.ok) return { jobId, path, read: { ok: true, text: found.text }, digest: found.digest }
  const code = found.large ? 'JOB_TOO_LARGE' : 'JOB_UNREADABLE'
  const place = { file: path, line: null, column: null, key: '' }
  const diagnostic = { code, severity: 'error', ...place, message: found.why, hint: HINT } as const
  return { jobId, path, read: { ok: false, diagnostic }, digest: null }
}
