import { copyFile, readdir, rename, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { StoreError } from '../port/index.ts'
import { failureOf, isFull, onFiles } from '../sqlite/failure.ts'
import { ASIDE, asidesOf, UNFINISHED } from '../sqlite/folder.ts'
import { lockFolder } from '../sqlite/lock.ts'
import { checkCopy } from './check-copy.ts'
import { checksum, DATABASES, isMissing, sync } from './files.ts'
import { type Manifest, readManifest } from './manifest.ts'
import { leaveNumbersOut, nextNumberOf, RUNS } from './new-numbers.ts'
import { newPartial } from './partial.ts'

export interface RestoreOptions {
  /** The folder of a backup. */
  readonly source: string
  /** The data folder to be made. */
  readonly data: string
  /** Moves a folder that is there aside, instead of refusing. */
  readonly force: boolean
  /** Now, ms of the epoch. */
  readonly time: number
  /** Of the name of what is moved aside, as 20260131T090000. */
  readonly stamp: string
}

export interface Restored {
  readonly manifest: Manifest
  /** Where the folder that was there is now; null where there was none. */
  readonly aside: string | null
}

/**
 * Makes a data folder of a backup, once every file was found as it was written. Throws `StoreError`: `STORE_FOLDER` where the data folder has
 * something in it, `STORE_LOCKED` where a server has it open, `STORE_DAMAGED` where the backup is not whole or no server would start with it, `STORE_FAILED` where a file cannot be written or
 * read. Then nothing is changed. Runs, and facts, that come after it have numbers that were not given out since the backup was made: agents may still hold procs
 * of those runs.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const source = resolve(options.source)
  const data = resolve(options.data)
  return await onFiles(data, async () => {
    const manifest = await readManifest(source)
    const held = await entriesOf(data)
    if (held.length > 0 && !options.force) {
      throw new StoreError(
        'STORE_FOLDER',
        `${data} is not empty: name another folder, or use --force to have it moved aside`,
      )
    }
    if (held.includes('lock.db')) lockFolder(data).close()
    const asides = await asidesOf(data)
    const aside = held.length === 0 ? null : `${data}${ASIDE}${options.stamp}`
    const partial = await newPartial(data)
    try {
      // Those too: the folder may be one that began with nothing after a restore that died.
      await fill(partial.folder, source, manifest, options, [data, ...asides])
      await partial.release()
      await putInPlace(partial.folder, data, aside)
      await finish(asides)
    } catch (error) {
      await partial.discard()
      throw error
    }
    return { manifest, aside }
  })
}

/**
 * Moves what is there aside, and the folder to its place. Where that fails, all is as it was. After a crash between the two, there is no data folder, and the name
 * of what was moved aside says why: whoever opens the store is told so (`prepareFolder`), and the next restore goes by its numbers.
 */
async function putInPlace(folder: string, data: string, aside: string | null): Promise<void> {
  const moved = aside === null ? null : `${aside}${UNFINISHED}`
  if (moved !== null) await rename(data, moved)
  try {
    // An empty folder is replaced by the rename itself.
    await rename(folder, data)
    try {
      await sync(dirname(data))
      if (moved !== null) await rename(moved, finished(moved))
    } catch (error) {
      await rename(data, folder)
      throw error
    }
  } catch (error) {
    if (moved === null) throw error
    await rename(moved, data).catch(() => {
      const wayOut = `What was there is ${moved}: rename it to ${data}, or restore again`
      throw new StoreError('STORE_FAILED', `${failureOf(error, data).message}. ${wayOut}`, { cause: error })
    })
    throw error
  }
}

/** Says of what restores before this one moved aside, and died, that there is a data folder again. What cannot be renamed is left to the next. */
async function finish(asides: readonly string[]): Promise<void> {
  for (const name of asides) if (name.endsWith(UNFINISHED)) await rename(name, finished(name)).catch(() => undefined)
}

function finished(name: string): string {
  return name.slice(0, -UNFINISHED.length)
}

async function fill(
  folder: string,
  source: string,
  manifest: Manifest,
  { time }: RestoreOptions,
  before: readonly string[],
): Promise<void> {
  for (const { name, size, sha256 } of manifest.files) {
    const copy = join(folder, name)
    await copyFile(join(source, name), copy).catch((error: unknown) => {
      if (isFull(error)) throw error
      throw new StoreError('STORE_DAMAGED', `the backup ${source} cannot be read: ${String(error)}`, { cause: error })
    })
    if ((await stat(copy)).size !== size || (await checksum(copy)) !== sha256) {
      const what = 'is not as it was written: its size or checksum is another'
      throw new StoreError('STORE_DAMAGED', `${join(source, name)} ${what}. Use another backup`)
    }
    await sync(copy)
  }
  const above = await nextNumberOf(before)
  const databases = DATABASES.filter((name) => manifest.files.some((file) => file.name === name))
  for (const name of databases) checkCopy(join(folder, name), join(source, name))
  const runs = join(folder, RUNS)
  leaveNumbersOut(runs, above, time)
  await sync(runs)
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isMissing(error)) return []
    const said = error instanceof Error ? error.message : String(error)
    throw new StoreError('STORE_FOLDER', `${folder} cannot be read: ${said}`, { cause: error })
  }
}
