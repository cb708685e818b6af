// A thread that reads both databases.
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { openReader } from './connection.ts'
import { outputRange } from './output-range.ts'
import type { Ask, ReaderMethods } from './protocol.ts'
import { readRuns } from './queries.ts'
import { answerWith, serve } from './serve.ts'
import { Statements } from './statements.ts'

const CACHE_KIB = 4_096

class Readers {
  readonly #databases: DatabaseSync[] = []
  #runs: Statements | null = null
  #outputs: Statements | null = null
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
        const read = this.#run()
        return read.consistently(() => readRuns(read, ask))
      }
    }
  }

  path(ask: Ask<ReaderMethods>): string {
    return ask.method === 'outputs' || ask.method === 'output'
      ? this.#path.replace(/runs\.db$/, 'outputs.db')
      : this.#path
  }

  #open(folder: string): void {
    this.#path = join(folder, 'runs.db')
    const [runs, outputs] = ['runs.db', 'outputs.db'].map((name) => {
      const db = openReader(join(folder, name), CACHE_KIB)
      this.#databases.push(db)
      return new Statements(db)
    })
    this.#runs = runs ?? null
    this.#outputs = outputs ?? null
  }

  #close(): void {
    for (const db of this.#databases.splice(0)) db.close()
  }

  #run(): Statements {
    if (this.#runs === null) throw new StoreError('STORE_CLOSED', 'runs.db is not open')
    return this.#runs
  }

  #output(): Statements {
    if (this.#outputs === null) throw new StoreError('STORE_CLOSED', 'outputs.db is not open')
    return this.#outputs
  }
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
