import type { Batch, CommitReply, OutputChunk } from './batch.ts'
import type { Maintenance } from './maintenance.ts'
import type { Reader } from './reader.ts'

/**
 * The store of one server: runs, the numbered log of facts, jobs, due instants, outputs.
 * One process writes. Every backend passes the conformance suite.
 */
export interface Store {
  /** Applies a batch in one transaction, in the order of the calls; resolves when it is durable. Rejects with `StoreError` when the backend fails, too much waits (`STORE_BUSY`), or a value cannot be stored (`STORE_REQUEST`); then nothing of it is applied. */
  commit(batch: Batch): Promise<CommitReply>
  /** Appends output; resolves when it is durable, with the new length per chunk in order. Rejects with `StoreError` code `STORE_OUTPUT_GAP` when a chunk starts beyond the stored length. */
  appendOutput(chunks: readonly OutputChunk[]): Promise<readonly number[]>
  readonly read: Reader
  readonly maintenance: Maintenance
  /** What waits to be done, now. */
  queues(): StoreQueues
  /** Finishes what was asked, then closes. Idempotent. */
  close(): Promise<void>
}

/** What waits in a store. */
export interface StoreQueues {
  /** Changes that wait to be durable: as the store counts them, about a row each. */
  readonly changes: number
  /** Bytes of output that wait to be durable. */
  readonly outputBytes: number
  /** Reads of what the engine and single pages need. */
  readonly reads: number
  /** Reads that page through history. */
  readonly historyReads: number
}

export const STORE_ERROR_CODES = {
  STORE_FOLDER: 'the data folder cannot be made or written',
  STORE_LOCKED: 'another server has this data folder open',
  STORE_VERSION: 'the data folder was written by a newer version',
  STORE_DAMAGED: 'the data folder is damaged',
  STORE_OUTPUT_GAP: 'output starts beyond what is stored',
  STORE_FAILED: 'the database refused or failed',
  STORE_CLOSED: 'the store is closed',
  STORE_BUSY: 'too much waits to be written or read; nothing of this was done, ask again later',
  STORE_TIMEOUT: 'a read of history took too long and was ended; ask for less at once',
  STORE_CANCELLED: 'a read was cancelled by who asked for it',
  STORE_BACKUP: 'so much is written while a database is copied that its log would grow too large',
  STORE_ARCHIVE: 'the archive cannot be read or written, or has another run of the same id',
  STORE_IMPORT: 'the file is no database to import, or its runs have ids that are taken',
  STORE_REQUEST: 'a request that the store cannot take: a value, a limit or a page cursor out of range',
} as const

export type StoreErrorCode = keyof typeof STORE_ERROR_CODES

/** A failure of the outside world: disk, lock, damage. */
export class StoreError extends Error {
  readonly code: StoreErrorCode
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}
