import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { lockFolder } from '../sqlite/lock.ts'
import { sync } from './files.ts'

/** A folder that is being made beside the one that it will be. */
export interface Partial {
  readonly folder: string
  /** Lets go of it, and makes durable what it has; call before it is renamed. */
  release(): Promise<void>
  /** Removes it with all that is in it. Never rejects: what it cannot remove, the next one made for this place does. */
  discard(): Promise<void>
}

/**
 * Makes a folder beside `destination` to be filled and then renamed to it, and removes those that processes left which were killed: theirs
 * are not locked any more.
 */
export async function newPartial(destination: string): Promise<Partial> {
  const parent = dirname(destination)
  const prefix = `.${basename(destination)}.partial-`
  for (const name of await readdir(parent)) if (name.startsWith(prefix)) await removeLeft(join(parent, name))
  const folder = join(parent, `${prefix}${process.pid}`)
  await mkdir(folder, { mode: 0o700 })
  const discard = (): Promise<void> => rm(folder, { recursive: true, force: true }).catch(() => undefined)
  const lock = await locked(folder, discard)
  const letGo = (): void => {
    if (lock.isOpen) lock.close()
  }
  return {
    folder,
    release: async () => {
      letGo()
      await rm(join(folder, 'lock.db'))
      await sync(folder)
    },
    discard: async () => {
      letGo()
      await discard()
    },
  }
}

async function locked(folder: string, discard: () => Promise<void>): Promise<DatabaseSync> {
  try {
    return lockFolder(folder)
  } catch (error) {
    await discard()
    throw error
  }
}

async function removeLeft(folder: string): Promise<void> {
  try {
    lockFolder(folder).close()
  } catch (error) {
    if (error instanceof StoreError && error.code === 'STORE_LOCKED') return
    throw error
  }
  await rm(folder, { recursive: true })
}
