import { StoreError, type StoreErrorCode } from '../port/index.ts'

/** A failure as it goes between threads. */
export interface Failure {
  readonly code: StoreErrorCode
  readonly message: string
}

/** Primary result codes of SQLite that say more than "failed". Source: sqlite.org/rescode.html. */
const ERROR = 1
const BUSY = 5
const READONLY = 8
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26

/** What an error of SQLite or the file system means, said of the file at `path`. */
export function failureOf(error: unknown, path: string): Failure {
  if (error instanceof StoreError) return { code: error.code, message: error.message }
  const said = error instanceof Error ? error.message : String(error)
  switch (primaryCode(error)) {
    case CORRUPT:
    case NOTADB:
      return {
        code: 'STORE_DAMAGED',
        message: `${path} is damaged (${said}). Put back a copy (apsisctl restore), or move it away`,
      }
    case CANTOPEN:
    case READONLY:
      return {
        code: 'STORE_FOLDER',
        message: `${path} cannot be opened for writing (${said}). Let this user write it, or use another data folder`,
      }
    case BUSY:
      return {
        code: 'STORE_FAILED',
        message: `${path} is locked by another process (${said}). End that, or try again when it has ended`,
      }
    case FULL:
      return { code: 'STORE_FAILED', message: `${path} cannot grow (${said}). Make room on its disk` }
    default:
      return { code: 'STORE_FAILED', message: `${path}: ${said}${isFull(error) ? '. Make room on its disk' : ''}` }
  }
}

/** Whether the file system says that there is no room. */
export function isFull(error: unknown): boolean {
  const code = fileCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/** Does something with the database at `path`; what SQLite says is thrown as a `StoreError` that names the file. */
export function onFile<T>(path: string, body: () => T): T {
  try {
    return body()
  } catch (error) {
    if (primaryCode(error) === null) throw error
    throw new StoreError(failureOf(error, path).code, failureOf(error, path).message, { cause: error })
  }
}

/** As `onFile`, for what asks the file system too. */
export async function onFiles<T>(path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body()
  } catch (error) {
    if (primaryCode(error) === null && fileCode(error) === null) throw error
    const { code, message } = failureOf(error, path)
    throw new StoreError(code, message, { cause: error })
  }
}

/** The error of a failure. */
export function errorOf(failure: Failure): StoreError {
  return new StoreError(failure.code, failure.message)
}

/**
 * Whether an error of SQLite says that a file is not, or no more, a database as it was written: of another kind, or without its tables. That it cannot be read
 * is none: it may be the next time.
 */
export function isDamage(error: unknown): boolean {
  const code = primaryCode(error)
  return code === ERROR || code === CORRUPT || code === NOTADB
}

function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null
  return error.errcode & 0xff
}

/** The code of an error of the file system, such as `ENOSPC`; null for any other. */
function fileCode(error: unknown): string | null {
  const isOne = error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
  return isOne ? String(error.code) : null
}
