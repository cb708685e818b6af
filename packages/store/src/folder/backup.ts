import { copyFile, rename, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { StoreError } from '../port/index.ts'
import { Snapshot } from './copy-database.ts'
import { checksum, DATABASES, isMissing, smallFiles, sync } from './files.ts'
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
}

/**
 * Copies a data folder as it is at one moment to a new folder, durably; the folder is there whole or not at all. Throws `StoreError`
 * `STORE_FOLDER` where there is no data folder, or something is at the destination.
 */
export async function backUp(options: BackupOptions): Promise<Manifest> {
  const data = resolve(options.data)
  const destination = resolve(options.destination)
  await checkPlaces(data, destination)
  const partial = await newPartial(destination)
  const manifest = await fill(partial.folder, data, options).catch(async (error: unknown) => {
    await partial.discard()
    throw error
  })
  await partial.release()
  await sync(partial.folder)
  await rename(partial.folder, destination)
  await sync(dirname(destination))
  return manifest
}

async function fill(folder: string, data: string, options: BackupOptions): Promise<Manifest> {
  // Runs first, outputs a moment later: output is durable before its run ends, so no run that ended lacks any of it in the copy.
  const snapshots: (readonly [name: string, snapshot: Snapshot])[] = []
  try {
    for (const name of DATABASES) snapshots.push([name, new Snapshot(join(data, name))])
    for (const [name, snapshot] of snapshots) {
      await snapshot.copyTo(join(folder, name), (done, all) => options.progress(name, done, all))
      snapshot.close()
    }
  } finally {
    for (const [, snapshot] of snapshots) closeQuietly(snapshot)
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

function closeQuietly(snapshot: Snapshot): void {
  try {
    snapshot.close()
  } catch {
    // It was closed after its copy.
  }
}
