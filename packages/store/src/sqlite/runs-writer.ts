// The thread that writes runs.db.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import type { Applied, BatchOps, RunOp } from '../row/index.ts'
import { Applier } from './applier.ts'
import { openWriter } from './connection.ts'
import { CopiedRuns } from './copied-runs.ts'
import { readFirstRows } from './first-rows.ts'
import { commitGroup, type Outcome, type Subject } from './group.ts'
import { lockFolder } from './lock.ts'
import { LogSize } from './log-size.ts'
import { migrate, outdated, type Versions } from './migrate.ts'
import { RUNS_STEPS } from './migrations/steps.ts'
import { newestRunWithOutput } from './outputs.ts'
import { RunRemover } from './run-remover.ts'
import { unpackRuns } from './packed-runs.ts'
import type { Ask, RunsWriterMethods } from './protocol.ts'
import { serve } from './serve.ts'
import { vacuumSlice } from './vacuum.ts'
import { takeForWriter, type Writer } from './writer-service.ts'

const CACHE_KIB = 16_384

/** Runs, withdrawals and the like of one transaction. A larger batch has a transaction to itself. */
const HEAVIEST = 20_000

class RunsWriter implements Writer<RunsWriterMethods, BatchOps, Applied>, Subject<BatchOps, Applied> {
  #path = 'runs.db'
  #lock: DatabaseSync | null = null
  /** The newest run that has output, when the folder was opened. */
  #newestOutput = 0
  #db: DatabaseSync | null = null
  #applier: Applier | null = null
  #logSize: LogSize | null = null
  #remover: RunRemover | null = null
  #copied: CopiedRuns | null = null
  readonly #parts: RunOp[] = []

  path(): string {
    return this.#path
  }

  request(ask: Ask<RunsWriterMethods>): { readonly request: BatchOps; readonly weight: number } | null {
    if (ask.method !== 'commit') return null
    const [packed, others] = ask.args
    const last = unpackRuns(packed)
    const runs = this.#parts.length === 0 ? last : [...this.#parts.splice(0), ...last]
    const weight = 1 + runs.length + others.withdrawals.length + others.instants.length
    return { request: { ...others, runs }, weight }
  }

  commit(requests: readonly BatchOps[]): readonly Outcome<Applied>[] {
    const outcomes = commitGroup(this.#opened(this.#db), this.#path, requests, this)
    this.#logSize?.check()
    return outcomes
  }

  call(ask: Ask<RunsWriterMethods>): unknown {
    switch (ask.method) {
      case 'open':
        return this.#open(...ask.args)
      case 'migrate':
        return this.#ready(this.#opened(this.#db))
      case 'outputsMade':
        this.#opened(this.#db).exec(`INSERT OR IGNORE INTO counters (name, value) VALUES ('outputs_made', 1)`)
        return null
      case 'part':
        this.#parts.push(...unpackRuns(ask.args[0]))
        return null
      case 'dropParts':
        this.#parts.length = 0
        return null
      case 'copying':
        return this.#opened(this.#copied).note(...ask.args)
      case 'remove':
        return this.#opened(this.#remover).remove(...ask.args)
      case 'removeInstants':
        return this.#opened(this.#remover).removeInstants(...ask.args)
      case 'freshBounds':
        this.#opened(this.#applier).freshBounds()
        return this.#opened(this.#remover).newestBound()
      case 'removeBounds':
        return this.#opened(this.#remover).removeBounds(...ask.args)
      case 'vacuum':
        return vacuumSlice(this.#opened(this.#db))
      case 'close':
        return this.#close()
      case 'commit':
        throw new Error('a commit is taken with its group')
    }
  }

  apply(ops: BatchOps): Applied {
    return this.#opened(this.#applier).apply(ops)
  }

  mark(): number {
    return this.#opened(this.#applier).seq
  }

  rolledBack(mark: number): void {
    this.#applier?.rolledBack(mark)
  }

  beforeCommit(): void {
    this.#applier?.storeCounters()
  }

  #open(folder: string): Versions | null {
    this.#path = join(folder, 'lock.db')
    this.#lock = lockFolder(folder)
    try {
      return this.#openRuns(folder)
    } catch (error) {
      this.#close()
      throw error
    }
  }

  #openRuns(folder: string): Versions | null {
    this.#path = join(folder, 'outputs.db')
    const newestOutput = newestRunWithOutput(this.#path)
    this.#path = join(folder, 'runs.db')
    const isNew = !hasTables(this.#path)
    if (isNew && newestOutput > 0) {
      const missing = `${this.#path} is missing or empty, but outputs.db beside it has outputs of runs`
      throw new StoreError('STORE_DAMAGED', `${missing}. Put runs.db back, or move outputs.db away to start anew`)
    }
    if (!isNew && !existsSync(join(folder, 'outputs.db')) && hadOutputs(this.#path)) {
      const missing = `${join(folder, 'outputs.db')} is missing, but runs.db beside it had one`
      const wayOut = 'Put it back, or make an empty file of that name to go on without the output of past runs'
      throw new StoreError('STORE_DAMAGED', `${missing}. ${wayOut}`)
    }
    const db = openWriter(this.#path, CACHE_KIB)
    this.#db = db
    this.#newestOutput = newestOutput
    const old = outdated(db, RUNS_STEPS, this.#path)
    if (old === null) this.#ready(db)
    return old
  }

  /** Brings it to the newest version where it is not there yet, and makes ready what writes it. */
  #ready(db: DatabaseSync): void {
    migrate(db, RUNS_STEPS, this.#path)
    readFirstRows(db)
    const applier = new Applier(db)
    this.#applier = applier
    this.#logSize = new LogSize(db, this.#path)
    this.#copied = new CopiedRuns(db, dirname(this.#path))
    this.#remover = new RunRemover(db, applier, this.#copied)
    // A runs.db put back from an older copy must not give its outputs to other runs.
    applier.reserveRuns(this.#newestOutput + 1)
  }

  #close(): void {
    this.#db?.close()
    this.#db = null
    this.#lock?.close()
    this.#lock = null
  }

  #opened<Part>(part: Part | null): Part {
    if (part === null) throw new StoreError('STORE_CLOSED', 'runs.db is not open')
    return part
  }
}

function hasTables(path: string): boolean {
  if (!existsSync(path)) return false
  const db = new DatabaseSync(path)
  try {
    return db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined
  } finally {
    db.close()
  }
}

/** Whether an `outputs.db` was there when the folder was last open. */
function hadOutputs(path: string): boolean {
  const db = new DatabaseSync(path)
  try {
    const made = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'counters'`).get()
    return made !== undefined && db.prepare(`SELECT 1 FROM counters WHERE name = 'outputs_made'`).get() !== undefined
  } finally {
    db.close()
  }
}

const writer = new RunsWriter()
serve<RunsWriterMethods>((asks, answer) => takeForWriter(writer, HEAVIEST, asks, answer))
