import { createHash } from 'node:crypto'
import { type CheckedJobFile, checkJobFiles, type JobFile } from '@apsis/core/job'
import type { Instant } from '@apsis/core/time'
import { registry } from '@apsis/kinds/builtin'
import { jobFiles, readJobFile } from './job-files.ts'

/**
 * Parses and checks every job file below a folder, as a server that loads it does, in the order of their ids; trial runs are made from `now` on.
 * Rejects with the system's error when the folder cannot be read.
 */
export async function checkFolder(folder: string, now: Instant): Promise<readonly CheckedJobFile[]> {
  const files: JobFile[] = []
  for (const file of await jobFiles(folder)) files.push({ ...file, read: await readJobFile(file.path) })
  const checking = checkJobFiles(files, { registry, digest, now, remarks: true })
  let step = checking.next()
  while (step.done !== true) step = checking.next()
  return step.value
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
