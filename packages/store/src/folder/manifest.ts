import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreError } from '../port/index.ts'
import { isMissing } from './files.ts'

/** What a backup is made of. */
export interface Manifest {
  readonly format: 1
  /** Version of the program that made it. */
  readonly program: string
  /** When, as ISO 8601 in UTC. */
  readonly time: string
  readonly files: readonly BackupFile[]
}

export interface BackupFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** In hexadecimal. */
  readonly sha256: string
}

/** Its name in the folder of a backup. */
export const MANIFEST = 'backup.json'

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
}

/** Reads the manifest of a backup. Throws `StoreError` `STORE_FOLDER` where the folder is none. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const why = isMissing(error) ? `it has no ${MANIFEST}` : String(error)
    throw new StoreError('STORE_FOLDER', `${folder} is no backup: ${why}`, { cause: error })
  }
  const manifest = manifestOf(text)
  if (manifest === null)
    throw new StoreError('STORE_DAMAGED', `${path} is not the manifest of a backup of this version`)
  return manifest
}

function manifestOf(text: string): Manifest | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!isObject(value) || value['format'] !== 1 || !Array.isArray(value['files'])) return null
  const { program, time } = value
  const given: readonly unknown[] = value['files']
  const files = given.filter(isFile)
  if (typeof program !== 'string' || typeof time !== 'string' || files.length !== given.length) return null
  return { format: 1, program, time, files }
}

function isFile(value: unknown): value is BackupFile {
  if (!isObject(value)) return false
  const { name, size, sha256 } = value
  // A name is that of a file in the folder itself, whoever wrote the manifest.
  const plain = typeof name === 'string' && /^[\w.-]+$/.test(name) && name !== '.' && name !== '..'
  return plain && typeof size === 'number' && typeof sha256 === 'string'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
