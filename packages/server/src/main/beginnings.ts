import { type JobRow, type Store, StoreError } from '@apsis/store/port'
import { openSqliteStore } from '@apsis/store/sqlite'
import {
  type JobRecord,
  type JobSources,
  readJobRecord,
  readSources,
  type SourcesRead,
} from '../edges/jobs-dir/index.ts'
import type { ServerOptions, StartFailure } from './options.ts'

/** What a server begins with: its store, and what is on the disk. */
export interface Beginnings {
  readonly store: Store
  /** The jobs of the store. */
  readonly stored: readonly JobRow[]
  /** What the last start or reload came to; null where that is not known. */
  readonly record: JobRecord | null
  readonly sources: JobSources
  /** The job folder as it is read. Rejects where it cannot be read. */
  readonly reading: Promise<SourcesRead>
}

/**
 * Opens the store and reads the job folder, in threads: the more of the program is loaded meanwhile, the sooner the server starts. Whoever is given
 * the store closes it.
 */
export async function begin(
  options: Pick<ServerOptions, 'config' | 'dataFolder' | 'jobsFolder' | 'calendarFolders' | 'version' | 'onFailure'>,
): Promise<{ readonly ok: true; readonly beginnings: Beginnings } | StartFailure> {
  const { config, dataFolder, version } = options
  const sources = { jobs: options.jobsFolder, calendars: options.calendarFolders, names: config.templateNames }
  const opening = openSqliteStore({ folder: dataFolder, died: ({ message }) => options.onFailure(message) })
  const reading = readSources(sources)
  // Whoever awaits it learns of it; by then others may have failed.
  reading.catch(() => undefined)
  try {
    const store = await opening
    const [stored, record] = await Promise.all([store.read.jobs(), readJobRecord(dataFolder, version)])
    return { ok: true, beginnings: { store, stored, record, sources, reading } }
  } catch (error) {
    if (error instanceof StoreError) return { ok: false, code: error.code, message: error.message, diagnostics: [] }
    throw error
  }
}
