import assert from 'node:assert/strict'
import test from 'node:test'
import { Bench, endLine, kinds, SPEC, startRequest } from './bench.fixture.ts'

test('AGT95: a tick is needed until every proc has ended', () => {
  const bench = Bench.ready({})
  assert.equal(bench.machine.needsTick, false)
  bench.running('a')
  assert.equal(bench.machine.needsTick, true)
  bench.line(endLine('a'))
  assert.equal(bench.machine.needsTick, false)
})

test('AGT95: a tick is needed while an output stream is open', () => {
  const bench = Bench.ready({ output: 1 })
  bench.ended('a')
  bench.ask({ type: 'ProcOutputRequest', proc_id: 'a', fd: 'stdout', start: 0, window: 1 })
  assert.equal(bench.machine.needsTick, true)
  bench.give({ kind: 'disconnected' })
  assert.equal(bench.machine.needsTick, false)
})

test('AGT95: a tick is needed until a withdrawal is recorded', () => {
  const bench = Bench.ready({})
  const [record] = bench.ask(startRequest({ a: SPEC }))
  if (record?.do !== 'record') return assert.fail('no record')
  bench.give({ kind: 'unrecorded', receipt: record.receipt, reason: 'disk full' })
  assert.equal(bench.machine.needsTick, true)
  const again = bench.after(1)
  assert.deepEqual(kinds(again), ['record'])
  bench.record(again)
  assert.equal(bench.machine.needsTick, false)
})

test('AGT95: a tick is needed while a shutdown has a deadline', () => {
  const bench = Bench.ready({})
  bench.ended('a')
  bench.give({ kind: 'shutdown', how: 'idle' })
  assert.equal(bench.machine.needsTick, false)
  bench.give({ kind: 'shutdown', how: 'terminate' })
  assert.equal(bench.machine.needsTick, true)
  bench.after(5)
  assert.equal(bench.machine.needsTick, false)
})
