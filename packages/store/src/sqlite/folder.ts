import { access, constants, mkdir, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StoreError } from '../port/index.ts'

/** Stands between the name of a data folder and a time in the name of what a restore moved aside. */
export const ASIDE = '.before-restore-'

/** Ends that name until what was restored is in its place: it tells a restore that died from one that came to its end. */
export const UNFINISHED = '.unfinished'

/** The folders beside it that restores moved aside, of names with this ending. Rejects with what the file system says, but for a folder that is missing. */
export async function asidesOf(folder: string, ending = ''): Promise<readonly string[]> {
  const parent = dirname(folder)
  const all = await orMissing(readdir(parent), [])
  const names = all.filter((name) => name.startsWith(`${basename(folder)}${ASIDE}`) && name.endsWith(ending))
  // With the time in the name, the newest is the last.
  names.sort((left, right) => (left < right ? -1 : 1))
  const found: string[] = []
  for (const name of names) {
    const path = join(parent, name)
    if ((await orMissing(stat(path), null))?.isDirectory() === true) found.push(path)
  }
  return found
}

/**
 * Makes the data folder where there is none. Throws `StoreError` `STORE_FOLDER` where it cannot be made or written, or where a restore died after it had moved
 * the folder aside: an empty one in its place would look as if all were lost.
 */
export async function prepareFolder(folder: string): Promise<void> {
  if (!(await isThere(folder))) await checkAsides(folder)
  await makeFolder(folder)
}

/** As `prepareFolder`, whatever is beside it: for who wants an empty one. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeWithParents(folder)
  } catch (error) {
    throw refused(`the data folder ${folder} cannot be made`, error)
  }
  const found = await stat(folder).catch((error: unknown) => {
    throw refused(`the data folder ${folder} cannot be read`, error)
  })
  if (!found.isDirectory()) throw refused(`the data folder ${folder} is not a folder`, null)
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw refused(`the data folder ${folder} cannot be written`, error)
  }
}

async function checkAsides(folder: string): Promise<void> {
  const asides = await asidesOf(folder, UNFINISHED).catch((error: unknown) => {
    throw refused(`the data folder ${folder} cannot be made`, error)
  })
  const aside = asides.at(-1)
  if (aside === undefined) return
  const what = `the data folder ${folder} is missing, and ${aside} is beside it: a restore did not come to its end`
  const wayOut = `Restore again, or rename that folder to ${basename(folder)}`
  throw new StoreError('STORE_FOLDER', `${what}. ${wayOut}; to begin with nothing: apsisctl create ${folder}`)
}

// Not `mkdir` with `recursive`: it never returns where a file system answers ENOENT below a folder that is there, as /proc does.
async function makeWithParents(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return
    const parent = dirname(folder)
    if (code !== 'ENOENT' || (await isThere(parent))) throw error
    await makeWithParents(parent)
    await mkdir(folder, { mode: 0o700 })
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function orMissing<T, M>(asked: Promise<T>, missing: M): Promise<T | M> {
  return asked.catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return missing
    throw error
  })
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null
}

function refused(what: string, error: unknown): StoreError {
  const why = error instanceof Error ? ` (${error.message})` : ''
  const wayOut = 'Use another data folder, or let the user that the server runs as write this one'
  return new StoreError('STORE_FOLDER', `${what}${why}. ${wayOut}`, { cause: error })
}
