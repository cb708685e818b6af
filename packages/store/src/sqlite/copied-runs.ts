import { relative, resolve } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { RunVersion } from './protocol.ts'
import { inTransaction } from './slice.ts'
import type { Statements } from './statements.ts'

/** Ids are the numbers of runs, JSON texts the path of an archive. */
const KIND = 'copied'

/** Notes which runs may be in an archive and are in the store still, as records of a kind of their own: durable before they are copied, gone with the run. */
export class CopiedRuns {
  readonly #db: DatabaseSync
  readonly #folder: string
  readonly #note: StatementSync
  readonly #forget: StatementSync

  /** `folder`: the data folder. */
  constructor(db: DatabaseSync, folder: string) {
    this.#db = db
    this.#folder = folder
    // Not of one that is gone: nobody would take the note away.
    this.#note = db.prepare(
      `INSERT INTO records (kind, id, json) SELECT '${KIND}', CAST(num AS TEXT), ? FROM runs WHERE num = ?
        ON CONFLICT DO UPDATE SET json = excluded.json`,
    )
    this.#forget = db.prepare(`DELETE FROM records WHERE kind = '${KIND}' AND id = ?`)
  }

  /** Notes that these are to be copied to the archive at `path`, which is absolute. */
  note(path: string, runs: readonly RunVersion[]): void {
    const inside = relative(this.#folder, path)
    // A data folder that is copied elsewhere has its own archives, or none: not those of the folder that it was copied from.
    const archive = JSON.stringify({ archive: inside.startsWith('..') ? path : inside })
    inTransaction(this.#db, () => {
      for (const [run] of runs) this.#note.run(archive, run)
    })
  }

  /** Within the transaction that removes the run. */
  forget(run: number): void {
    this.#forget.run(String(run))
  }
}

/** Which of these runs may be in archives other than the one at `path`: by the absolute path of those. */
export function copiedElsewhere(
  read: Statements,
  folder: string,
  path: string,
  runs: readonly RunVersion[],
): ReadonlyMap<string, readonly RunVersion[]> {
  const found = new Map<string, RunVersion[]>()
  for (const run of runs) {
    const sql = `SELECT json_extract(json, '$.archive') FROM records WHERE kind = '${KIND}' AND id = ?`
    const noted = read.row(sql, String(run[0]))?.[0]
    const archive = typeof noted === 'string' ? resolve(folder, noted) : path
    if (archive === path) continue
    const others = found.get(archive)
    if (others === undefined) found.set(archive, [run])
    else others.push(run)
  }
  return found
}
