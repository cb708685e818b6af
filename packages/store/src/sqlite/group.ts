import type { DatabaseSync } from 'node:sqlite'
import { type Failure, failureOf } from './failure.ts'

/** What is applied in transactions of many requests. */
export interface Subject<Request, Value> {
  apply(request: Request): Value
  /** Something to come back to when what follows is rolled back. */
  mark(): number
  rolledBack(mark: number): void
  /** Called once, after the last request of a transaction. */
  beforeCommit(): void
}

/** What became of one request. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure }

/**
 * Applies requests in one durable transaction, in order. A request that fails is rolled back alone; when the transaction itself
 * fails, all do. Never throws.
 */
export function commitGroup<Request, Value>(
  db: DatabaseSync,
  path: string,
  requests: readonly Request[],
  subject: Subject<Request, Value>,
): readonly Outcome<Value>[] {
  const start = subject.mark()
  try {
    db.exec('BEGIN IMMEDIATE')
    const outcomes = requests.map((request) => applyOne(db, path, request, subject))
    subject.beforeCommit()
    db.exec('COMMIT')
    return outcomes
  } catch (error) {
    rollback(db)
    subject.rolledBack(start)
    const failure = failureOf(error, path)
    return requests.map(() => ({ ok: false, failure }))
  }
}

function applyOne<Request, Value>(
  db: DatabaseSync,
  path: string,
  request: Request,
  subject: Subject<Request, Value>,
): Outcome<Value> {
  const mark = subject.mark()
  db.exec('SAVEPOINT request')
  try {
    const value = subject.apply(request)
    db.exec('RELEASE request')
    return { ok: true, value }
  } catch (error) {
    // A full disk or a read error ends the whole transaction; then nothing in it can be kept.
    if (!db.isTransaction) throw error
    db.exec('ROLLBACK TO request')
    db.exec('RELEASE request')
    subject.rolledBack(mark)
    return { ok: false, failure: failureOf(error, path) }
  }
}

function rollback(db: DatabaseSync): void {
  if (!db.isTransaction) return
  try {
    db.exec('ROLLBACK')
  } catch {
    // A rollback that fails leaves the transaction to be rolled back by the next begin, which then reports the reason.
  }
}
