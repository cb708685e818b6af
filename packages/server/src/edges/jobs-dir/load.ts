import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { Diagnostic } from '@apsis/core/document'
import { checkJobFiles, type Digest, type Job, type JobFile, type ParamsOf } from '@apsis/core/job'
import type { KindRegistry } from '@apsis/core/kind'
import { jobFiles, readJobFile } from './files.ts'

/** Files read at a time. */
const AT_ONCE = 64
/** Longest synchronous piece of parsing, ms: the engine shares the thread. */
const SLICE = 4

/** The jobs of a folder, and everything there is to say about its files. With an error among the diagnostics the set must not be used. */
export interface LoadedJobs {
  readonly jobs: readonly Job[]
  readonly diagnostics: readonly Diagnostic[]
}

/** SHA-256 in hex: what identifies definitions. */
export const digest: Digest = (text) => createHash('sha256').update(text).digest('hex')

/**
 * Reads, parses and checks every job file below `folder`, recursively (spec/apsis.md 1.1, 1.8). A file that cannot be read is an
 * error among the diagnostics. Rejects with the system's error when the folder cannot be read. `others`: params of jobs that may be named beside those of the folder.
 */
export async function loadJobs(
  folder: string,
  registry: KindRegistry,
  others: ParamsOf = () => null,
): Promise<LoadedJobs> {
  const found = await jobFiles(folder)
  const files: JobFile[] = []
  for (let start = 0; start < found.length; start += AT_ONCE) {
    const batch = found.slice(start, start + AT_ONCE)
    files.push(...(await Promise.all(batch.map(async (file) => ({ ...file, read: await readJobFile(file.path) })))))
  }
  const checking = checkJobFiles(files, { registry, digest, now: Date.now(), others })
  let until = Date.now() + SLICE
  let step = checking.next()
  for (; step.done !== true; step = checking.next()) {
    if (Date.now() < until) continue
    await turn()
    until = Date.now() + SLICE
  }
  const checked = step.value
  return {
    jobs: checked.flatMap(({ job }) => (job === null ? [] : [job])),
    diagnostics: checked.flatMap(({ diagnostics }) => diagnostics),
  }
}
