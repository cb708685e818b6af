import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** Bytes of the longest stored piece: a read of a few bytes loads no more than this. */
export const PIECE_MOST: number = 256 * 1024

/** A last piece that is shorter than this is rewritten with what is appended, so that many short writes are no rows of their own. */
export const MERGE_BELOW = 4_096

/** The highest number of a run that has output; 0 where there is none, or no such file yet. */
export function newestRunWithOutput(path: string): number {
  if (!existsSync(path)) return 0
  const db = new DatabaseSync(path)
  try {
    const made = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'outputs'`).get()
    if (made === undefined) return 0
    return Number(db.prepare('SELECT max(run) AS newest FROM outputs').get()?.['newest'] ?? 0)
  } finally {
    db.close()
  }
}
