import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { BoundTexts, decodeFact, decodeInstant, decodeRun } from '../row/index.ts'
import { openReader } from '../sqlite/connection.ts'
import { failureOf } from '../sqlite/failure.ts'
import { rollBackMigration } from '../sqlite/roll-back.ts'
import { Statements } from '../sqlite/statements.ts'
import { runRows } from '../sqlite/run-pages.ts'
import { type CheckQuery, LEFT_OUTPUTS, OUTPUTS_CHECKS, RUNS_CHECKS } from './check-queries.ts'
import { DATABASES } from './files.ts'
import { versionOf } from './versions.ts'

/** Something about a database. `error`: it is damaged; `notice`: nothing to do. */
export interface Finding {
  readonly severity: 'error' | 'notice'
  readonly file: string
  readonly message: string
}

/** Examples given of each thing that is wrong. */
const EXAMPLES = 5

/** Rows decoded in one go. */
const ROWS = 2_000

/**
 * Looks at all that a data folder holds, and changes nothing, but that it takes back what a migration that was killed left; a server may have it open. `quick` leaves out what reads every page. Between
 * findings it gives `null`, so that the caller can let others have the thread. Throws `StoreError` `STORE_FOLDER` where there is no data folder.
 */
export function* checkFolder(data: string, quick: boolean): Generator<Finding | null> {
  const folder = resolve(data)
  for (const name of DATABASES) {
    if (!existsSync(join(folder, name)))
      throw new StoreError('STORE_FOLDER', `${folder} is no data folder: it has no ${name}`)
  }
  rollBackMigration(folder)
  // Each file by itself: what is wrong with one must not be said of the other.
  let sound = true
  for (const name of DATABASES) {
    try {
      for (const found of checkDatabase(folder, name, quick)) {
        if (found?.severity === 'error') sound = false
        yield found
      }
      if (name === 'outputs.db' && sound) yield* leftOutputs(folder, name)
    } catch (error) {
      sound = false
      yield { severity: 'error', file: name, message: failureOf(error, join(folder, name)).message }
    }
  }
}

function* checkDatabase(folder: string, name: (typeof DATABASES)[number], quick: boolean): Generator<Finding | null> {
  const found = versionOf(folder, name)
  if (found.version !== found.newest) {
    const message = `has version ${found.version}, and this program knows ${found.newest}: run apsisctl migrate first`
    yield { severity: 'error', file: name, message }
    return
  }
  const db = openReader(join(folder, name), 65_536)
  try {
    const read = new Statements(db)
    if (!quick) yield* integrity(db, name)
    // One moment, so that what is written meanwhile does not look like damage.
    db.exec('BEGIN')
    for (const query of name === 'runs.db' ? RUNS_CHECKS : OUTPUTS_CHECKS) {
      yield null
      yield* broken(read, query, name)
    }
    if (name === 'runs.db' && !quick) yield* unreadable(read, name)
    db.exec('COMMIT')
  } finally {
    db.close()
  }
}

function* integrity(db: DatabaseSync, file: string): Generator<Finding | null> {
  for (const row of db.prepare('PRAGMA integrity_check(20)').all()) {
    const said = String(Object.values(row)[0])
    if (said !== 'ok') yield { severity: 'error', file, message: said }
  }
  yield null
}

function* broken(read: Statements, { rule, sql }: CheckQuery, file: string): Generator<Finding> {
  const rows = read.rows(`SELECT * FROM (${sql}) LIMIT ?`, EXAMPLES)
  if (rows.length === 0) return
  const count = read.number(`SELECT count(*) FROM (${sql})`)
  const examples = rows.map(([text]) => String(text)).join('; ')
  yield { severity: 'error', file, message: `not so: ${rule}. ${count} found: ${examples}` }
}

/** Needs both databases, and is asked only where both are sound. */
function* leftOutputs(folder: string, file: string): Generator<Finding> {
  const db = openReader(join(folder, file), 65_536)
  try {
    db.prepare('ATTACH ? AS history').run(join(folder, 'runs.db'))
    const count = new Statements(db).number(`SELECT count(*) FROM (${LEFT_OUTPUTS})`)
    if (count === 0) return
    const message = `${count} outputs of runs that were removed are left; the server takes them away when it next removes runs`
    yield { severity: 'notice', file, message }
  } finally {
    db.close()
  }
}

/** Decodes every run, fact and instant as the server would. */
function* unreadable(read: Statements, file: string): Generator<Finding | null> {
  const bounds = new BoundTexts()
  yield* eachRow(
    file,
    (after) => runRows(read, 'WHERE r.num > ? ORDER BY r.num LIMIT ?', after, ROWS),
    (row) => decodeRun(row, bounds),
  )
  yield* eachRow(
    file,
    (after) =>
      read.rows('SELECT seq, run, time, type, state, text FROM facts WHERE seq > ? ORDER BY seq LIMIT ?', after, ROWS),
    decodeFact,
  )
  const instants =
    'SELECT j.name, i.due, i.key, i.args, i.run, i.verdict, i.reason, i.decided FROM instants i JOIN job_names j ON j.id = i.job'
  for (const [id] of read.rows('SELECT id FROM job_names ORDER BY id')) {
    for (const row of read.rows(`${instants} WHERE i.job = ?`, Number(id))) yield* tried(file, () => decodeInstant(row))
    yield null
  }
}

function* eachRow(
  file: string,
  page: (after: number) => readonly (readonly unknown[])[],
  decode: (row: readonly unknown[]) => unknown,
): Generator<Finding | null> {
  for (let after = -1; ; ) {
    const rows = page(after)
    for (const row of rows) yield* tried(file, () => decode(row))
    if (rows.length < ROWS) return
    after = Number(rows.at(-1)?.[0])
    yield null
  }
}

function* tried(file: string, decode: () => unknown): Generator<Finding> {
  try {
    decode()
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    yield { severity: 'error', file, message: error.message }
  }
}
