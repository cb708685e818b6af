import assert from 'node:assert/strict'
import test from 'node:test'
import type { Command } from './index.ts'
import type { Instruction } from './instruction.ts'
import { Bench, endLine, monitorOf, SPEC, sent, startLine, startRequest } from './bench.fixture.ts'

const OURS = { output: 1, stop: 1 }

function commands(instructions: readonly Instruction[]): readonly Command[] {
  return instructions.flatMap((one) => (one.do === 'command' ? [one.command] : []))
}

test('AGT24: about what is not held', () => {
  const bench = Bench.ready(OURS)
  for (const request of [
    { type: 'ProcResultRequest', proc_id: 'x' },
    { type: 'ProcSignalRequest', proc_id: 'x', signum: 1 },
    { type: 'ProcStopRequest', proc_id: 'x', signum: 1, grace: 1 },
    { type: 'ProcFdDataRequest', proc_id: 'x', fd: '1', start: 0, stop: null },
    { type: 'ProcOutputRequest', proc_id: 'x', fd: '1', start: 0, window: 1 },
    { type: 'ProcDeleteRequest', proc_id: 'x' },
  ] as const) {
    assert.deepEqual(sent(bench.ask(request)), ['ProcUnknown x'], request.type)
  }
  assert.deepEqual(bench.ask({ type: 'ProcOutputAck', proc_id: 'x', fd: '1', offset: 1 }), [])
})

test('AGT25: signals', () => {
  const bench = Bench.ready(OURS)
  bench.running('a')
  assert.deepEqual(commands(bench.ask({ type: 'ProcSignalRequest', proc_id: 'a', signum: 10 })), [
    { what: 'signal', signum: 10 },
  ])
  assert.deepEqual(bench.ask({ type: 'ProcSignalRequest', proc_id: 'a', signum: 0 }), [])
  for (const signum of [-1, 65]) {
    assert.deepEqual(sent(bench.ask({ type: 'ProcSignalRequest', proc_id: 'a', signum })), [
      'error EINVAL: Invalid argument',
    ])
  }
  bench.line(endLine('a'))
  assert.deepEqual(sent(bench.ask({ type: 'ProcSignalRequest', proc_id: 'a', signum: 10 })), ['error no process'])
})

test('AGT25: the answer of the system to a signal', () => {
  const bench = Bench.ready(OURS)
  bench.running('a')
  const request = { type: 'ProcSignalRequest', proc_id: 'a', signum: 10 } as const
  const [out] = bench.ask(request)
  assert.ok(out?.do === 'command')
  const answers = [
    [0, []],
    [3, ['error no process']],
    [1, ['error Operation not permitted (os error 1)']],
  ] as const
  for (const [errno, expected] of answers) {
    assert.deepEqual(
      sent(bench.give({ kind: 'commanded', id: 'a', command: out.command, for: out.for, errno })),
      expected,
    )
  }
})

test('AGT26: stops', () => {
  const bench = Bench.ready(OURS)
  bench.running('a')
  const stop = { type: 'ProcStopRequest', proc_id: 'a', signum: 15, grace: 0.25 } as const
  assert.deepEqual(commands(bench.ask(stop)), [{ what: 'stop', signum: 15, grace: 250 }])
  assert.deepEqual(commands(bench.ask({ ...stop, grace: null })), [{ what: 'stop', signum: 15, grace: null }])
  bench.line(endLine('a'))
  assert.deepEqual(commands(bench.ask(stop)).length, 1)
  bench.give({ kind: 'gone', monitor: monitorOf('a') })
  assert.deepEqual(sent(bench.ask(stop)), ['error no process'])
})

test('AGT27: commands wait for the monitor', () => {
  const bench = Bench.ready(OURS)
  bench.asked('a')
  const signal = { type: 'ProcSignalRequest', proc_id: 'a', signum: 1 } as const
  for (let count = 0; count < 16; count++) assert.deepEqual(bench.ask(signal), [])
  assert.deepEqual(sent(bench.ask(signal)), ['error more than 16 signals wait for a'])
  assert.equal(commands(bench.give({ kind: 'launched', id: 'a', monitor: monitorOf('a') })).length, 16)
})

test('AGT27: commands wait for the launcher, and end with the proc', () => {
  const bench = Bench.ready(OURS)
  bench.running('a')
  bench.running('b')
  bench.give({ kind: 'launcherLost' })
  for (const id of ['a', 'b']) assert.deepEqual(bench.ask({ type: 'ProcSignalRequest', proc_id: id, signum: 1 }), [])
  assert.deepEqual(sent(bench.line(endLine('b'))), ['error no process', 'result b ended'])
  assert.deepEqual(commands(bench.give({ kind: 'launcherReady' })), [{ what: 'signal', signum: 1 }])
})

test('AGT28: an answer lost with the launcher', () => {
  const bench = Bench.ready(OURS)
  bench.running('a')
  const [signal] = bench.ask({ type: 'ProcSignalRequest', proc_id: 'a', signum: 1 })
  const [stop] = bench.ask({ type: 'ProcStopRequest', proc_id: 'a', signum: 15, grace: 1 })
  bench.give({ kind: 'launcherLost' })
  const lost = [signal, stop].map((one) => {
    assert.ok(one?.do === 'command')
    return sent(bench.give({ kind: 'commanded', id: 'a', command: one.command, for: one.for, errno: null }))
  })
  assert.deepEqual(lost, [['error the launcher ended before it answered'], []])
  assert.deepEqual(commands(bench.give({ kind: 'launcherReady' })), [{ what: 'stop', signum: 15, grace: 1000 }])
})

test('AGT29: data by range', () => {
  const bench = Bench.ready(OURS)
  bench.running('a', {
    argv: ['x'],
    fds: [
      ['stdin', { null: {} }],
      ['stdout', { capture: { encoding: 'utf-8' } }],
    ],
  })
  const ask = (fd: string, start: number, stop: number | null): readonly Instruction[] =>
    bench.ask({ type: 'ProcFdDataRequest', proc_id: 'a', fd, start, stop })
  assert.deepEqual(sent(ask('out', 0, null)), ['error bad fd: out'])
  assert.deepEqual(sent(ask('stderr', 0, null)), ['error no fd: 2'])
  assert.deepEqual(sent(ask('0', 0, null)), ['error no fd data'])
  assert.deepEqual(sent(ask('1', -1, null)), ['error bad range: [-1, )'])
  assert.deepEqual(sent(ask('1', 5, 4)), ['error bad range: [5, 4)'])
  const [out] = ask('1', 5, 9)
  assert.ok(out?.do === 'sendFdData')
  assert.deepEqual([out.file, out.encoding, out.request.fd], [{ segment: 1, name: '0.1' }, 'utf-8', '1'])
})

test('AGT30: lists and early results', () => {
  const bench = Bench.ready(OURS)
  for (const id of ['b', 'a']) bench.asked(id)
  assert.deepEqual(sent(bench.ask({ type: 'ProcidListRequest' })), ['ProcidList a b'])
  assert.deepEqual(bench.ask({ type: 'ProcResultRequest', proc_id: 'a' }), [])
  bench.line(startLine('a'))
  assert.deepEqual(sent(bench.ask({ type: 'ProcResultRequest', proc_id: 'a' })), ['result a running'])
})

test('AGT31: nobody is told who is not there, and this host by its ticket', () => {
  const bench = Bench.ready(null)
  assert.deepEqual(bench.running('a'), [])
  assert.deepEqual(bench.line(endLine('a')), [])
  const to = { kind: 'local', ticket: 7 } as const
  const listed = bench.ask({ type: 'ProcidListRequest' }, to)
  assert.deepEqual(listed, [{ do: 'send', to, message: { type: 'ProcidList', proc_ids: ['a'] } }])
  const accepted = bench.record(bench.ask(startRequest({ b: SPEC }), to))
  assert.deepEqual(accepted[0], { do: 'accepted', to })
  bench.give({ kind: 'launched', id: 'b', monitor: monitorOf('b') })
  const [signal] = bench.ask({ type: 'ProcSignalRequest', proc_id: 'b', signum: 1 }, to)
  assert.ok(signal?.do === 'command')
  assert.deepEqual(bench.give({ kind: 'commanded', id: 'b', command: signal.command, for: signal.for, errno: 0 }), [
    { do: 'accepted', to },
  ])
  const deleted = bench.record(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' }, to))
  assert.deepEqual(deleted.at(-1), { do: 'send', to, message: { type: 'ProcDelete', proc_id: 'a' } })
})
