import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { CheckedJobFile } from '@apsis/core/check'
import { type Config, parseConfig } from '@apsis/core/config'
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
  await demandFolder(folder)
  const loaded = await new JobLoader(await sourcesOf(folder, config)).load({ now, deep: true })
  return [...saidOf(loaded), ...loaded.files]
}

/** Rejects with what to tell the user where there is no folder. */
export async function demandFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (isMissing(error)) throw new Error('no such folder')
    throw error
  })
  if (!found.isDirectory()) throw new Error('not a folder: expected a folder of job files')
}

/** Where the jobs of a folder and their calendars come from. Rejects as `checkFolder`. */
export async function sourcesOf(folder: string, config: string | null): Promise<JobSources> {
  const variable = process.env['ORA_CALENDARS']
  if (config === null) return { jobs: resolve(folder), calendars: calendarFolders([], variable), names: {} }
  const { calendarDirs, templateNames } = await configOf(config)
  const configured = calendarDirs.map((path) => resolve(dirname(resolve(config)), path))
  return { jobs: resolve(folder), calendars: calendarFolders(configured, variable), names: templateNames }
}

/** What a config file says. Rejects with what to tell the user where it cannot be read. */
export async function configOf(path: string): Promise<Config> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) throw new Error(`no such config file: ${path}`)
    throw error
  })
  const read = parseConfig(text, path, registry)
  if (!read.ok) throw new Error(read.diagnostics.map(formatDiagnostic).join('\n'))
  return read.config
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** What is said of calendar files, and of the names in the folder: as files, so that it is shown with what is said of jobs. What is said of a folder has no text. */
export function saidOf({
  calendars,
  calendarDiagnostics,
  folderDiagnostics,
}: Pick<LoadedJobs, 'calendars' | 'calendarDiagnostics' | 'folderDiagnostics'>): readonly CheckedJobFile[] {
  const texts = new Map(calendars.map(({ path, text }) => [path, text]))
  const said = Map.groupBy([...calendarDiagnostics, ...folderDiagnostics], ({ file }) => file ?? '')
  return [...said].map(([path, diagnostics]: [string, readonly Diagnostic[]]) => {
    return { jobId: path, path, text: texts.get(path) ?? '', job: null, diagnostics }
  })
}
