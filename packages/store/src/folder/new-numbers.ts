import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { removedFactValues } from '../row/index.ts'
import { openWriter } from '../sqlite/connection.ts'
import { isDamage, onFile } from '../sqlite/failure.ts'
import { migrate } from '../sqlite/migrate.ts'
import { RUNS_STEPS } from '../sqlite/migrations/steps.ts'
import { rollBackMigration } from '../sqlite/roll-back.ts'
import { inTransaction } from '../sqlite/slice.ts'
import { isMissing } from './files.ts'

/** The database that has the numbers of a data folder. */
export const RUNS = 'runs.db'

/**
 * Numbers of runs, and of facts, that a restored data folder leaves out: more than a server that makes ten runs a second gives out in a day. Beyond them it
 * is the identity of the proc that tells a run from another of its number, and a follower of the live feed that is so far behind loads everything anew.
 */
export const NUMBERS_LEFT_OUT = 1_000_000

/**
 * Makes a `runs.db` that was put back from a copy give out none of the numbers that it gave out after the copy was made, as far as is known. `above`: the next number
 * of a run in the folder that it replaces; 0 where there is none. The numbers of facts that are left out are counted as gone, and a fact comes after them.
 */
export function leaveNumbersOut(path: string, above: number, time: number): void {
  onFile(path, () => {
    const db = openWriter(path, 1_024)
    try {
      // One of an older version has nothing of what is changed here.
      migrate(db, RUNS_STEPS, path)
      inTransaction(db, () => {
        const next = 'UPDATE counters SET value = max(value, ?) + ? WHERE name = ?'
        db.prepare(next).run(above, NUMBERS_LEFT_OUT, 'next_run')
        db.prepare(next).run(0, NUMBERS_LEFT_OUT, 'seq')
        // The last of the numbers is of the fact that tells of no runs: what is known of later ones begins after it.
        db.prepare(`UPDATE counters SET value = value + ? WHERE name = 'facts_gone'`).run(NUMBERS_LEFT_OUT - 1)
        db.prepare(
          `INSERT INTO facts (seq, run, time, type, state, text) SELECT value, NULL, ?, ?, ?, ? FROM counters WHERE name = 'seq'`,
        ).run(...removedFactValues(time, []))
        db.exec(`INSERT INTO removals (seq) SELECT value FROM counters WHERE name = 'seq'`)
      })
      // One file again, as the backup has it.
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } finally {
      db.close()
    }
  })
}

/**
 * The highest of the next numbers of runs in data folders: what no folder beside them has given out. One without a `runs.db`, or whose `runs.db` is damaged, has
 * none; 0 where none has. Throws `StoreError` where one cannot be read now, as while it is locked: it could come to be given out twice.
 */
export async function nextNumberOf(folders: readonly string[]): Promise<number> {
  let highest = 0
  for (const folder of folders) if (await hasRuns(folder)) highest = Math.max(highest, nextNumberIn(folder))
  return highest
}

async function hasRuns(folder: string): Promise<boolean> {
  try {
    return (await stat(join(folder, RUNS))).isFile()
  } catch (error) {
    if (isMissing(error)) return false
    throw unknownNumbers(folder, new StoreError('STORE_FOLDER', String(error), { cause: error }))
  }
}

function nextNumberIn(folder: string): number {
  const path = join(folder, RUNS)
  try {
    rollBackMigration(folder)
    return onFile(path, () => {
      const db = new DatabaseSync(path, { readOnly: true })
      try {
        return Number(db.prepare(`SELECT value FROM counters WHERE name = 'next_run'`).get()?.['value'] ?? 0)
      } finally {
        db.close()
      }
    })
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    // Which may be why a copy is put back.
    if (isDamage(error.cause)) return 0
    throw unknownNumbers(folder, error)
  }
}

function unknownNumbers(folder: string, error: StoreError): StoreError {
  const wayOut = 'let them be read and try again, or move it to another place'
  const message = `${error.message}. The run numbers that ${folder} gave out have to be known: ${wayOut}`
  return new StoreError(error.code, message, { cause: error.cause })
}
