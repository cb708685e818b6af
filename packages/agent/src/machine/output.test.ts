import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Bench, endLine, kinds, SPEC, startLine, startRequest } from './bench.fixture.ts'
import type { Instruction } from './instruction.ts'
import { acknowledged, CHUNK, LARGEST_WINDOW, type OutputStream } from './output-stream.ts'

type Push = Extract<Instruction, { readonly do: 'push' }>

function pushes(instructions: readonly Instruction[]): readonly Push[] {
  return instructions.filter((one) => one.do === 'push')
}

function request(bench: Bench, start: number, window: number): readonly Instruction[] {
  return bench.ask({ type: 'ProcOutputRequest', proc_id: 'a', fd: 'stdout', start, window })
}

function done(bench: Bench, push: Push, length: number): readonly Push[] {
  return pushes(
    bench.give({
      kind: 'pushed',
      id: 'a',
      fd: push.fd,
      generation: push.generation,
      length,
      more: length === push.most,
    }),
  )
}

function ready(): Bench {
  const bench = Bench.ready({ output: 1 })
  bench.running('a')
  return bench
}

test('AGT32: chunk after chunk within the window', () => {
  const bench = ready()
  const out = request(bench, 10, CHUNK + 100)
  assert.deepEqual(kinds(out), ['follow', 'push'])
  const [first] = pushes(out)
  assert.ok(first)
  assert.deepEqual([first.start, first.most, first.name], [10, CHUNK, 'stdout'])
  assert.deepEqual(bench.give({ kind: 'grown', file: first.file }), [])
  const [second] = done(bench, first, CHUNK)
  assert.deepEqual([second?.start, second?.most], [10 + CHUNK, 100])
  assert.ok(second)
  assert.deepEqual(done(bench, second, 100), [])
  const [third] = pushes(bench.ask({ type: 'ProcOutputAck', proc_id: 'a', fd: '1', offset: 60 }))
  assert.deepEqual([third?.start, third?.most], [110 + CHUNK, 50])
})

test('AGT32: whatever happens, no more is on its way than the window, and all arrives in order', () => {
  const step = fc.oneof(
    fc.record({ grow: fc.nat(100_000) }),
    fc.record({ ack: fc.nat(100) }),
    fc.constant({ read: true }),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 2 * LARGEST_WINDOW }),
      fc.array(step, { maxLength: 60 }),
      (window, steps) => {
        const bench = ready()
        let length = 0
        let sent = 0
        let acked = 0
        let pending: readonly Push[] = pushes(request(bench, 0, window))
        const read = (): void => {
          const [push] = pending
          if (push === undefined) return
          assert.equal(push.start, sent)
          const got = Math.min(push.most, length - sent)
          sent += got
          assert.ok(push.most <= CHUNK && sent - acked <= Math.min(window, LARGEST_WINDOW))
          pending = done(bench, push, got)
        }
        const also = (more: readonly Push[]): void => {
          pending = [...pending, ...more]
          assert.ok(pending.length <= 1)
        }
        for (const one of steps) {
          if ('grow' in one) {
            length += one.grow
            also(pushes(bench.give({ kind: 'grown', file: { segment: 1, name: '0.1' } })))
          } else if ('ack' in one) {
            acked += Math.floor(((sent - acked) * one.ack) / 100)
            also(pushes(bench.ask({ type: 'ProcOutputAck', proc_id: 'a', fd: '1', offset: acked })))
          } else {
            read()
          }
        }
        // The smallest window passes the longest output in fewer rounds.
        for (let rounds = 0; rounds < 6_100; rounds++) {
          while (pending.length > 0) read()
          if (sent === length) break
          acked = sent
          also(pushes(bench.ask({ type: 'ProcOutputAck', proc_id: 'a', fd: '1', offset: acked })))
        }
        assert.equal(sent, length)
      },
    ),
    { numRuns: 60 },
  )
})

test('AGT33: waits at the end for growth, the end of the proc, or a tick', () => {
  const bench = ready()
  const [first] = pushes(request(bench, 0, 1000))
  assert.ok(first)
  assert.deepEqual(done(bench, first, 5), [])
  const [second] = pushes(bench.give({ kind: 'grown', file: first.file }))
  assert.equal(second?.start, 5)
  assert.ok(second)
  assert.deepEqual(done(bench, second, 0), [])
  const [third] = pushes(bench.after(1))
  assert.ok(third)
  assert.deepEqual(done(bench, third, 0), [])
  const [last] = pushes(bench.line(endLine('a')))
  assert.equal(last?.start, 5)
})

test('AGT33: nothing is looked for where there can be nothing', () => {
  const bench = Bench.ready({ output: 1 })
  const recording = bench.ask(startRequest({ a: SPEC }))
  assert.deepEqual(pushes(request(bench, 0, 1000)), [])
  bench.record(recording)
  bench.line(startLine('a'))
  const [first] = pushes(bench.give({ kind: 'grown', file: { segment: 1, name: '0.1' } }))
  assert.ok(first)
  assert.deepEqual(done(bench, first, 5), [])
  assert.deepEqual(pushes(bench.line(endLine('a', { lengths: new Map([[1, 5]]) }))), [])
  const other = ready()
  const [some] = pushes(request(other, 0, 1000))
  assert.ok(some)
  assert.deepEqual(done(other, some, 5), [])
  assert.equal(pushes(other.line(endLine('a', { lengths: new Map([[1, 6]]) })))[0]?.start, 5)
})

test('AGT33: what grows during a read is read after it', () => {
  const bench = ready()
  const [first] = pushes(request(bench, 0, 1000))
  assert.ok(first)
  bench.give({ kind: 'grown', file: first.file })
  assert.equal(done(bench, first, 5)[0]?.start, 5)
})

test('AGT33: streams beyond the number looked at in a tick get their turn', () => {
  const bench = Bench.ready({ output: 1 }, { mostProcs: 1000 })
  for (let index = 0; index < 100; index++) {
    const id = `p${index}`
    bench.running(id)
    const [push] = pushes(bench.ask({ type: 'ProcOutputRequest', proc_id: id, fd: '1', start: 0, window: 10 }))
    assert.ok(push)
    bench.give({ kind: 'pushed', id, fd: 1, generation: push.generation, length: 0, more: false })
  }
  const looked = [...pushes(bench.after(1)), ...pushes(bench.after(1))].map((push) => push.id)
  assert.equal(new Set(looked).size, 100)
})

test('AGT34: a repeated request starts anew', () => {
  const bench = ready()
  const [first] = pushes(request(bench, 0, 1000))
  const out = request(bench, 500, 1000)
  assert.deepEqual(kinds(out), ['push'])
  const [second] = pushes(out)
  assert.ok(first && second)
  assert.equal(second.start, 500)
  assert.deepEqual(done(bench, first, 1000), [])
  assert.deepEqual(done(bench, second, 1000), [])
  assert.equal(pushes(bench.ask({ type: 'ProcOutputAck', proc_id: 'a', fd: '1', offset: 600 }))[0]?.start, 1500)
})

test('AGT34: streams end with the connection, and with their proc', () => {
  const bench = ready()
  const [first] = pushes(request(bench, 0, 1000))
  assert.ok(first)
  assert.deepEqual(kinds(bench.give({ kind: 'disconnected' })), ['unfollow'])
  bench.give({ kind: 'connected', extensions: { output: 1 } })
  assert.deepEqual(done(bench, first, 10), [])
  const [again] = pushes(request(bench, 0, 1000))
  assert.ok(again)
  assert.deepEqual(done(bench, first, 10), [])
  bench.line(endLine('a'))
  const deleted = bench.record(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' }))
  assert.deepEqual(kinds(deleted), ['unfollow', 'erase', 'send'])
  assert.deepEqual(done(bench, again, 10), [])
})

test('AGT35: acknowledgements', () => {
  const file = { segment: 1, name: '0.1' }
  const stream: OutputStream = {
    id: 'a',
    fd: 1,
    name: '1',
    file,
    keep: { limit: null, keep: 'start' },
    ended: false,
    generation: 1,
    window: 10,
    sent: 100,
    acknowledged: 50,
    reading: false,
    grown: false,
  }
  for (const [offset, expected] of [
    [60, 60],
    [40, 50],
    [1000, 100],
  ] as const)
    assert.equal(acknowledged(stream, offset).acknowledged, expected)
})
