import { join, resolve } from 'node:path'
import type { JsonObject } from '@apsis/core/json'
import type { Instant } from '@apsis/core/time'
import type { CursorRow } from '../port/index.ts'
import { decodePeeked, decodeRecord, type PeekedInstant } from '../row/index.ts'
import { openReader } from '../sqlite/connection.ts'
import { databaseVersions } from './versions.ts'

const CACHE_KIB = 8_192

/** What a server that starts would find of the ledger. */
export interface LedgerPeek {
  readonly cursors: readonly CursorRow[]
  /** Instants without a verdict that are due by a time, in order of time, with what their runs say. */
  readonly undecided: readonly PeekedInstant[]
  /** Stored documents of the pauses. */
  readonly pauses: readonly JsonObject[]
  /** Ad hoc jobs: they are in no folder. */
  readonly adHoc: readonly string[]
  /** When a server is last known to have run; null: not known. */
  readonly alive: Instant | null
}

/** Reads of a data folder what a start would decide upon, and changes nothing, not even the version. Throws `StoreError` as `databaseVersions`. */
export function peekLedger(data: string, until: Instant): LedgerPeek {
  databaseVersions(data)
  const db = openReader(join(resolve(data), 'runs.db'), CACHE_KIB)
  try {
    const rows = (sql: string, ...values: number[]) => db.prepare(sql).all(...values)
    const cursors = rows('SELECT job, key, until FROM cursors').map((row) => ({
      jobId: String(row['job']),
      scheduleKey: String(row['key']),
      plannedUntil: Number(row['until']),
    }))
    const undecided = rows(
      `SELECT j.name, i.key, i.due, r.state, r.labels, r.detail
        FROM instants i INDEXED BY instants_pending JOIN job_names j ON j.id = i.job LEFT JOIN runs r ON r.num = i.run
        WHERE i.verdict IS NULL AND i.due <= ? ORDER BY i.due`,
      until,
    ).map((row) => decodePeeked(Object.values(row)))
    const adHoc = rows('SELECT job FROM jobs WHERE ad_hoc = 1').map((row) => String(row['job']))
    // Folders of an older version have no such table.
    const kept = rows(`SELECT name FROM sqlite_master WHERE name = 'records'`).length > 0
    const [record] = kept ? rows(`SELECT json FROM records WHERE kind = 'setting' AND id = 'alive'`) : []
    const records = kept ? rows(`SELECT id, json FROM records WHERE kind = 'pause' ORDER BY id`) : []
    const pauses = records.map((row) => decodeRecord('pause', Object.values(row)).json)
    const alive: unknown = record === undefined ? null : JSON.parse(String(record['json']))
    const time = typeof alive === 'object' && alive !== null && 'time' in alive ? alive.time : null
    return { cursors, undecided, pauses, adHoc, alive: typeof time === 'number' ? time : null }
  } finally {
    db.close()
  }
}
