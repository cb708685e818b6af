import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { STATES } from '@apsis/core/run'
import { instant, run, T0, write } from '../conformance/fixture.ts'
import type { RunWrite } from '../port/index.ts'
import { type Applied, type BatchOps, otherOps, runOp, type SqlValue } from '../row/index.ts'
import { Applier } from './applier.ts'
import { commitGroup, type Outcome } from './group.ts'
import { migrate } from './migrate.ts'
import { RUNS_STEPS } from './migrations/steps.ts'
import { packRun, unpackRuns } from './packed-runs.ts'

test('SQLITE40: in a group of batches, one that fails is rolled back alone', () => {
  const { db, commit } = newRuns()
  const one = write(run(1, 'waiting', { jobId: 'only/in/failed' }))
  const failing = ops([one, write(run(2, 'scheduled'))])
  // Nothing can be stored twice under one number; a cursor without a time is refused by the table.
  const broken = { ...failing, cursors: [['j', 'k', Number.NaN] as const] }
  const outcomes = commit([ops([write(run(3, 'scheduled'))]), broken, ops([one])])
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.ok ? outcome.value : outcome.failure.code)),
    [{ firstSeq: 1, nextSeq: 2, conflicts: [] }, 'STORE_FAILED', { firstSeq: 2, nextSeq: 3, conflicts: [] }],
  )
  assert.deepEqual(numbers(db, 'SELECT num FROM runs ORDER BY num'), [1, 3])
  assert.deepEqual(numbers(db, 'SELECT run FROM facts ORDER BY seq'), [3, 1])
  // What the failed batch had put into memory is not taken for stored.
  assert.deepEqual(
    numbers(db, 'SELECT count(*) FROM runs r JOIN job_names j ON j.id = r.job JOIN bounds b ON b.id = r.bound'),
    [1],
  )
})

test('SQLITE41: when the transaction fails, all of its batches fail', () => {
  const { db, commit } = newRuns()
  db.exec(`CREATE TABLE parents (id INTEGER PRIMARY KEY);
    CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER spoil AFTER INSERT ON jobs BEGIN INSERT INTO children VALUES (1); END`)
  const spoiling = { ...ops([]), jobs: [['j', 'h', '{}', 0] as const] }
  const failed = commit([ops([write(run(1, 'running'))]), spoiling])
  assert.deepEqual(
    failed.map((outcome) => outcome.ok),
    [false, false],
  )
  const [again] = commit([ops([write(run(1, 'running'))])])
  assert.deepEqual(again, { ok: true, value: { firstSeq: 1, nextSeq: 2, conflicts: [] } })
  assert.deepEqual(numbers(db, `SELECT value FROM counters WHERE name = 'seq'`), [1])
})

test('SQLITE42: steps of a migration are applied in order and together', () => {
  const db = new DatabaseSync(':memory:')
  const steps = ['CREATE TABLE a (x)', 'ALTER TABLE a ADD COLUMN y', 'INSERT INTO a VALUES (1, 2)']
  migrate(db, steps.slice(0, 1), 'file')
  assert.throws(() => migrate(db, [...steps, 'CREATE TABLE a (x)'], 'file'), /already exists/)
  assert.deepEqual(numbers(db, "SELECT count(*) FROM pragma_table_info('a')"), [1])
  assert.deepEqual(numbers(db, 'SELECT user_version FROM pragma_user_version'), [1])
  migrate(db, steps, 'file')
  migrate(db, steps, 'file')
  assert.deepEqual(numbers(db, 'SELECT x + y FROM a'), [3])
  assert.deepEqual(numbers(db, 'SELECT user_version FROM pragma_user_version'), [3])
})

test('SQLITE43: runs packed for the other thread are unpacked as they were', () => {
  const verdict = { verdict: 'held', reason: 'why', at: T0 } as const
  const writes = [
    ...STATES.map((state, index) => write(run(index + 1, state, { version: index }))),
    write(run(20, 'scheduled'), { instant: instant(20, T0), verdict, meta: { a: 1 }, facts: [] }),
    write(run(21, 'success'), { instant: instant(null, T0, verdict), verdict: { ...verdict, reason: null } }),
  ]
  const runOps = writes.map((one) => runOp(one, one.run.version % 2 === 1))
  const packed: SqlValue[] = []
  for (const op of runOps) packRun(op, packed)
  assert.deepEqual(unpackRuns(packed), runOps)
  assert.throws(() => unpackRuns(packed.slice(1)))
})

function newRuns(): { db: DatabaseSync; commit: (batches: readonly BatchOps[]) => readonly Outcome<Applied>[] } {
  const db = new DatabaseSync(':memory:')
  migrate(db, RUNS_STEPS, 'file')
  const applier = new Applier(db)
  const commit = (batches: readonly BatchOps[]): readonly Outcome<Applied>[] =>
    commitGroup(db, 'file', batches, {
      apply: (batch: BatchOps) => applier.apply(batch),
      mark: () => applier.seq,
      rolledBack: (mark) => applier.rolledBack(mark),
      beforeCommit: () => applier.storeCounters(),
    })
  return { db, commit }
}

function ops(writes: readonly RunWrite[]): BatchOps {
  return { ...otherOps({}), runs: writes.map((one) => runOp(one, false)) }
}

function numbers(db: DatabaseSync, sql: string): readonly number[] {
  return db
    .prepare(sql)
    .all()
    .map((row) => Number(Object.values(row)[0]))
}
