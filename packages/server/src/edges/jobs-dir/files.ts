import { join } from 'node:path'
import type { JobFile } from '@apsis/core/check'
import { DOCUMENT_LIMITS } from '@apsis/core/document'
import { jobIdOfPath } from '@apsis/core/job'
import type { FoundFile } from './read-files.ts'

/** How paths of job files end. */
export const JOB_SUFFIX = '.yaml'
/** How names end that were probably meant to end so. */
export const NEAR_SUFFIXES: readonly string[] = ['.yml', '.YML', '.Yml', '.YAML', '.Yaml']
/** Most bytes read of a file: with this many it has more characters than a job may have. */
export const JOB_BYTES: number = DOCUMENT_LIMITS.characters * 4
const HINT = 'remove it from the job folder, or rename it so that its name does not end in .yaml'

/** A job file as it was read; `digest` is the SHA-256 of its text, null where there is none. */
export interface ReadJobFile extends JobFile {
  readonly digest: string | null
}

/** The job files among what was found below a folder, in the order of their ids. */
export function jobFilesOf(folder: string, found: readonly FoundFile[]): readonly ReadJobFile[] {
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
