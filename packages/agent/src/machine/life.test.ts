import assert from 'node:assert/strict'
import test from 'node:test'
import { Bench, endLine, kinds, monitorOf, SPEC, sent, startLine, startRequest } from './bench.fixture.ts'
import { journalText, parseJournalLine } from './journal.ts'
import type { Ended } from './proc.ts'

function ended(bench: Bench, id: string): Ended {
  const proc = bench.machine.proc(id)
  assert.ok(proc?.state === 'ended')
  return proc
}

test('AGT11: records make it running and ended, each announced once', () => {
  const bench = Bench.ready({ output: 1 })
  assert.deepEqual(sent(bench.running('a')), ['result a running'])
  assert.deepEqual(bench.line(startLine('a')), [])
  assert.deepEqual(sent(bench.line(endLine('a'))), ['result a ended'])
  assert.deepEqual(bench.line(endLine('a', { status: 256 })), [])
  assert.equal(ended(bench, 'a').end.status, 0)
})

test('AGT12: an end without a start is announced as both', () => {
  const bench = Bench.ready({ output: 1 })
  bench.asked('a')
  assert.deepEqual(sent(bench.line(endLine('a'))), ['result a asked', 'result a ended'])
})

test('AGT13: no monitor', () => {
  const bench = Bench.ready({ output: 1 })
  bench.asked('a')
  const error = { stage: 'fork', fd: null, errno: 11, text: '' }
  const out = bench.give({ kind: 'launchFailed', id: 'a', error })
  assert.deepEqual(kinds(out), ['record'])
  assert.deepEqual(sent(bench.record(out)), ['result a asked', 'result a ended'])
  assert.deepEqual(
    [ended(bench, 'a').end.errors, ended(bench, 'a').end.status],
    [['fork failed: Resource temporarily unavailable (os error 11)'], 16128],
  )
})

test('AGT96: nobody is told that a proc will not run before that is durable', () => {
  for (const how of ['launchFailed', 'gone'] as const) {
    const bench = Bench.ready({ output: 1 })
    bench.asked('a')
    bench.give({ kind: 'launched', id: 'a', monitor: monitorOf('a') })
    const error = { stage: 'fork', fd: null, errno: 11, text: '' }
    const [record, ...more] = bench.give(
      how === 'gone' ? { kind: 'gone', monitor: monitorOf('a') } : { kind: 'launchFailed', id: 'a', error },
    )
    assert.ok(record?.do === 'record' && record.lines[0]?.t === 'lost')
    assert.deepEqual(more, [])
    // A launcher that comes meanwhile is not asked for it.
    assert.deepEqual(kinds(bench.give({ kind: 'launcherReady' })), [])
    bench.give({ kind: 'unrecorded', receipt: record.receipt, reason: 'full' })
    assert.ok(bench.machine.needsTick)
    const [again] = bench.give({ kind: 'tick' })
    assert.ok(again?.do === 'record')
    assert.deepEqual(again.lines, record.lines)
    assert.deepEqual(bench.give({ kind: 'tick' }), [])
    const out = bench.give({ kind: 'recorded', receipt: again.receipt })
    assert.deepEqual(sent(out), ['result a asked', 'result a ended'])
    assert.deepEqual(bench.give({ kind: 'recorded', receipt: again.receipt }), [])
  }
})

test('AGT88: a signal before the program', () => {
  const steps = [{ stage: 'start', fd: null, errno: 4, text: 'Interrupted system call' }]
  const bench = Bench.ready({ output: 1 })
  for (const [id, status] of [
    ['new', 15],
    ['old', null],
  ] as const) {
    bench.running(id)
    bench.line(endLine(id, { status, errors: steps }))
  }
  const end = (id: string) => [ended(bench, id).end.status, ended(bench, id).end.errors, ended(bench, id).end.steps]
  assert.deepEqual(end('new'), [15, [], steps])
  assert.deepEqual(end('old'), [
    16128,
    ['start failed: killed before it started, by a stop or perhaps by its memory limit'],
    steps,
  ])
  const output = { stage: 'output', fd: 1, errno: 27, text: 'File too large' }
  bench.running('more')
  bench.line(endLine('more', { status: 15, errors: [...steps, output] }))
  assert.deepEqual(end('more').slice(0, 2), [15, ['output failed: File too large (os error 27)']])
})

test('AGT14: a monitor that is gone without an end', () => {
  const bench = Bench.ready({ output: 1 })
  bench.running('a')
  const out = bench.give({ kind: 'gone', monitor: monitorOf('a') })
  assert.deepEqual(kinds(out), ['record', 'sendResult'])
  const { end } = ended(bench, 'a')
  assert.deepEqual([end.errors, end.status], [['lost: its monitor was killed'], 9])
  assert.deepEqual(bench.give({ kind: 'gone', monitor: monitorOf('a') }), [])

  bench.ended('b')
  assert.deepEqual(bench.give({ kind: 'gone', monitor: monitorOf('b') }), [])
  assert.deepEqual(ended(bench, 'b').end.errors, [])
})

test('AGT86: what a killed monitor was to kill is ended first, and recorded', () => {
  const cgroups = ['/group/procstar-1']
  const tree = { left: 2, killed: 2, empty: true, proof: 'cgroup' }
  for (const orphans of ['kill', 'keep', 'wait'] as const)
    for (const found of [tree, null]) {
      const bench = Bench.ready({ output: 1 })
      const monitor = monitorOf('a')
      bench.asked('a', { ...SPEC, orphans })
      bench.give({ kind: 'launched', id: 'a', monitor })
      bench.line({ ...startLine('a'), cgroups })
      assert.deepEqual([...bench.machine.heldCgroups()], orphans === 'kill' ? cgroups : [])
      const out = bench.give({ kind: 'gone', monitor })
      if (orphans !== 'kill') {
        assert.deepEqual(kinds(out), ['record', 'sendResult'])
        continue
      }
      assert.deepEqual(out, [{ do: 'endCgroups', id: 'a', monitor, cgroups }])
      const other = { pid: 1, start: 1 }
      assert.deepEqual(bench.give({ kind: 'cgroupsEnded', id: 'a', monitor: other, tree }), [])
      const [record, ...rest] = bench.give({ kind: 'cgroupsEnded', id: 'a', monitor, tree: found })
      assert.deepEqual(kinds(rest), ['sendResult'])
      assert.ok(record?.do === 'record' && record.lines[0]?.t === 'lost')
      assert.deepEqual(parseJournalLine(journalText(record.lines[0])), record.lines[0])
      assert.deepEqual([ended(bench, 'a').end.tree, ended(bench, 'a').end.status], [found ?? undefined, 9])
      assert.deepEqual(bench.give({ kind: 'cgroupsEnded', id: 'a', monitor, tree }), [])
      assert.equal(bench.machine.heldCgroups().size, 0)
    }
})

test('AGT15: held until deleted', () => {
  const bench = Bench.ready({ output: 1 })
  bench.asked('a')
  assert.deepEqual(sent(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' })), ['error process running: a'])
  bench.line(startLine('a'))
  assert.deepEqual(sent(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' })), ['error process running: a'])
  bench.line(endLine('a'))
  bench.give({ kind: 'disconnected' })
  assert.deepEqual(bench.machine.procIds(), ['a'])
})

test('AGT16: a deletion is recorded first', () => {
  const bench = Bench.ready({ output: 1 })
  bench.ended('a')
  const [record, ...none] = bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' })
  assert.ok(record?.do === 'record')
  assert.deepEqual([record.lines, none], [[{ t: 'deleted', id: 'a' }], []])
  assert.deepEqual(bench.machine.procIds(), ['a'])
  const failed = bench.give({ kind: 'unrecorded', receipt: record.receipt, reason: 'disk full' })
  assert.deepEqual(sent(failed), ['error cannot record the deletion: disk full'])
  assert.deepEqual(bench.machine.procIds(), ['a'])
  assert.deepEqual(sent(bench.record(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' }))), ['ProcDelete a'])
  assert.deepEqual(bench.machine.procIds(), [])
})

test('AGT17: outputs and segments go with their procs', () => {
  const bench = Bench.ready({ output: 1 })
  bench.ended('a')
  bench.ended('b')
  assert.deepEqual(bench.give({ kind: 'rotated', current: 2 }), [])
  const first = bench.record(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'b' }))
  assert.deepEqual(first[0], { do: 'erase', files: [{ segment: 1, name: '1.1' }] })
  assert.deepEqual(kinds(first), ['erase', 'send'])
  const last = bench.record(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' }))
  assert.deepEqual(kinds(last), ['erase', 'removeSegment', 'send'])
  const [record] = bench.ask(startRequest({ c: SPEC }))
  assert.equal(record?.do === 'record' && record.segment, 2)
})

test('AGT17: an output that is known to be empty has no file', () => {
  const bench = Bench.ready({ output: 1 })
  for (const [id, length] of [
    ['a', 0],
    ['b', 1],
  ] as const) {
    bench.running(id)
    bench.line(endLine(id, { lengths: new Map([[1, length]]) }))
  }
  const erased = (id: string) => kinds(bench.record(bench.ask({ type: 'ProcDeleteRequest', proc_id: id })))
  assert.deepEqual(erased('a'), ['send'])
  assert.deepEqual(erased('b'), ['erase', 'send'])
})

test('AGT18: a second delete', () => {
  for (const [extensions, answer] of [
    [{ output: 1 }, ['ProcUnknown a']],
    [{}, []],
  ] as const) {
    const bench = Bench.ready(extensions)
    bench.ended('a')
    const first = bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' })
    assert.deepEqual(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' }), [])
    assert.deepEqual(sent(bench.record(first)), ['ProcDelete a'])
    assert.deepEqual(sent(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' })), answer)
    bench.give({ kind: 'connected', extensions })
    assert.deepEqual(sent(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' })), ['ProcUnknown a'])
  }
})
