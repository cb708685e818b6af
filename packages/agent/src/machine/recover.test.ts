import assert from 'node:assert/strict'
import test from 'node:test'
import { Bench, endLine, kinds, monitorOf, SPEC, sent, startLine } from './bench.fixture.ts'
import { type JournalLine, journalText, parseJournalLine } from './journal.ts'

function asked(id: string, n: number): JournalLine {
  return { t: 'asked', id, n, wall: 5n, spec: SPEC }
}

function recovered(
  lines: readonly (readonly [number, JournalLine])[],
  segments: readonly number[],
  current: number,
): Bench {
  const bench = new Bench()
  for (const [segment, line] of lines) bench.give({ kind: 'journal', segment, line })
  bench.give({ kind: 'recovered', current, segments })
  return bench
}

const SEGMENT: JournalLine = { t: 'segment', boot: 'boot-1' }

test('AGT19: records bring every proc back as it was', () => {
  const lost: JournalLine = { t: 'lost', id: 'lost', wall: 9n, status: 9, errors: ['why'] }
  const lines = [SEGMENT, asked('asked', 0), asked('runs', 1), asked('over', 2), asked('gone', 3), asked('lost', 4)]
  const monitors = [startLine('runs'), startLine('over'), endLine('over'), startLine('gone'), endLine('gone')]
  const all: readonly JournalLine[] = [...lines, ...monitors, { t: 'deleted', id: 'gone' }, lost]
  const bench = recovered(
    all.map((line) => [1, line]),
    [1],
    1,
  )
  const states = bench.machine.procIds().map((id) => `${id} ${bench.machine.proc(id)?.state}`)
  assert.deepEqual(states, ['asked asked', 'lost ended', 'over ended', 'runs running'])
  const back = bench.machine.proc('lost')
  assert.deepEqual(back?.state === 'ended' && [back.end.errors, back.end.status, back.end.stop], [['why'], 9, 9n])
  bench.give({ kind: 'launcherReady' })
  const [record] = bench.ask({ type: 'ProcStartRequest', specs: { next: SPEC } })
  assert.deepEqual(record?.do === 'record' && record.lines.map((line) => line.t === 'asked' && line.n), [5])
})

test('AGT20: what the host took along is lost', () => {
  const bench = new Bench()
  bench.give({ kind: 'journal', segment: 1, line: { t: 'segment', boot: 'boot-0' } })
  for (const line of [asked('a', 0), asked('b', 1), startLine('b'), asked('c', 2), startLine('c'), endLine('c')]) {
    bench.give({ kind: 'journal', segment: 1, line })
  }
  const out = bench.give({ kind: 'recovered', current: 2, segments: [1, 2] })
  assert.deepEqual(kinds(out), ['record', 'record'])
  for (const id of ['a', 'b']) {
    const proc = bench.machine.proc(id)
    assert.deepEqual(proc?.state === 'ended' && [proc.end.errors, proc.end.status], [['lost: host rebooted'], null])
  }
  const over = bench.machine.proc('c')
  assert.deepEqual(over?.state === 'ended' && over.end.errors, [])
})

test('AGT21: a new launcher is asked for what has not started, and watches what runs', () => {
  const bench = Bench.ready({ output: 1 })
  bench.asked('a')
  bench.give({ kind: 'launched', id: 'a', monitor: monitorOf('a') })
  bench.running('b')
  bench.ended('c')
  bench.give({ kind: 'launcherLost' })
  const out = bench.give({ kind: 'launcherReady' })
  assert.deepEqual(kinds(out), ['launch', 'watch'])
  assert.deepEqual(out[1], { do: 'watch', monitor: monitorOf('b') })
})

test('AGT22: an id used again', () => {
  const lines: readonly (readonly [number, JournalLine])[] = [
    [1, SEGMENT],
    [1, asked('a', 0)],
    [1, startLine('a')],
    [1, endLine('a')],
    [1, { t: 'deleted', id: 'a' }],
    [2, SEGMENT],
    [2, asked('a', 0)],
    [2, startLine('a')],
  ]
  const bench = recovered(lines, [1, 2], 2)
  assert.equal(bench.machine.proc('a')?.place.segment, 2)
  assert.deepEqual(bench.line(endLine('a'), 1), [])
  assert.equal(bench.machine.proc('a')?.state, 'running')
  bench.give({ kind: 'connected', extensions: {} })
  assert.deepEqual(sent(bench.line(endLine('a'), 2)), ['result a ended'])
})

test('AGT23: lines that are no records', () => {
  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '{"t":"new"}',
    '{"t":"start","id":"a"}',
    '{"t":"asked","id":"a","n":0,"wall":"1","spec":{"argv":1}}',
    '{"t":"end","id":"a","start":"x"}',
  ]) {
    assert.equal(parseJournalLine(text), null, text)
  }
})

test('AGT23: records are read as they were written', () => {
  const lines = [
    SEGMENT,
    asked('ä"\n', 3),
    { t: 'lost', id: 'a', wall: 1n << 60n, status: null, errors: ['x'] },
    { t: 'deleted', id: 'a' },
  ] as const
  for (const line of lines) {
    assert.ok(line.t !== 'start' && line.t !== 'end')
    const text = journalText(line)
    assert.match(text, /^\n.*\n$/)
    assert.deepEqual(parseJournalLine(text.trim()), line)
  }
  const start =
    '{"t":"start","v":1,"id":"a","mon":10,"mon_start":20,"pid":11,"pid_start":21,"wall":"1700000000123456789","mono":"5","new":1}'
  assert.deepEqual(parseJournalLine(start), {
    t: 'start',
    id: 'a',
    monitor: { pid: 10, start: 20 },
    pid: 11,
    pidStart: 21,
    wall: 1700000000123456789n,
    mono: 5n,
  })
})

test('AGT23: lengths of outputs count only where nothing is left that writes', () => {
  const lengthsOf = (more: string) => {
    const line = parseJournalLine(`{"t":"end","id":"a","start":"1","stop":"2"${more}}`)
    assert.ok(line?.t === 'end')
    return line.lengths
  }
  const out = ',"out":[{"fd":1,"len":7},{"fd":2},3]'
  assert.deepEqual(lengthsOf(`${out},"tree":{"empty":true}`), new Map([[1, 7]]))
  assert.equal(lengthsOf(`${out},"tree":{"empty":false}`), undefined)
  assert.equal(lengthsOf(out), undefined)
  assert.equal(lengthsOf(',"tree":{"empty":true}'), undefined)
})
