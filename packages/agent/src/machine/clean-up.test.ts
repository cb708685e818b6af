import assert from 'node:assert/strict'
import test from 'node:test'
import { Bench, endLine, kinds, sent } from './bench.fixture.ts'

const MINUTE = 60

test('AGT61: an ended proc that nobody deletes is deleted after its time, durably, and the server is told', () => {
  const bench = Bench.ready({ output: 1 }, { keeping: { keepFor: 3600, diskBudget: Infinity } })
  bench.ended('old')
  bench.running('runs')
  bench.after(1)
  assert.deepEqual(kinds(bench.after(50 * MINUTE)), [])
  bench.running('young')
  bench.line(endLine('young', { stop: bench.now.wall }))
  const out = bench.after(11 * MINUTE)
  assert.deepEqual(kinds(out), ['record', 'warn'])
  assert.deepEqual(bench.machine.procIds(), ['old', 'runs', 'young'])
  assert.deepEqual(sent(bench.record(out)), ['ProcDelete old'])
  assert.deepEqual(bench.machine.procIds(), ['runs', 'young'])
})

test('AGT62: beyond the budget the oldest go, but not those that have just ended', () => {
  const bench = Bench.ready(null, { keeping: { keepFor: Infinity, diskBudget: 250 } })
  const captured = { argv: ['/x'], fds: [['stdout', { capture: {} }]] } as const
  for (const id of ['a', 'b', 'c']) {
    bench.running(id, captured)
    bench.line(endLine(id, { stop: bench.now.wall, lengths: new Map([[1, 100]]) }))
    bench.after(1)
  }
  assert.deepEqual(bench.machine.procIds(), ['a', 'b', 'c'])
  bench.record(bench.after(2 * MINUTE))
  assert.deepEqual(bench.machine.procIds(), ['b', 'c'])
  assert.deepEqual(kinds(bench.after(2 * MINUTE)), [])
})

test('AGT63: a clean-up that cannot be recorded leaves the proc, and is tried again', () => {
  const bench = Bench.ready({ output: 1 }, { keeping: { keepFor: 60, diskBudget: Infinity } })
  bench.ended('a')
  const [record] = bench.after(2 * MINUTE)
  assert.ok(record?.do === 'record')
  assert.deepEqual(sent(bench.give({ kind: 'unrecorded', receipt: record.receipt, reason: 'full' })), [])
  assert.deepEqual(kinds(bench.after(MINUTE)), ['record', 'warn'])
})

test('AGT62: of those that ended at the same time, the first asked for goes first', () => {
  const bench = Bench.ready(null, { keeping: { keepFor: Infinity, diskBudget: 250 } })
  const captured = { argv: ['/x'], fds: [['stdout', { capture: {} }]] } as const
  const stop = bench.now.wall
  for (const id of ['c', 'a', 'b']) {
    bench.running(id, captured)
    bench.line(endLine(id, { stop, lengths: new Map([[1, 100]]) }))
  }
  bench.record(bench.after(2 * MINUTE))
  assert.deepEqual(bench.machine.procIds(), ['a', 'b'])
})
