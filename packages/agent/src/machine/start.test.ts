import assert from 'node:assert/strict'
import test from 'node:test'
import type { ProcSpec } from '@apsis/wire/spec'
import { Bench, NO_CGROUP, endLine, kinds, SPEC, sent, startLine, startRequest } from './bench.fixture.ts'

const OURS = { output: 1 }

test('AGT1: a start is recorded, then the launcher is asked', () => {
  const bench = Bench.ready(OURS)
  const first = bench.ask(startRequest({ a: SPEC }))
  assert.deepEqual(kinds(first), ['record'])
  const [record] = first
  assert.ok(record?.do === 'record')
  assert.deepEqual(record.lines, [{ t: 'asked', id: 'a', n: 0, wall: bench.now.wall, spec: SPEC }])
  const then = bench.give({ kind: 'recorded', receipt: record.receipt })
  assert.deepEqual(kinds(then), ['launch'])
  assert.deepEqual(bench.machine.procIds(), ['a'])
})

const REFUSED: readonly (readonly [string, Record<string, ProcSpec>, string])[] = [
  ['no argv', { a: SPEC, b: { argv: [] } }, 'empty argv: b'],
  ['fd names', { a: { argv: ['x'], fds: [['foo', 'close']] } }, 'bad fd: foo'],
  [
    'the same fd twice',
    {
      a: {
        argv: ['x'],
        fds: [
          ['1', 'close'],
          ['stdout', 'close'],
        ],
      },
    },
    'duplicate fd: stdout',
  ],
  ['an id without text', { '': SPEC }, 'bad proc id: 0 bytes, expected 1 to 255'],
]

test('AGT2: a request is refused whole', () => {
  for (const [what, specs, text] of REFUSED) {
    const bench = Bench.ready(OURS)
    const out = bench.ask(startRequest(specs))
    assert.deepEqual([kinds(out), sent(out)], [['send'], [`error ${text}`]], what)
    assert.deepEqual(bench.machine.procIds(), [], what)
  }
  const few = Bench.ready(OURS, { mostProcs: 2 })
  few.asked('a')
  assert.deepEqual(sent(few.ask(startRequest({ b: SPEC, c: SPEC }))), ['error too many procs: 1 held, at most 2'])
})

test('AGT2: the order of refusals is id, content, shutdown state', () => {
  const bench = Bench.ready({})
  bench.running('a')
  bench.give({ kind: 'shutdown', how: 'idle' })
  assert.deepEqual(sent(bench.ask(startRequest({ a: { argv: [] } }))), ['error duplicate proc id: a'])
  assert.deepEqual(sent(bench.ask(startRequest({ b: { argv: [] } }))), ['error empty argv: b'])
  assert.deepEqual(sent(bench.ask(startRequest({ b: SPEC }))), ['error agent shutting down: idling'])
})

test('AGT3: a repeated start is told how the proc is, and starts nothing', () => {
  const bench = Bench.ready(OURS)
  bench.ask(startRequest({ a: SPEC }))
  assert.deepEqual(bench.ask(startRequest({ a: SPEC })), [])
  bench.running('b')
  assert.deepEqual(sent(bench.ask(startRequest({ b: SPEC }))), ['result b running'])
  bench.line(endLine('b'))
  const mixed = bench.ask(startRequest({ b: SPEC, c: SPEC }))
  assert.deepEqual([kinds(mixed), sent(mixed)], [['sendResult', 'record'], ['result b ended']])
  bench.give({ kind: 'shutdown', how: 'idle' })
  assert.deepEqual(sent(bench.ask(startRequest({ b: SPEC }))), ['result b ended'])
})

test('AGT4: to an existing server a known id is a duplicate', () => {
  const bench = Bench.ready({})
  bench.running('a')
  const out = bench.ask(startRequest({ a: SPEC, b: SPEC }))
  assert.deepEqual(sent(out), ['error duplicate proc id: a'])
  assert.deepEqual(bench.machine.procIds(), ['a'])
})

test('AGT5: what cannot be recorded is refused and withdrawn', () => {
  const bench = Bench.ready(OURS)
  const [record] = bench.ask(startRequest({ a: SPEC, b: SPEC }))
  assert.ok(record?.do === 'record')
  const out = bench.give({ kind: 'unrecorded', receipt: record.receipt, reason: 'disk full' })
  assert.deepEqual(sent(out), [])
  assert.deepEqual(bench.machine.procIds(), ['a', 'b'])
  assert.match(
    sent(bench.ask(startRequest({ c: SPEC })))[0] ?? '',
    /^error cannot record the request: an earlier failure/,
  )

  const [again] = bench.after(1)
  assert.ok(again?.do === 'record')
  assert.deepEqual(again.lines, [
    { t: 'deleted', id: 'a' },
    { t: 'deleted', id: 'b' },
  ])
  bench.give({ kind: 'unrecorded', receipt: again.receipt, reason: 'disk full' })
  const [third] = bench.after(1)
  assert.ok(third?.do === 'record')
  const refused = bench.give({ kind: 'recorded', receipt: third.receipt })
  assert.deepEqual(sent(refused), ['error cannot record the request: disk full'])
  assert.deepEqual(bench.machine.procIds(), [])
  assert.deepEqual(bench.after(1), [])
  assert.deepEqual(kinds(bench.ask(startRequest({ c: SPEC }))), ['record'])
})

test('AGT6: what this agent cannot do is refused by name', () => {
  const bench = Bench.ready(OURS)
  const captures: ProcSpec = { argv: ['x'], fds: Array.from({ length: 17 }, (_, fd) => [String(fd), { capture: {} }]) }
  assert.deepEqual(sent(bench.ask(startRequest({ a: captures }))), ['error too many captures: a has 17, at most 16'])
  const ends: ProcSpec = { argv: ['x'], fds: Array.from({ length: 33 }, (_, fd) => [String(fd), 'pipe-write']) }
  const reads: ProcSpec = {
    argv: ['x'],
    fds: Array.from({ length: 33 }, (_, fd) => [String(fd), { 'pipe-read': { proc_id: 'a', fd: String(fd) } }]),
  }
  assert.deepEqual(sent(bench.ask(startRequest({ a: ends, b: reads }))), [
    'error too many pipe ends: a has 33, at most 32',
  ])
  const data: ProcSpec = {
    argv: ['x'],
    fds: [3, 4, 5].map((fd) => [String(fd), { data: { text: 'x'.repeat(1024 * 1024) } }]),
  }
  assert.deepEqual(sent(bench.ask(startRequest({ a: data }))), [
    'error too much data: a has 3145728 bytes for its fds, at most 2097152',
  ])
  const without = Bench.ready(OURS, { cgroup: NO_CGROUP })
  const limited: ProcSpec = { argv: ['x'], cgroup: { memory_max: 1, cpu_max: 2 } }
  assert.deepEqual(sent(without.ask(startRequest({ a: limited }))), ['error cannot set cpu.max: a: no cgroup here'])
  const many: ProcSpec = { argv: ['x'], fds: Array.from({ length: 257 }, (_, fd) => [String(fd), 'close']) }
  assert.deepEqual(sent(bench.ask(startRequest({ a: many }))), ['error too many fds: a has 257, at most 256'])
})

test('AGT7: without a launcher procs wait for one', () => {
  const bench = Bench.ready(OURS)
  bench.give({ kind: 'launcherLost' })
  assert.deepEqual(kinds(bench.asked('a')), [])
  assert.deepEqual(kinds(bench.give({ kind: 'launcherReady' })), ['launch'])
  assert.deepEqual(sent(bench.line(startLine('a'))), ['result a running'])
})

test('AGT80: what is written where nobody will read it needs no withdrawal', () => {
  const bench = Bench.ready(OURS)
  const [record] = bench.ask(startRequest({ a: SPEC }))
  assert.ok(record?.do === 'record')
  const out = bench.give({ kind: 'unrecorded', receipt: record.receipt, reason: 'removed', isGone: true })
  assert.deepEqual(sent(out), ['error cannot record the request: removed'])
  assert.deepEqual(bench.machine.procIds(), [])
  assert.deepEqual(bench.after(1), [])
  bench.ended('b')
  const [deletion] = bench.ask({ type: 'ProcDeleteRequest', proc_id: 'b' })
  assert.ok(deletion?.do === 'record')
  const gone = bench.give({ kind: 'unrecorded', receipt: deletion.receipt, reason: 'removed', isGone: true })
  assert.deepEqual(sent(gone), ['ProcDelete b'])
  assert.deepEqual(bench.machine.procIds(), [])
})

test('AGT82: a start that cannot be recorded is warned of', () => {
  const bench = Bench.ready(OURS)
  const [record] = bench.ask(startRequest({ a: SPEC }))
  assert.ok(record?.do === 'record')
  const out = bench.give({ kind: 'unrecorded', receipt: record.receipt, reason: 'disk full' })
  assert.match(
    out[0]?.do === 'warn' ? out[0].text : '',
    /^a start request cannot be recorded: disk full; no start is taken/,
  )
})
