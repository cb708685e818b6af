import { join, resolve } from 'node:path'
import type { Instant } from '@apsis/core/time'
import type { CursorRow, InstantRow } from '../port/index.ts'
import { openReader } from '../sqlite/connection.ts'
import { databaseVersions } from './versions.ts'

const CACHE_KIB = 8_192

/** What a server that starts would find of the ledger. */
export interface LedgerPeek {
  readonly cursors: readonly CursorRow[]
  /** Instants without a verdict that were due before a time, in order of time. */
  readonly undecided: readonly Pick<InstantRow, 'jobId' | 'scheduleKey' | 'due'>[]
  /** Ad hoc jobs: they are in no folder. */
  readonly adHoc: readonly string[]
  /** When a server is last known to have run; null: not known. */
  readonly alive: Instant | null
}

/** Reads of a data folder what a start would decide upon, and changes nothing, not even the version. Throws `StoreError` as `databaseVersions`. */
export function peekLedger(data: string, before: Instant): LedgerPeek {
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
      `SELECT j.name, i.key, i.due FROM instants i INDEXED BY instants_pending JOIN job_names j ON j.id = i.job
        WHERE i.verdict IS NULL AND i.due < ? ORDER BY i.due`,
      before,
    ).map((row) => ({ jobId: String(row['name']), scheduleKey: String(row['key']), due: Number(row['due']) }))
    const adHoc = rows('SELECT job FROM jobs WHERE ad_hoc = 1').map((row) => String(row['job']))
    // Folders of an older version have no such table.
    const kept = rows(`SELECT name FROM sqlite_master WHERE name = 'records'`).length > 0
    const [record] = kept ? rows(`SELECT json FROM records WHERE kind = 'setting' AND id = 'alive'`) : []
    const alive: unknown = record === undefined ? null : JSON.parse(String(record['json']))
    const time = typeof alive === 'object' && alive !== null && 'time' in alive ? alive.time : null
    return { cursors, undecided, adHoc, alive: typeof time === 'number' ? time : null }
  } finally {
    db.close()
  }
}
