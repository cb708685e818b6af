import assert from 'node:assert/strict'
import test from 'node:test'
import { Bench, endLine, kinds, SPEC, sent, startRequest } from './bench.fixture.ts'

test('AGT40: idling', () => {
  const bench = Bench.ready({})
  bench.ended('a')
  assert.deepEqual(sent(bench.give({ kind: 'shutdown', how: 'idle' })), ['ShutDown idling'])
  assert.deepEqual(bench.give({ kind: 'shutdown', how: 'idle' }), [])
  assert.deepEqual(sent(bench.ask(startRequest({ b: SPEC }))), ['error agent shutting down: idling'])
  const last = bench.record(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' }))
  assert.deepEqual(sent(last), ['ProcDelete a', 'ShutDown done'])
  assert.equal(last.at(-1)?.do, 'finish')
})

test('AGT40: idling with nothing held is done', () => {
  const bench = Bench.ready({})
  assert.deepEqual(sent(bench.give({ kind: 'shutdown', how: 'idle' })), ['ShutDown idling', 'ShutDown done'])
})

test('AGT60: finish is done at once, and signals nothing', () => {
  const bench = Bench.ready({})
  bench.running('a')
  const out = bench.give({ kind: 'shutdown', how: 'finish' })
  assert.deepEqual([kinds(out), sent(out)], [['send', 'finish'], ['ShutDown done']])
  assert.deepEqual(bench.give({ kind: 'shutdown', how: 'finish' }), [])
})

test('AGT41: terminate, in order', () => {
  const bench = Bench.ready({})
  bench.running('a')
  const [stop, ...none] = bench.give({ kind: 'shutdown', how: 'terminate' })
  assert.deepEqual([stop?.do === 'command' && stop.command, none], [{ what: 'stop', signum: 15, grace: 60_000 }, []])
  assert.equal(bench.machine.shutdownState, 'active')
  assert.deepEqual(kinds(bench.ask(startRequest({ b: SPEC }))), ['record'])
  assert.deepEqual(bench.after(59), [])
  const killed = bench.after(1)
  assert.deepEqual(
    killed.map((one) => one.do === 'command' && one.command),
    [{ what: 'stop', signum: 9, grace: 0 }],
  )
  assert.deepEqual(bench.after(4), [])
  assert.deepEqual(sent(bench.after(1)), ['ShutDown done'])
})

test('AGT41: terminate goes on when nothing runs, and ends when nothing is held', () => {
  const bench = Bench.ready({})
  bench.running('a')
  bench.give({ kind: 'shutdown', how: 'terminate' })
  assert.deepEqual(sent(bench.line(endLine('a'))), ['result a ended'])
  assert.deepEqual(sent(bench.record(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' }))), [
    'ProcDelete a',
    'ShutDown done',
  ])
  assert.deepEqual(sent(Bench.ready({}).give({ kind: 'shutdown', how: 'terminate' })), ['ShutDown done'])
})

test('AGT42: kill, and hastening', () => {
  for (const hows of [['kill'], ['terminate', 'terminate'], ['terminate', 'kill'], ['idle', 'kill']] as const) {
    const bench = Bench.ready({})
    bench.running('a')
    const out = hows.flatMap((how) => bench.give({ kind: 'shutdown', how })).at(-1)
    assert.deepEqual(out?.do === 'command' && out.command, { what: 'stop', signum: 9, grace: 0 })
    assert.deepEqual(sent(bench.give({ kind: 'shutdown', how: 'terminate' })), ['ShutDown done'])
    assert.deepEqual(bench.give({ kind: 'shutdown', how: 'kill' }), [])
  }
})

test('AGT43: the state that is told', () => {
  const bench = Bench.ready({})
  bench.running('a')
  assert.deepEqual(sent(bench.give({ kind: 'shutdown', how: 'idle' })), ['ShutDown idling'])
  bench.give({ kind: 'shutdown', how: 'terminate' })
  assert.equal(bench.machine.shutdownState, 'idling')
  bench.line(endLine('a'))
  const last = bench.after(5)
  assert.deepEqual(kinds(last), ['send', 'finish'])
  assert.equal(bench.machine.shutdownState, 'done')
})
