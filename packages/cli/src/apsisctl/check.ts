import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { CheckedJobFile } from '@apsis/core/check'
import { parseConfig } from '@apsis/core/config'
import { type Diagnostic, formatDiagnostic } from '@apsis/core/document'
import type { Instant } from '@apsis/core/time'
import { registry } from '@apsis/kinds/builtin'
import { calendarFolders, JobLoader, type JobSources, type LoadedJobs } from '@apsis/server/job-folder'

/**
 * Parses and checks every job file below a folder, just as a server that loads it does, in the order of their ids, after the calendar files that there is something to say
 * about; trial runs are made from `now` on. `config`: the config file, which may name calendars. Rejects with what to tell the user when the folder or the config cannot be read.
 */
export async function checkFolder(
  folder: string,
  now: Instant,
  config: string | null = null,
): Promise<readonly CheckedJobFile[]> {
  const found = await stat(folder).catch((error: unknown) => {
    if (isMissing(error)) throw new Error('no such folder')
    throw error
  })
  if (!found.isDirectory()) throw new Error('not a folder: check-jobs takes a folder of job files')
  const loaded = await new JobLoader(await sourcesOf(folder, config)).load({ now, deep: true })
  return [...calendarFiles(loaded), ...loaded.files]
}

/** Where the jobs of a folder and their calendars come from. Rejects as `checkFolder`. */
export async function sourcesOf(folder: string, config: string | null): Promise<JobSources> {
  const variable = process.env['ORA_CALENDARS']
  if (config === null) return { jobs: resolve(folder), calendars: calendarFolders([], variable), names: {} }
  const read = parseConfig(await readFile(config, 'utf8'), config, registry)
  if (!read.ok) throw new Error(read.diagnostics.map(formatDiagnostic).join('\n'))
  const configured = read.config.calendarDirs.map((path) => resolve(dirname(resolve(config)), path))
  return { jobs: resolve(folder), calendars: calendarFolders(configured, variable), names: read.config.templateNames }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

// As files, so that they are shown alike. What is said of a folder has no text.
function calendarFiles({ calendars, calendarDiagnostics }: LoadedJobs): readonly CheckedJobFile[] {
  const texts = new Map(calendars.map(({ path, text }) => [path, text]))
  const said = Map.groupBy(calendarDiagnostics, ({ file }) => file ?? '')
  return [...said].map(([path, diagnostics]: [string, readonly Diagnostic[]]) => {
    return { jobId: path, path, text: texts.get(path) ?? '', job: null, diagnostics }
  })
}
