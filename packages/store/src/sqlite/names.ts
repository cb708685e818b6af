import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** Entries kept in memory; beyond them the database is asked. */
const KEPT = 20_000

/** Longer texts are stored once a run: looking for an equal one costs more than it saves. */
const SHARED_LONGEST = 65_536

/** The numbers of job names; a new name gets one. */
export class JobNames {
  readonly #known = new Map<string, number>()
  readonly #find: StatementSync
  readonly #add: StatementSync

  constructor(db: DatabaseSync) {
    this.#find = db.prepare('SELECT id FROM job_names WHERE name = ?')
    this.#add = db.prepare('INSERT INTO job_names (name, folded) VALUES (?, ?)')
  }

  number(name: string): number {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const stored = this.#find.get(name)?.['id']
    const number = Number(stored ?? this.#add.run(name, name.toLowerCase()).lastInsertRowid)
    if (this.#known.size >= KEPT) this.#known.clear()
    this.#known.set(name, number)
    return number
  }

  /** After a rollback: what was numbered in it is not stored. */
  forget(): void {
    this.#known.clear()
  }
}

/** The numbers of texts that runs are bound to. Equal texts share one as long as they are remembered. */
export class BoundNumbers {
  readonly #known = new Map<string, number>()
  readonly #add: StatementSync

  constructor(db: DatabaseSync) {
    this.#add = db.prepare('INSERT INTO bounds (json) VALUES (?)')
  }

  number(text: string): number {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const number = Number(this.#add.run(text).lastInsertRowid)
    if (text.length <= SHARED_LONGEST) {
      // Bounded by count and by text, so that long programs do not fill the memory.
      if (this.#known.size >= KEPT / 20) this.#known.clear()
      this.#known.set(text, number)
    }
    return number
  }

  forget(): void {
    this.#known.clear()
  }
}
