import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { MERGE_BELOW, PIECE_MOST } from './outputs.ts'
import type { ChunkValues } from './protocol.ts'

interface Output {
  readonly id: number
  readonly length: number
  /** Where the last piece begins; null when there is none. */
  readonly tail: number | null
}

/** Appends output to `outputs.db`, inside a transaction that the caller began. */
export class Appender {
  readonly #find: StatementSync
  readonly #create: StatementSync
  readonly #extend: StatementSync
  readonly #read: StatementSync
  readonly #insert: StatementSync
  readonly #rewrite: StatementSync

  constructor(db: DatabaseSync) {
    this.#find = db.prepare('SELECT id, length, tail FROM outputs WHERE run = ? AND name = ?')
    this.#create = db.prepare('INSERT INTO outputs (run, name, length, tail) VALUES (?, ?, 0, NULL)')
    this.#extend = db.prepare('UPDATE outputs SET length = ?, tail = ? WHERE id = ?')
    this.#read = db.prepare('SELECT data FROM chunks WHERE output = ? AND start = ?')
    this.#insert = db.prepare('INSERT INTO chunks (output, start, data) VALUES (?, ?, ?)')
    this.#rewrite = db.prepare('UPDATE chunks SET data = ? WHERE output = ? AND start = ?')
  }

  /** Appends what lies beyond the stored length; returns the new length. Throws `StoreError` `STORE_OUTPUT_GAP`. */
  append([run, name, offset, data]: ChunkValues): number {
    const output = this.#found(run, name)
    if (offset > output.length) {
      const where = `output ${JSON.stringify(name)} of r${run}`
      const gap = `${where} has ${output.length} bytes, and more is given from ${offset}`
      throw new StoreError('STORE_OUTPUT_GAP', gap)
    }
    const fresh = data.subarray(output.length - offset)
    if (fresh.length === 0) return output.length
    const length = output.length + fresh.length
    this.#extend.run(length, this.#store(output, fresh), output.id)
    return length
  }

  /** Stores bytes at the end; returns where the last piece begins. */
  #store({ id, length, tail }: Output, fresh: Uint8Array): number {
    let at = 0
    let last = tail ?? 0
    if (tail !== null && length - tail < MERGE_BELOW) {
      at = Math.min(fresh.length, PIECE_MOST - (length - tail))
      this.#rewrite.run(joined(this.#piece(id, tail), fresh.subarray(0, at)), id, tail)
    }
    for (; at < fresh.length; at += PIECE_MOST) {
      last = length + at
      this.#insert.run(id, last, fresh.subarray(at, at + PIECE_MOST))
    }
    return last
  }

  #found(run: number, name: string): Output {
    const row = this.#find.get(run, name)
    if (row === undefined) {
      return { id: Number(this.#create.run(run, name).lastInsertRowid), length: 0, tail: null }
    }
    return {
      id: Number(row['id']),
      length: Number(row['length']),
      tail: row['tail'] === null ? null : Number(row['tail']),
    }
  }

  #piece(output: number, start: number): Uint8Array {
    const data = this.#read.get(output, start)?.['data']
    if (data instanceof Uint8Array) return data
    throw new StoreError('STORE_DAMAGED', `output ${output} has no piece at ${start}`)
  }
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const whole = new Uint8Array(left.length + right.length)
  whole.set(left)
  whole.set(right, left.length)
  return whole
}
