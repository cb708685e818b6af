import { copyFile, rename, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { StoreError } from '../port/index.ts'
import { onFiles } from '../sqlite/failure.ts'
import { rollBackMigration } from '../sqlite/roll-back.ts'
import { Snapshot } from './copy-database.ts'
import { checksum, DATABASES, isMissing, smallFiles, sync } from './files.ts'
import { LOG_GROWTH_MOST } from './log-watch.ts'
import { type BackupFile, MANIFEST, type Manifest, writeManifest } from './manifest.ts'
import { newPartial } from './partial.ts'

export interface BackupOptions {
  /** The data folder; a server may have it open. */
  readonly data: string
  /** The folder to be made. */
  readonly destination: string
  /** Version of this program. */
  readonly version: string
  /** When it is made, as ISO 8601. */
  readonly time: string
  /** Hears of the copying of each database. */
  readonly progress: (file: string, done: number, all: number) => void
  /** How much the log of each database may grow while it is copied, bytes; it never grows by more than is left free on its disk. Default 4 GiB. */
  readonly logMost?: number
}

/**
 * Copies a data folder to a new folder, durably; the folder is there whole or not at all. Each database is as it was at one moment, that of outputs later
 * than that of runs. Throws `StoreError`: `STORE_FOLDER` where there is no data folder, or something is at the destination; `STORE_DAMAGED` where a database is so
 * damaged that no server would start with it, which is looked at in each of them before it is copied; `STORE_BACKUP` where so much is written meanwhile that the log grows too large.
 */
export async function backUp(options: BackupOptions): Promise<Manifest> {
  const data = resolve(options.data)
  const destination = resolve(options.destination)
  return await onFiles(destination, async () => {
    await checkPlaces(data, destination)
    rollBackMigration(data)
    const partial = await newPartial(destination)
    try {
      const manifest = await fill(partial.folder, data, options)
      await partial.release()
      await rename(partial.folder, destination)
      await sync(dirname(destination)).catch(async (error: unknown) => {
        // A power cut might take it away again, so it is not there.
        await rename(destination, partial.folder)
        throw error
      })
      return manifest
    } catch (error) {
      await partial.discard()
      throw error
    }
  })
}

async function fill(folder: string, data: string, options: BackupOptions): Promise<Manifest> {
  // Runs first, outputs when they are copied: output is durable before its run ends, so no run that ended lacks any of it in the copy. One snapshot at a
  // time: while one is held, the log of its database cannot start over.
  for (const name of DATABASES) {
    const snapshot = new Snapshot(join(data, name), options.logMost ?? LOG_GROWTH_MOST)
    try {
      await snapshot.copyTo(join(folder, name), (done, all) => options.progress(name, done, all))
    } finally {
      snapshot.close()
    }
  }
  const names = await smallFiles(data)
  for (const name of names) {
    await copyFile(join(data, name), join(folder, name))
    await sync(join(folder, name))
  }
  const files: BackupFile[] = []
  for (const name of [...DATABASES, ...names]) files.push(await described(folder, name))
  const manifest: Manifest = { format: 1, program: options.version, time: options.time, files }
  await writeManifest(folder, manifest)
  await sync(join(folder, MANIFEST))
  return manifest
}

async function checkPlaces(data: string, destination: string): Promise<void> {
  for (const name of DATABASES) {
    const found = await stat(join(data, name)).catch((error: unknown) => {
      if (isMissing(error)) return null
      throw error
    })
    if (found === null) throw new StoreError('STORE_FOLDER', `${data} is no data folder: it has no ${name}`)
  }
  const there = await stat(destination).then(
    () => true,
    (error: unknown) => !isMissing(error),
  )
  if (there) throw new StoreError('STORE_FOLDER', `${destination} is there already: name a folder that is not`)
  const parent = await stat(dirname(destination)).catch(() => null)
  if (parent?.isDirectory() !== true) {
    throw new StoreError(
      'STORE_FOLDER',
      `${dirname(destination)} is not a folder: make it, or name another destination`,
    )
  }
}

async function described(folder: string, name: string): Promise<BackupFile> {
  const path = join(folder, name)
  return { name, size: (await stat(path)).size, sha256: await checksum(path) }
}
