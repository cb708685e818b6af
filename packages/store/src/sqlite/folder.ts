import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StoreError } from '../port/index.ts'

/** Makes the data folder where there is none. Throws `StoreError` `STORE_FOLDER` where it cannot be made or written. */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder)
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

// Not `mkdir` with `recursive`: it never returns where a file system answers ENOENT below a folder that is there, as /proc does.
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'EEXIST') return
    const parent = dirname(folder)
    if (code !== 'ENOENT' || (await isThere(parent))) throw error
    await makeFolder(parent)
    await mkdir(folder, { mode: 0o700 })
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function refused(what: string, error: unknown): StoreError {
  const why = error instanceof Error ? ` (${error.message})` : ''
  const wayOut = 'Use another data folder, or let the user that the server runs as write this one'
  return new StoreError('STORE_FOLDER', `${what}${why}. ${wayOut}`, { cause: error })
}
