import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { SqlValue } from '../row/index.ts'
import { inTransaction } from './slice.ts'

/** Statements kept prepared; texts differ with the filter, so there are more than a few. */
const KEPT = 200

/** A row as the values of its columns. */
export type Row = readonly SQLOutputValue[]

/** The statements of one connection, prepared on first use. */
export class Statements {
  readonly #db: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  rows(sql: string, ...values: readonly SqlValue[]): readonly Row[] {
    const rows: unknown = this.#statement(sql).all(...values)
    // With `returnArrays`, rows are arrays of values.
    return rows as readonly Row[]
  }

  /** Rows one by one, read as they are taken. */
  each(sql: string, ...values: readonly SqlValue[]): Iterable<Row> {
    const rows: unknown = this.#statement(sql).iterate(...values)
    return rows as Iterable<Row>
  }

  row(sql: string, ...values: readonly SqlValue[]): Row | null {
    return this.rows(sql, ...values)[0] ?? null
  }

  /** The first column of the first row, a number; 0 where there is none. */
  number(sql: string, ...values: readonly SqlValue[]): number {
    return Number(this.row(sql, ...values)?.[0] ?? 0)
  }

  /** Runs `read` on one state of the database. */
  consistently<Value>(read: () => Value): Value {
    return inTransaction(this.#db, read, 'BEGIN')
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    if (this.#prepared.size >= KEPT) this.#prepared.clear()
    const statement = this.#db.prepare(sql, { returnArrays: true })
    this.#prepared.set(sql, statement)
    return statement
  }
}
