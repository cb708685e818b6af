import { statSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { stat } from 'node:fs/promises'
import { errorCode, errorText } from './error-code.ts'

/** What the agent keeps its records in was removed, moved or replaced: nothing that is written there will be found by anybody. */
export class FolderGoneError extends Error {
  readonly code = 'agent-folder-gone'
}

/** A file as it was when it was opened. */
export interface Placed {
  readonly path: string
  readonly dev: bigint
  readonly ino: bigint
}

/** What an open file is, to be looked for later under its name. */
export async function placed(path: string, file: FileHandle): Promise<Placed> {
  const { dev, ino } = await file.stat({ bigint: true })
  return { path, dev, ino }
}

/** The same for one that somebody else has open. Rejects when it is not there. */
export async function placedNow(path: string): Promise<Placed> {
  const { dev, ino } = await stat(path, { bigint: true })
  return { path, dev, ino }
}

/**
 * Whether the file is still what its name means: null, or what is wrong. A host that cannot say (out of descriptors, say) says nothing is. In this
 * thread: it takes microseconds, where the way through the thread pool costs a tenth of a millisecond, and each start waits for it.
 */
export function displaced({ path, dev, ino }: Placed): string | null {
  try {
    const now = statSync(path, { bigint: true })
    return now.dev === dev && now.ino === ino ? null : `${path} was replaced`
  } catch (error) {
    const code = errorCode(error)
    return code === 'ENOENT' || code === 'ENOTDIR' ? `${path} was removed: ${errorText(error)}` : null
  }
}
