import type { DatabaseSync } from 'node:sqlite'

/**
 * Reads the first row of each table, and by each index. That takes a millisecond or so however large the database is, and throws where the head of one of
 * them is damaged: what would else be found only when something is due.
 */
export function readFirstRows(db: DatabaseSync): void {
  const found = db
    .prepare(`SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type IN ('table', 'index') AND rootpage > 0`)
    .all()
  for (const { type, name, tbl_name: table, sql } of found) {
    const by = type === 'table' ? 'NOT INDEXED' : `INDEXED BY "${String(name)}"`
    // An index of some rows is used for those only.
    const some = type === 'index' && typeof sql === 'string' ? (/\bWHERE\b[\s\S]*$/i.exec(sql)?.[0] ?? '') : ''
    db.prepare(`SELECT * FROM "${String(table)}" ${by} ${some} LIMIT 1`).get()
  }
}
