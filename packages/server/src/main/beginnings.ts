import { type JobRow, type Store, StoreError } from '@apsis/store/port'
import { type Migration, openSqliteStore } from '@apsis/store/sqlite'
import {
  type JobRecord,
  type JobSources,
  readJobRecord,
  readSources,
  type SourcesRead,
} from '../edges/jobs-dir/index.ts'
import { named } from '../edges/log/index.ts'
import type { Log } from '../engine/index.ts'
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
  options: Pick<
    ServerOptions,
    'config' | 'dataFolder' | 'jobsFolder' | 'calendarFolders' | 'version' | 'log' | 'onFailure'
  >,
): Promise<{ readonly ok: true; readonly beginnings: Beginnings } | StartFailure> {
  const { config, dataFolder, version } = options
  const sources = { jobs: options.jobsFolder, calendars: options.calendarFolders, names: config.templateNames }
  const opening = openSqliteStore({
    folder: dataFolder,
    died: ({ message }) => options.onFailure(message),
    migrating: (migration) => tellMigration(named(options.log, 'store'), migration),
  })
  const reading = readSources(sources)
  // Whoever awaits it learns of it; by then others may have failed.
  reading.catch(() => undefined)
  try {
    const store = await opening
    const [stored, record] = await Promise.all([store.read.jobs(), readJobRecord(dataFolder, version)])
    return { ok: true, beginnings: { store, stored, record, sources, reading } }
  } catch (error) {
    await opening.then(
      (store) => store.close(),
      () => undefined,
    )
    if (error instanceof StoreError) return { ok: false, code: error.code, message: error.message, diagnostics: [] }
    throw error
  }
}

function tellMigration(log: Log, { name, from, to, took }: Migration): void {
  if (took === null) {
    const what = `${name} is brought from version ${from} to ${to} before the server starts: that takes a while where it is large`
    log.info(what, { event: 'store.migrating', from, to })
  } else
    log.info(`${name} is at version ${to}, after ${(took / 1_000).toFixed(2)} s`, { event: 'store.migrated', from, to })
}
