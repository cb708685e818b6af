// The thread that keeps the store beside its writers: it finds what is due, and writes archives.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { ArchiveWriter } from './archive-writer.ts'
import { openReader } from './connection.ts'
import { copiedElsewhere } from './copied-runs.ts'
import { dueInstants } from './due-instants.ts'
import { dueRuns } from './due-runs.ts'
import type { ArchivedRows, Ask, KeeperMethods, RunsElsewhere, RunVersion } from './protocol.ts'
import { answerWith, serve } from './serve.ts'
import { Statements } from './statements.ts'
import { UsedBounds } from './used-bounds.ts'

const CACHE_KIB = 4_096

/** Runs with output that are looked at together. */
const PAGE = 1_000

class Keeper {
  #folder = '.'
  readonly #databases: DatabaseSync[] = []
  #runs: Statements | null = null
  #outputs: Statements | null = null
  #archive: ArchiveWriter | null = null
  readonly #bounds = new UsedBounds()

  /** The file that failures are said of. */
  path(ask: Ask<KeeperMethods>): string {
    return ask.method === 'archive' ? resolve(this.#folder, ask.args[0]) : join(this.#folder, 'runs.db')
  }

  answer(ask: Ask<KeeperMethods>): unknown {
    switch (ask.method) {
      case 'open':
        return this.#open(...ask.args)
      case 'close':
        return this.#close()
      case 'jobIds':
        return this.#read()
          .rows('SELECT name FROM job_names ORDER BY name')
          .map(([name]) => name)
      case 'due': {
        const read = this.#read()
        return read.consistently(() => dueRuns(read, ...ask.args))
      }
      case 'countFinished': {
        const [before, limit] = ask.args
        const some = 'SELECT 1 FROM runs INDEXED BY runs_changed WHERE outcome IS NOT NULL AND changed < ? LIMIT ?'
        return this.#read().number(`SELECT count(*) FROM (${some})`, before, limit)
      }
      case 'dueInstants': {
        const read = this.#read()
        return read.consistently(() => dueInstants(read, ...ask.args))
      }
      case 'orphans':
        return this.#orphans(...ask.args)
      case 'elsewhere': {
        const [path, runs] = ask.args
        return this.#elsewhere(resolve(this.#folder, path), runs)
      }
      case 'archive': {
        const [path, runs] = ask.args
        return this.#archiveInto(resolve(this.#folder, path), runs)
      }
      case 'markBounds':
        return this.#bounds.mark(this.#read(), ...ask.args)
      case 'unmarkedBounds':
        return this.#bounds.unmarked(this.#read(), ...ask.args)
    }
  }

  #orphans(after: number): { readonly runs: readonly number[]; readonly next: number | null } {
    const outputs =
      this.#outputs?.rows('SELECT DISTINCT run FROM outputs WHERE run > ? ORDER BY run LIMIT ?', after, PAGE) ?? []
    const numbers = outputs.map(([run]) => Number(run))
    // Read after the outputs: a run is there before its first output is.
    const gone = this.#read().rows(
      `SELECT value FROM json_each(?) WHERE value NOT IN (SELECT num FROM runs)
        AND value < (SELECT value FROM counters WHERE name = 'next_run')`,
      JSON.stringify(numbers),
    )
    return { runs: gone.map(([run]) => Number(run)), next: numbers.length < PAGE ? null : (numbers.at(-1) ?? null) }
  }

  #open(folder: string): void {
    this.#folder = folder
    const [runs, outputs] = ['runs.db', 'outputs.db'].map((name) => {
      const db = openReader(join(folder, name), CACHE_KIB)
      this.#databases.push(db)
      return new Statements(db)
    })
    this.#runs = runs ?? null
    this.#outputs = outputs ?? null
  }

  #close(): void {
    this.#archive?.close()
    for (const db of this.#databases.splice(0)) db.close()
  }

  /** A copy that is of an older version is brought to the one of the store, so that what is there needs to go nowhere else. */
  #elsewhere(path: string, runs: readonly RunVersion[]): RunsElsewhere {
    // Fails before anything is noted where this can be no archive: of what is noted of it nothing could be found out later.
    this.#archiveAt(path)
    const there: number[] = []
    const unknown: number[] = []
    for (const [other, some] of copiedElsewhere(this.#read(), this.#folder, path, runs)) {
      // It died before it made the file, or the file is kept at another place by now.
      if (!existsSync(other)) continue
      try {
        const held = this.#archiveAt(other).held(some)
        const refused = new Set(held.length === 0 ? [] : this.#archiveInto(other, held).refused)
        for (const [run] of held) if (!refused.has(run)) there.push(run)
      } catch {
        // Whatever keeps it from being read. They stay, as refused, and those that are in no such archive go on.
        this.#archive?.close()
        this.#archive = null
        unknown.push(...some.map(([run]) => run))
      }
    }
    return { there, unknown }
  }

  /** One that failed is opened anew the next time: the file may have been moved away, and SQLite never writes to one that was. */
  #archiveInto(path: string, runs: readonly RunVersion[]): ArchivedRows {
    try {
      return this.#archiveAt(path).write(runs)
    } catch (error) {
      this.#archive?.close()
      this.#archive = null
      throw error
    }
  }

  /** One archive is open at a time; nobody else can write it meanwhile, but anybody read. */
  #archiveAt(path: string): ArchiveWriter {
    if (this.#archive?.path === path) return this.#archive
    this.#archive?.close()
    this.#archive = null
    if (this.#runs === null || this.#outputs === null) throw new StoreError('STORE_CLOSED', 'the store is not open')
    this.#archive = new ArchiveWriter(path, this.#runs, this.#outputs)
    return this.#archive
  }

  #read(): Statements {
    if (this.#runs === null) throw new StoreError('STORE_CLOSED', 'runs.db is not open')
    return this.#runs
  }
}

const keeper = new Keeper()
serve<KeeperMethods>((asks, answer) => {
  const [ask] = asks
  if (ask !== undefined)
    answerWith(
      ask.id,
      () => keeper.path(ask),
      () => keeper.answer(ask),
      answer,
    )
  return 1
})
