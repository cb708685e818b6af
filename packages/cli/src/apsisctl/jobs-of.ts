import { type CheckedJobFile, checkJobFiles, type JobFile } from '@apsis/core/check'
import type { CalendarFile } from '@apsis/core/calendar'
import { type Diagnostic, formatDiagnostic, hasErrors } from '@apsis/core/document'
import type { Job } from '@apsis/core/job'
import type { Instant } from '@apsis/core/time'
import { createRegistry } from '@apsis/kinds/builtin'
import { digest, environmentOf, JobLoader, readCalendarFiles } from '@apsis/server/job-folder'
import { UsageError } from '../command/index.ts'
import { printable } from '../terminal/index.ts'
import { demandFolder, saidOf, sourcesOf } from './check.ts'

/** The files of a job folder that were read from elsewhere than a folder. */
export interface ReadFolder {
  readonly jobs: readonly JobFile[]
  readonly calendars: readonly CalendarFile[]
  /** What there is to say about the names of files. */
  readonly named: readonly Diagnostic[]
}

/** A job folder, and the config file that says what its jobs are read in; null for none. */
export interface FolderChoice {
  readonly folder: string
  readonly config: string | null
}

/** The files of a job folder, loaded as a server does; a folder or config that cannot be read is wrong use. */
export async function filesOfFolder(
  { folder, config }: FolderChoice,
  now: Instant,
): Promise<readonly CheckedJobFile[]> {
  try {
    await demandFolder(folder)
    const loaded = await new JobLoader(await sourcesOf(folder, config)).load({ now })
    return [...saidOf(loaded), ...loaded.files]
  } catch (error) {
    return wrong(folder, error)
  }
}

/** Checks files that were read from elsewhere, in the calendars among them and those that config and environment name. */
export async function checkFiles(
  { jobs, calendars, named }: ReadFolder,
  config: string | null,
  now: Instant,
): Promise<readonly CheckedJobFile[]> {
  const sources = await sourcesOf('.', config).catch((error: unknown) => wrong(config ?? '', error))
  const others = await readCalendarFiles(sources.calendars)
  // Of one name, that in the folder counts.
  const byName = new Map([...others.files, ...calendars].map((file) => [file.name, file]))
  const files = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const { environment, diagnostics } = environmentOf({ files, diagnostics: others.diagnostics }, sources.names)
  const checking = checkJobFiles(jobs, { registry: createRegistry(environment), digest, now })
  let step = checking.next()
  while (step.done !== true) step = checking.next()
  const said = { calendars: files, calendarDiagnostics: diagnostics, folderDiagnostics: named }
  return [...saidOf(said), ...step.value]
}

/** What is said of the names of files, which are no jobs: as lines. */
export function namesText(files: readonly CheckedJobFile[]): string {
  return files
    .flatMap(({ diagnostics }) => diagnostics)
    .filter(({ code }) => code === 'JOB_FILE_NAME' || code === 'JOB_FOLDER_EMPTY')
    .map((one) => `${printable(formatDiagnostic(one))}\n`)
    .join('')
}

/** The jobs of checked files, those with errors in them too, where they could be made at all. */
export function jobsOf(files: readonly CheckedJobFile[]): readonly Job[] {
  return files.flatMap(({ job }) => (job === null ? [] : [job]))
}

/** The files that have errors, with only these. */
export function withErrors(files: readonly CheckedJobFile[]): readonly CheckedJobFile[] {
  return files
    .filter(({ diagnostics }) => hasErrors(diagnostics))
    .map((file) => ({ ...file, diagnostics: file.diagnostics.filter(({ severity }) => severity === 'error') }))
}

function wrong(what: string, error: unknown): never {
  throw new UsageError(`${what}: ${error instanceof Error ? error.message : String(error)}`)
}
