import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { openReader } from '../sqlite/connection.ts'
import { rollBackMigration } from '../sqlite/roll-back.ts'
import { onFile } from '../sqlite/failure.ts'
import { OUTPUTS_STEPS, RUNS_STEPS } from '../sqlite/migrations/steps.ts'
import { INSTANT_RULES } from './instant-rules.ts'
import { LOG_RULES } from './log-rules.ts'
import type { AuditRule, Span } from './rule.ts'
import { RUN_RULES } from './run-rules.ts'

/** Every rule, in the order of the invariants. */
export const AUDIT_RULES: readonly AuditRule[] = [...INSTANT_RULES, ...RUN_RULES, ...LOG_RULES]

/** Violations of a rule that are told; the rest is counted. */
const TOLD = 20
/** Runs, facts or outputs of one statement: each is short beside a running server's checkpoints. */
const SLICE = 20_000
const CACHE_KIB = 16_384
const BUSY = 5

/** The highest number of each span, for the slices. */
const NEWEST: Readonly<Record<Exclude<Span, 'whole'>, string>> = {
  runs: 'SELECT max(coalesce((SELECT max(num) FROM runs), 0), coalesce((SELECT max(run) FROM facts), 0), coalesce((SELECT max(run) FROM instants), 0)) AS n',
  facts: 'SELECT coalesce(max(seq), 0) AS n FROM facts',
  outputs: 'SELECT coalesce(max(id), 0) AS n FROM outputs',
}

export interface AuditOptions {
  /** The data folder. */
  readonly folder: string
  /** The time now, ms of the epoch. */
  readonly now: number
  /** Time within which a due instant has to have its verdict, ms. */
  readonly bound: number
}

/** What became of one rule. */
export interface AuditFinding {
  readonly rule: AuditRule
  readonly total: number
  /** The first of them. */
  readonly violations: readonly { readonly of: string; readonly wrong: string }[]
}

export interface AuditReport {
  /** Whether a server has the folder open. */
  readonly running: boolean
  /** The time that instants are judged by: now beside a running server, else of the newest fact, since nobody decides while none runs. */
  readonly asOf: number
  readonly findings: readonly AuditFinding[]
}

/**
 * Checks every rule on the store in a folder, beside a running server or without one, and changes nothing. Synchronous: for a process of its own.
 * Throws `StoreError`: `STORE_FOLDER` where there is no store, `STORE_VERSION` where it is of another version, `STORE_DAMAGED` where it cannot be read.
 */
export function auditFolder({ folder, now, bound }: AuditOptions): AuditReport {
  rollBackMigration(resolve(folder))
  const runs = openDatabase(resolve(folder), 'runs.db', RUNS_STEPS.length)
  try {
    const outputs = openDatabase(resolve(folder), 'outputs.db', OUTPUTS_STEPS.length)
    try {
      const running = isOpen(resolve(folder))
      const asOf = running
        ? now
        : number(runs, 'SELECT coalesce((SELECT time FROM facts ORDER BY seq DESC LIMIT 1), 0) AS n')
      const decidedBefore = asOf - bound
      const databases = { runs, outputs }
      for (const name of ['runs', 'outputs'] as const) {
        const path = join(resolve(folder), `${name}.db`)
        onFile(path, () => checkPages(databases[name], path))
      }
      return {
        running,
        asOf,
        findings: AUDIT_RULES.map((rule) =>
          onFile(join(resolve(folder), `${rule.database}.db`), () =>
            findingOf(databases[rule.database], rule, decidedBefore),
          ),
        ),
      }
    } finally {
      outputs.close()
    }
  } finally {
    runs.close()
  }
}

/** Refuses a file that is not sound: rules that look at the rest of it would hold, which says nothing. Table by table, so that each statement is as short as it can be. */
function checkPages(db: DatabaseSync, path: string): void {
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name`).all()
  for (const { name } of tables) {
    const table = String(name).replaceAll("'", "''")
    const said = Object.values(db.prepare(`PRAGMA quick_check('${table}')`).get() ?? {})[0]
    if (said === 'ok') continue
    const wayOut = 'apsisctl check-db says more; put back a copy (apsisctl restore)'
    throw new StoreError(
      'STORE_DAMAGED',
      `${path} is damaged (${String(name)}: ${String(said).replaceAll('\n', ' ')}). ${wayOut}`,
    )
  }
}

function findingOf(db: DatabaseSync, rule: AuditRule, decidedBefore: number): AuditFinding {
  const statement = db.prepare(rule.sql)
  const given = rule.sql.includes('$decidedBefore') ? { $decidedBefore: decidedBefore } : {}
  const newest = rule.over === 'whole' ? 0 : number(db, NEWEST[rule.over])
  const violations: { of: string; wrong: string }[] = []
  let total = 0
  for (let from = rule.over === 'whole' ? -1 : 0; from < newest; from += SLICE) {
    const slice = rule.over === 'whole' ? {} : { $from: from, $to: from + SLICE }
    for (const row of statement.iterate({ ...given, ...slice })) {
      const [of, wrong] = Object.values(row)
      if (++total <= TOLD) violations.push({ of: String(of), wrong: String(wrong) })
    }
  }
  return { rule, total, violations }
}

function openDatabase(folder: string, name: string, version: number): DatabaseSync {
  const path = join(folder, name)
  if (!existsSync(path)) throw new StoreError('STORE_FOLDER', `${folder} is no data folder: it has no ${name}`)
  const db = onFile(path, () => openReader(path, CACHE_KIB))
  const found = onFile(path, () => number(db, 'SELECT user_version AS n FROM pragma_user_version'))
  if (found === version) return db
  db.close()
  const what = found < version ? 'start this server on it once' : 'take the apsisctl of the server that wrote it'
  throw new StoreError('STORE_VERSION', `${path} has version ${found}, this audit knows ${version}: ${what}`)
}

/** Whether a server has the folder: it holds the lock as long as it lives. */
function isOpen(folder: string): boolean {
  const path = join(folder, 'lock.db')
  if (!existsSync(path)) return false
  const lock = new DatabaseSync(path, { readOnly: true, timeout: 0 })
  try {
    lock.prepare('SELECT count(*) FROM sqlite_schema').get()
    return false
  } catch (error) {
    if (
      error instanceof Error &&
      'errcode' in error &&
      typeof error.errcode === 'number' &&
      (error.errcode & 0xff) === BUSY
    )
      return true
    throw error
  } finally {
    lock.close()
  }
}

function number(db: DatabaseSync, sql: string): number {
  return Number(db.prepare(sql).get()?.['n'])
}
