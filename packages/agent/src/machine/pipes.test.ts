import assert from 'node:assert/strict'
import test from 'node:test'
import type { ProcSpec } from '@apsis/wire/spec'
import { Bench, endLine, kinds, monitorOf, sent, startLine, startRequest } from './bench.fixture.ts'
import type { Instruction } from './instruction.ts'
import { journalText, parseJournalLine } from './journal.ts'
import { chainsOf } from './pipes.ts'

const OURS = { output: 1 }

function from(writer: string): readonly [string, NonNullable<ProcSpec['fds']>[number][1]] {
  return ['stdin', { 'pipe-read': { proc_id: writer, fd: '1' } }]
}
const FIRST: ProcSpec = { argv: ['x'], fds: [['stdout', 'pipe-write']] }
const MIDDLE: ProcSpec = { argv: ['x'], fds: [from('a'), ['1', 'pipe-write']] }
const LAST: ProcSpec = { argv: ['x'], fds: [from('b')] }
const THREE = { a: FIRST, b: MIDDLE, c: LAST }

/** What the launcher is asked about pipes: ids of procs with `fd:pipe` of each end, and pipes that are given up. */
function pipes(out: readonly Instruction[]): readonly string[] {
  return out.flatMap((one) => {
    if (one.do === 'unpipe') return [`unpipe ${one.pipe}`]
    if (one.do !== 'launch') return []
    const ends = one.plan.fds.flatMap((fd) => (fd.kind === 'pipe' ? [`${fd.side} ${fd.pipe}`] : []))
    return [[one.plan.id, ...ends].join(' ')]
  })
}

function asked(bench: Bench, specs: Record<string, ProcSpec> = THREE): readonly Instruction[] {
  return bench.record(bench.ask(startRequest(specs)))
}

test('AGT54: procs of a request are connected, each pipe by an id of its own', () => {
  const bench = Bench.ready(OURS)
  assert.deepEqual(pipes(asked(bench)), ['a write 1', 'b read 1 write 2', 'c read 2'])
  const again = { w: FIRST, r: { argv: ['x'], fds: [from('w')] } }
  assert.deepEqual(pipes(asked(bench, again)), ['w write 3', 'r read 3'])
})

test('AGT54: what pipes connect is asked for one after the other', () => {
  const spec = (writer: string | null): ProcSpec => ({
    argv: ['x'],
    fds: [...(writer === null ? [] : [from(writer)]), ['1', 'pipe-write']],
  })
  const members = [
    { id: 'c', spec: { argv: ['x'], fds: [from('b')] } },
    { id: 'z', spec: { argv: ['x'], fds: [from('y')] } },
    { id: 'alone', spec: { argv: ['x'] } },
    { id: 'a', spec: spec(null) },
    { id: 'y', spec: spec(null) },
    { id: 'b', spec: spec('a') },
  ]
  let next = 1
  const chains = chainsOf(members, () => next++)
  assert.deepEqual(
    chains.map((chain) => chain.members.map(({ id }) => id).join(' ')),
    ['c b a', 'z y', 'alone'],
  )
  assert.ok(chains.every(({ isWhole }) => isWhole))
  assert.equal(next, 4)
})

test('AGT54: a proc may read what it writes', () => {
  const spec: ProcSpec = { argv: ['x'], fds: [from('a'), ['1', 'pipe-write']] }
  assert.deepEqual(pipes(asked(Bench.ready(OURS), { a: spec })), ['a read 1 write 1'])
})

test('AGT55: when one cannot be started, its pipes are given up', () => {
  const bench = Bench.ready(OURS)
  asked(bench)
  const error = { stage: 'fork', fd: null, errno: 11, text: '' }
  const out = bench.give({ kind: 'launchFailed', id: 'b', error })
  bench.record(out)
  assert.deepEqual(pipes(out), ['unpipe 1', 'unpipe 2'])
  assert.deepEqual(pipes(bench.give({ kind: 'launchFailed', id: 'b', error })), [])
  const states = ['a', 'b', 'c'].map((id) => bench.machine.proc(id)?.state)
  assert.deepEqual(states, ['asked', 'ended', 'asked'])
})

test('AGT56: without a start line they are asked for together again, with new pipes', () => {
  const bench = Bench.ready(OURS)
  asked(bench)
  bench.give({ kind: 'launched', id: 'a', monitor: monitorOf('a') })
  bench.give({ kind: 'launcherLost' })
  const out = bench.give({ kind: 'launcherReady' })
  assert.deepEqual(pipes(out), ['a write 3', 'b read 3 write 4', 'c read 4'])
})

test('AGT56: a restarted agent knows what belongs together', () => {
  const bench = Bench.ready(OURS)
  const [record] = bench.ask(startRequest({ plain: { argv: ['x'] }, ...THREE }))
  assert.ok(record?.do === 'record')
  const next = new Bench()
  next.give({ kind: 'journal', segment: 1, line: { t: 'segment', boot: 'boot-1' } })
  for (const line of record.lines) {
    assert.ok(line.t === 'asked')
    assert.equal(line.batch, line.id === 'plain' ? undefined : 1)
    const read = parseJournalLine(journalText(line).trim())
    assert.deepEqual(read, line)
    if (read !== null) next.give({ kind: 'journal', segment: 1, line: read })
  }
  next.give({ kind: 'recovered', current: 1, segments: [1] })
  assert.deepEqual(pipes(next.give({ kind: 'launcherReady' })), ['plain', 'a write 1', 'b read 1 write 2', 'c read 2'])
})

test('AGT57: what is connected to one that was started is lost', () => {
  for (const over of [false, true]) {
    const bench = Bench.ready(OURS)
    asked(bench)
    bench.line(startLine('b'))
    if (over) {
      bench.line(endLine('b'))
      bench.record(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'b' }))
    }
    bench.give({ kind: 'launcherLost' })
    const out = bench.give({ kind: 'launcherReady' })
    assert.deepEqual(
      kinds(out).filter((kind) => kind === 'launch'),
      [],
    )
    for (const id of ['a', 'c']) {
      const proc = bench.machine.proc(id)
      const errors = ['lost: a proc that it has a pipe with was started without it']
      assert.deepEqual(proc?.state === 'ended' && [proc.end.errors, proc.end.status], [errors, 63 << 8])
    }
  }
})

test('AGT58: what was asked for before cannot be connected', () => {
  const bench = Bench.ready(OURS)
  asked(bench)
  bench.line(endLine('c'))
  bench.record(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'c' }))
  assert.deepEqual(sent(bench.ask(startRequest(THREE))), ['error unmatched read pipe: b 1'])
})

test('AGT59: pipes wait for a launcher', () => {
  const bench = Bench.ready(OURS)
  bench.give({ kind: 'launcherLost' })
  assert.deepEqual(pipes(asked(bench)), [])
  assert.deepEqual(pipes(bench.give({ kind: 'launcherReady' })), ['a write 1', 'b read 1 write 2', 'c read 2'])
})
