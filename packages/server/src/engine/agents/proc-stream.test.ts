import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutputChunk } from '@apsis/store/port'
import type { ServerMessage } from '@apsis/wire/message'
import type { ProcResult } from '@apsis/wire/result'
import type { OutputFate } from './output-sink.ts'
import { ProcStream, type ProcStreamPorts } from './proc-stream.ts'

const MIB = 1 << 20
const T0 = Date.parse('2026-01-01T00:00:05Z')

function result(length: number | null, parts: Partial<ProcResult> = {}): ProcResult {
  const running = length === null
  return {
    state: running ? 'running' : 'terminated',
    errors: [],
    pid: 7,
    proc_stat: null,
    proc_statm: null,
    cgroup_accounting: null,
    times: {
      start: '2026-01-01T00:00:00Z',
      now: '2026-01-01T00:00:01Z',
      stop: running ? null : '2026-01-01T00:00:01Z',
      elapsed: 1,
    },
    status: null,
    rusage: null,
    fds: running ? {} : { stdout: { type: 'detached', length, encoding: 'utf-8' } },
    ...parts,
  }
}

/** A stream, and everything that it says. What it stores waits until `settle`. */
function bench(pushes: boolean, have = 0, ours: Partial<ProcStreamPorts> = {}) {
  const said: string[] = []
  const waiting: { readonly chunk: OutputChunk; readonly fate: OutputFate }[] = []
  const stream = new ProcStream('r1', 'r1-p', have, {
    sink: { add: (chunk, fate) => void waiting.push({ chunk, fate }) },
    pushes,
    tellsHoles: false,
    updateEvery: null,
    send: (message) => void said.push(text(message)),
    started: () => void said.push('started'),
    updated: () => void said.push('updated'),
    ended: () => void said.push('ended'),
    incomplete: (message) => void said.push(message),
    note: () => {},
    ...ours,
  })
  return {
    stream,
    waiting,
    /** All that waits becomes durable. */
    settle: () => {
      for (const { chunk, fate } of waiting.splice(0)) fate.durable(chunk.offset + chunk.data.length)
    },
    /** What was said since the last call. */
    said: () => said.splice(0),
  }
}

function text(message: ServerMessage): string {
  switch (message.type) {
    case 'ProcFdDataRequest':
      return `ask ${message.start} ${message.stop}`
    case 'ProcOutputRequest':
      return `open ${message.start}`
    case 'ProcOutputAck':
      return `ack ${message.offset}`
    default:
      return message.type
  }
}

test('a process has started once it has an id, and not before', () => {
  const { stream, said } = bench(true)
  stream.result(result(null, { pid: null }), T0)
  stream.result(result(null, { errors: ['exec'] }), T0)
  assert.deepEqual(said(), [])
  stream.result(result(null), T0)
  stream.result(result(null), T0)
  assert.deepEqual(said(), ['started'])
})

test('an agent that does not push is asked for 4 MiB at a time, each when the one before is durable', () => {
  const { stream, said, settle } = bench(false, 100)
  stream.open()
  stream.result(result(9 * MIB), T0)
  stream.result(result(9 * MIB), T0)
  assert.deepEqual(said(), [`ask 100 ${4 * MIB + 100}`])
  stream.output(100, new Uint8Array(4 * MIB))
  assert.deepEqual(said(), [])
  settle()
  assert.deepEqual(said(), [`ask ${4 * MIB + 100} ${8 * MIB + 100}`])
  // It ends short: the rest is asked for.
  stream.output(4 * MIB + 100, new Uint8Array(10))
  settle()
  assert.deepEqual(said(), [`ask ${4 * MIB + 110} ${8 * MIB + 110}`])
  stream.output(4 * MIB + 110, new Uint8Array(4 * MIB))
  settle()
  assert.deepEqual(said(), [`ask ${8 * MIB + 110} ${9 * MIB}`])
  stream.output(8 * MIB + 110, new Uint8Array(MIB - 110))
  settle()
  assert.deepEqual(said(), ['ended'])
})

test('the end is as of when its result came, however long its output takes to be durable', () => {
  const heard: number[] = []
  const { stream, settle } = bench(true, 0, { ended: (_, at) => void heard.push(at) })
  stream.output(0, new Uint8Array(10))
  stream.result(result(10), T0)
  assert.deepEqual(heard, [])
  settle()
  assert.deepEqual(heard, [T0])
})

test('output that does not come is given up, and said to be incomplete before the end', () => {
  const { stream, said, settle } = bench(false)
  stream.result(result(30), T0)
  stream.output(0, new Uint8Array(10))
  settle()
  assert.deepEqual(said(), ['ask 0 30', 'ask 10 30'])
  for (const start of [20, 10, 0, 11, 10]) {
    stream.output(start, new Uint8Array(0))
    assert.deepEqual(said(), ['ask 10 30'])
  }
  stream.output(11, new Uint8Array(5))
  const why = 'the agent sends it from 11 on'
  assert.deepEqual(said(), [`the output is incomplete, 10 of 30 bytes: ${why}`, 'ended'])
  stream.output(10, new Uint8Array(20))
  stream.result(result(30), T0)
  assert.deepEqual(said(), [])
})

// Seed 1734 of the simulator: three registrations in one turn asked three times for the output from 0 on. The agent took the acknowledgment of the
// first answer for nothing, as it had sent nothing yet of the third, and then waited for another with its window full.
test('seed 1734: output that comes once more, as it was asked for anew, is acknowledged once more', () => {
  const { stream, said, settle } = bench(true)
  stream.open()
  stream.open()
  stream.output(0, new Uint8Array(10))
  // Nothing of it is durable yet: it is acknowledged when it is.
  stream.output(0, new Uint8Array(10))
  assert.deepEqual(said(), ['open 0', 'open 0'])
  settle()
  assert.deepEqual(said(), ['ack 10'])
  stream.output(0, new Uint8Array(10))
  assert.deepEqual(said(), ['ack 10'])
  stream.output(0, new Uint8Array(15))
  settle()
  assert.deepEqual(said(), ['ack 15'])
})

test('a stream whose bytes the store refuses goes on from what is stored', () => {
  const { stream, waiting, said, settle } = bench(true, 50)
  stream.open()
  stream.output(50, new Uint8Array(5))
  stream.output(55, new Uint8Array(5))
  const [first, second] = waiting.splice(0)
  first?.fate.refused(20)
  // It was under way then, and is asked for already.
  second?.fate.refused(20)
  assert.deepEqual(said(), ['open 50', 'open 20'])
  stream.output(20, new Uint8Array(40))
  settle()
  stream.result(result(60), T0)
  assert.deepEqual(said(), ['ack 60', 'ended'])
})

test('a stream whose bytes the store refuses again and again gives up', () => {
  for (const [lengths, tries] of [
    [[0, 0, 0, 0, 0, 0], 5],
    [[null], 0],
  ] as const) {
    const { stream, waiting, said } = bench(true)
    for (const length of lengths) {
      stream.output(0, new Uint8Array(5))
      waiting.splice(0)[0]?.fate.refused(length)
    }
    const opened = Array.from({ length: tries }, () => 'open 0')
    assert.deepEqual(said(), [...opened, 'the output is incomplete, 0 bytes: the store does not take it at 0'])
    stream.output(0, new Uint8Array(5))
    stream.open()
    assert.deepEqual(said(), [])
    stream.result(result(5), T0)
    assert.deepEqual(said(), ['ended'])
  }
})

test('a mark stands in the place of what was not kept, and offsets stay those of the output', () => {
  const { stream, waiting, said, settle } = bench(true)
  stream.open()
  stream.output(0, new Uint8Array(3))
  stream.result(result(1000), T0)
  stream.output(990, new Uint8Array(5), 987)
  // A repeat, and what comes behind.
  stream.output(990, new Uint8Array(5), 987)
  stream.output(995, new Uint8Array(5))
  const stored = waiting.map(({ chunk }) => [chunk.offset, Buffer.from(chunk.data).toString().replaceAll('\0', '.')])
  assert.deepEqual(stored, [
    [0, '...'],
    [3, '\n... 987 bytes dropped ...\n.....'],
    [3 + 27 + 5, '.....'],
  ])
  settle()
  assert.deepEqual(said(), ['open 0', 'ack 3', 'ack 995', 'ack 1000', 'ended'])
})

test('what was not kept of the end has no bytes behind it', () => {
  const { stream, waiting, said, settle } = bench(true)
  stream.output(0, new Uint8Array(3))
  stream.result(result(100), T0)
  stream.output(100, new Uint8Array(0), 97)
  assert.equal(Buffer.from(waiting[1]?.chunk.data ?? []).toString(), '\n... 97 bytes dropped ...\n')
  settle()
  assert.deepEqual(said(), ['ack 3', 'ack 100', 'ended'])
})

test('a stream that goes on from what is stored asks the result where that is in the output', () => {
  const mark = '\n... 987 bytes dropped ...\n'.length
  const final = (dropped: readonly [number, number] | null): ProcResult =>
    result(1000, {
      fds: {
        stdout: { type: 'detached', length: 1000, encoding: 'base64', ...(dropped === null ? {} : { dropped }) },
      },
    })
  const resumed = (have: number, first: ProcResult): readonly string[] => {
    const { stream, said } = bench(true, have, { tellsHoles: true })
    stream.open()
    assert.deepEqual(said(), [])
    stream.result(first, T0)
    return said()
  }
  assert.deepEqual(resumed(2, final([3, 990])), ['open 2'])
  assert.deepEqual(resumed(3, final([3, 990])), ['open 3'])
  assert.deepEqual(resumed(3 + mark, final([3, 990])), ['open 990'])
  assert.deepEqual(resumed(3 + mark + 10, final([3, 990])), ['open 1000', 'ended'])
  assert.deepEqual(resumed(500, final(null)), ['open 500'])
  assert.deepEqual(resumed(3, result(null)), ['open 3', 'started'])
  // Nothing stored: nothing to find out.
  const { stream, said } = bench(true, 0, { tellsHoles: true })
  stream.open()
  assert.deepEqual(said(), ['open 0'])
})

test('a store that lost what came behind a mark gets it again', () => {
  const { stream, waiting, said, settle } = bench(true)
  stream.output(0, new Uint8Array(3))
  settle()
  stream.output(990, new Uint8Array(5), 987)
  waiting.splice(0)[0]?.fate.refused(3)
  assert.deepEqual(said(), ['ack 3', 'open 3'])
  stream.output(990, new Uint8Array(10), 987)
  settle()
  stream.result(result(1000), T0)
  assert.deepEqual(said(), ['ack 1000', 'ended'])
})

test('results while a process runs are asked for once, and handed on', () => {
  const { stream, said } = bench(true, 0, { updateEvery: 5 })
  for (let n = 0; n < 3; n++) stream.result(result(null), T0)
  assert.deepEqual(said(), ['started', 'ProcResultEvery', 'updated', 'updated'])
})
