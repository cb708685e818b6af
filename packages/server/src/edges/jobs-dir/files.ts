import { constants, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DOCUMENT_LIMITS } from '@apsis/core/document'
import { type JobFile, jobIdOfPath } from '@apsis/core/job'

/** Most bytes read of a file: with this many it has more characters than a job may have. */
const MAX_BYTES = DOCUMENT_LIMITS.characters * 4

/**
 * The job files below a folder by their ids. Links to folders are not followed: one that leads upwards would make every job many times. Rejects
 * with the system's error when a folder cannot be read.
 */
export async function jobFiles(folder: string): Promise<readonly { readonly path: string; readonly jobId: string }[]> {
  const files: { readonly path: string; readonly jobId: string }[] = []
  const folders = ['']
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = `${below}${entry.name}`
      if (entry.isDirectory()) {
        folders.push(`${path}/`)
        continue
      }
      const jobId = jobIdOfPath(path)
      if (jobId !== null) files.push({ path: join(folder, path), jobId })
    }
  }
  return files.sort((a, b) => (a.jobId < b.jobId ? -1 : 1))
}

/** Reads a job file. Never waits for what is not a regular file, and reads at most 4 MiB. */
export async function readJobFile(path: string): Promise<JobFile['read']> {
  try {
    // A FIFO that nobody writes to would be waited for.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const found = await file.stat()
    if (!found.isFile()) return unreadable(path, 'JOB_UNREADABLE', 'this is not a regular file')
    if (found.size > MAX_BYTES)
      return unreadable(path, 'JOB_TOO_LARGE', `${found.size} bytes; at most ${MAX_BYTES} are allowed`)
    return { ok: true, text: await file.readFile('utf8') }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return unreadable(path, 'JOB_UNREADABLE', `this file cannot be read: ${why}`)
  }
}

function unreadable(path: string, code: 'JOB_UNREADABLE' | 'JOB_TOO_LARGE', message: string): JobFile['read'] {
  const hint = 'remove it from the job folder, or rename it so that its name does not end in .yaml'
  return {
    ok: false,
    diagnostic: { code, severity: 'error', file: path, line: null, column: null, key: '', message, hint },
  }
}
