// The thread that writes outputs.db: apart from that of runs.db, so that a flood of output delays no start.
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { Appender } from './appender.ts'
import { openWriter } from './connection.ts'
import { readFirstRows } from './first-rows.ts'
import { commitGroup, type Outcome, type Subject } from './group.ts'
import { LogSize } from './log-size.ts'
import { migrate } from './migrate.ts'
import { OUTPUTS_STEPS } from './migrations/steps.ts'
import { OutputRemover } from './output-remover.ts'
import type { Ask, ChunkValues, OutputsWriterMethods } from './protocol.ts'
import { serve } from './serve.ts'
import { vacuumSlice } from './vacuum.ts'
import { takeForWriter, type Writer } from './writer-service.ts'

const CACHE_KIB = 4_096

/** Bytes of one transaction. A larger request has a transaction to itself. */
const HEAVIEST: number = 8 * 1024 * 1024

/** What a piece of output weighs beside its bytes. */
const PIECE_WEIGHT = 512

type Chunks = readonly ChunkValues[]

class OutputsWriter
  implements Writer<OutputsWriterMethods, Chunks, readonly number[]>, Subject<Chunks, readonly number[]>
{
  #path = 'outputs.db'
  #db: DatabaseSync | null = null
  #appender: Appender | null = null
  #logSize: LogSize | null = null
  #remover: OutputRemover | null = null

  path(): string {
    return this.#path
  }

  request(ask: Ask<OutputsWriterMethods>): { readonly request: Chunks; readonly weight: number } | null {
    if (ask.method !== 'append') return null
    const [chunks] = ask.args
    return { request: chunks, weight: chunks.reduce((sum, chunk) => sum + chunk[3].length + PIECE_WEIGHT, 0) }
  }

  commit(requests: readonly Chunks[]): readonly Outcome<readonly number[]>[] {
    const outcomes = commitGroup(this.#opened(this.#db), this.#path, requests, this)
    this.#logSize?.check()
    return outcomes
  }

  call(ask: Ask<OutputsWriterMethods>): unknown {
    switch (ask.method) {
      case 'open':
        return this.#open(...ask.args)
      case 'remove':
        return this.#opened(this.#remover).remove(...ask.args)
      case 'vacuum':
        return vacuumSlice(this.#opened(this.#db))
      case 'close':
        return this.#close()
      case 'append':
        throw new Error('output is taken with its group')
    }
  }

  apply(chunks: Chunks): readonly number[] {
    const appender = this.#opened(this.#appender)
    return chunks.map((chunk) => appender.append(chunk))
  }

  mark(): number {
    return 0
  }

  rolledBack(): void {}

  beforeCommit(): void {}

  #open(folder: string): void {
    this.#path = join(folder, 'outputs.db')
    const db = openWriter(this.#path, CACHE_KIB)
    this.#db = db
    migrate(db, OUTPUTS_STEPS, this.#path)
    readFirstRows(db)
    this.#appender = new Appender(db)
    this.#logSize = new LogSize(db, this.#path)
    this.#remover = new OutputRemover(db)
  }

  #close(): void {
    this.#db?.close()
    this.#db = null
  }

  #opened<Part>(part: Part | null): Part {
    if (part === null) throw new StoreError('STORE_CLOSED', 'outputs.db is not open')
    return part
  }
}

const writer = new OutputsWriter()
serve<OutputsWriterMethods>((asks, answer) => takeForWriter(writer, HEAVIEST, asks, answer))
