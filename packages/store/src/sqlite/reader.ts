// A thread that reads both databases.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { openReader } from './connection.ts'
import { outputRange } from './output-range.ts'
import type { Ask, ReadBounds, ReaderMethods } from './protocol.ts'
import { readRuns } from './queries.ts'
import { answerWith, serve } from './serve.ts'
import { Statements } from './statements.ts'
import { yieldProcessor } from './yield-processor.ts'
import { Watch } from './watch.ts'

const CACHE_KIB = 4_096

class Readers {
  readonly #databases: DatabaseSync[] = []
  #runs: Statements | null = null
  #outputs: Statements | null = null
  #watch: Watch | null = null
  #path = 'runs.db'

  answer(ask: Ask<ReaderMethods>): unknown {
    switch (ask.method) {
      case 'open':
        return this.#open(...ask.args)
      case 'close':
        return this.#close()
      case 'outputs':
        return this.#output().rows('SELECT name, length FROM outputs WHERE run = ? ORDER BY name', ...ask.args)
      case 'output': {
        const read = this.#output()
        return read.consistently(() => outputRange(read, ...ask.args))
      }
      default: {
        const [read, watch] = this.#run()
        watch.begin()
        return read.consistently(() => readRuns(read, watch, ask))
      }
    }
  }

  path(ask: Ask<ReaderMethods>): string {
    return ask.method === 'outputs' || ask.method === 'output'
      ? this.#path.replace(/runs\.db$/, 'outputs.db')
      : this.#path
  }

  #open(place: string, bounds: ReadBounds): void {
    if (bounds.yields) yieldProcessor()
    const watch = new Watch(bounds)
    // An archive is one file with the tables of both.
    const paths = isArchive(place) ? [place, place] : [join(place, 'runs.db'), join(place, 'outputs.db')]
    this.#path = paths[0] ?? place
    const [runs, outputs] = paths.map((path) => {
      const db = openReader(path, CACHE_KIB)
      this.#databases.push(db)
      watch.serve(db)
      return new Statements(db)
    })
    this.#watch = watch
    this.#runs = runs ?? null
    this.#outputs = outputs ?? null
  }

  #close(): void {
    for (const db of this.#databases.splice(0)) db.close()
  }

  #run(): readonly [Statements, Watch] {
    if (this.#runs === null || this.#watch === null) throw new StoreError('STORE_CLOSED', 'runs.db is not open')
    return [this.#runs, this.#watch]
  }

  #output(): Statements {
    if (this.#outputs === null) throw new StoreError('STORE_CLOSED', 'outputs.db is not open')
    return this.#outputs
  }
}

function isArchive(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isFile() === true
}

const readers = new Readers()
serve<ReaderMethods>((asks, answer) => {
  const [ask] = asks
  if (ask !== undefined)
    answerWith(
      ask.id,
      () => readers.path(ask),
      () => readers.answer(ask),
      answer,
    )
  return 1
})
