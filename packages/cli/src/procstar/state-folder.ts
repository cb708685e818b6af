import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Parsed } from './args.ts'
import { KEPT, removeAbandoned } from './abandoned.ts'

/** A folder for an agent that nothing outlives; made for this user alone. */
export interface PrivateFolder {
  readonly path: string
  remove(): Promise<void>
  /** Leaves it to the user: no later run removes it. */
  keep(): Promise<void>
}

/** Why a state folder that was named cannot be meant, or null: what would make its parents too would hide a slip of the pen. */
export async function misplaced(path: string): Promise<string | null> {
  const parent = dirname(path)
  try {
    await stat(parent)
    return null
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return null
    return `the state folder ${path} cannot be made: there is no ${parent}; make that, or name another with --state DIR`
  }
}

/** Makes one; the error says what to do about it. */
export async function privateFolder(): Promise<Parsed<PrivateFolder>> {
  let path: string
  try {
    path = await mkdtemp(join(tmpdir(), 'procstar-'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { ok: false, error: `no folder for this run can be made: ${reason}; set TMPDIR, or give --state DIR` }
  }
  // A monitor may be writing its last record.
  const remove = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
    // When there is time: who was killed could not do it.
    await removeAbandoned(tmpdir(), Date.now())
  }
  // On a full disk it cannot be marked: it is still there until a later run finds it abandoned.
  const keep = (): Promise<void> => writeFile(join(path, KEPT), '').catch(() => {})
  return { ok: true, value: { path, remove, keep } }
}
