import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The databases of a data folder. */
export const DATABASES = ['runs.db', 'outputs.db'] as const

/** What names a file that is no part of what a data folder keeps: what SQLite has beside a database, locks, what can be made again. */
const PASSING = /(?:-wal|-shm|-journal|\.new)$|^lock\.db|^jobs-record/

/** Small files of a data folder that a copy needs: token, certificate and the like, by name. Folders and links are none. */
export async function smallFiles(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => !PASSING.test(name) && !isDatabase(name)).sort()
  const found: string[] = []
  for (const name of names) if ((await lstat(join(folder, name))).isFile()) found.push(name)
  return found
}

function isDatabase(name: string): boolean {
  return DATABASES.some((database) => database === name)
}

/** Makes what a file or folder holds durable. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** SHA-256 of a file, in hexadecimal. */
export async function checksum(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(bytesOf(piece))
  return hash.digest('hex')
}

function bytesOf(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece
  throw new Error('a file was read as text')
}

/** Whether an error of the file system says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
