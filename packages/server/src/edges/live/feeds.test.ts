import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { CLOSE_CODES, decodeOutputFrame, parseRunFeedFrame, type RunFeedMessage, runFeedPath } from '@apsis/api/feed'
import { parseRunId, type Run, runId } from '@apsis/core/run'
import { z } from 'zod'
import { NOW } from '../http/fixture/api-server.ts'
import { member } from '../http/fixture/member.ts'
import { messages, read, type Reader, start } from './fixture/reader.ts'

const framesOf = z.array(z.record(z.string(), z.unknown()))

test('the summary socket sends all there is, and then what changes, in the form of the existing server', async (t) => {
  const server = await start(t)
  const before = await server.makeRuns(450)
  const reader = read(server, '/api/v1/summary?init')
  const seen: Record<string, unknown>[] = []
  const until = async (type: string, count: number): Promise<void> => {
    while (seen.filter((message) => message['type'] === type).length < count) {
      seen.push(...framesOf.parse(JSON.parse(String(await reader.next()))))
    }
  }
  await until('run_summary', before.length)
  assert.deepEqual(
    seen.filter(({ type }) => type === 'job').map(({ job }) => member(job, 'job_id')),
    ['team/daily report', 'team/extract'],
  )
  assert.equal(member(seen.at(-1), 'run_summary', 'run_id'), before[0])
  const since = server.hub.seq
  const [id] = await server.makeRuns(1)
  await server.commit({ facts: [{ type: 'job', change: 'removed', jobId: 'gone', time: NOW }] })
  await until('job_delete', 1)
  assert.deepEqual(
    seen.slice(-2).map((message) => [message['type'], message['job_id'] ?? member(message, 'run_summary', 'run_id')]),
    [
      ['run_transition', id],
      ['job_delete', 'gone'],
    ],
  )
  reader.socket.close()
  const back = read(server, `/api/v1/summary?since=${since}`)
  const missed: unknown = JSON.parse(String(await back.next()))
  assert.ok(Array.isArray(missed))
  assert.deepEqual(
    missed.map((message) => member(message, 'type')),
    ['run_transition', 'job_delete'],
  )
  back.socket.close()
})

test('the feed of a run has its state, log, metadata and outputs, and resumes from where its reader was', async (t) => {
  const server = await start(t)
  const [id = ''] = await server.makeRuns(1)
  const runId = parseRunId(id)
  assert.ok(runId !== null)
  const grow = async (text: string, offset: number): Promise<void> => {
    const [length = 0] = await server.store.appendOutput([
      { runId, outputId: 'output', offset, data: Buffer.from(text) },
    ])
    server.growth.grew(runId, 'output', length)
  }
  await grow('hello ', 0)
  const follow = (seq: number, from: number) => read(server, runFeedPath(id, { seq, outputs: { output: from } }))
  const collect = async (reader: Reader, last: (all: readonly RunFeedMessage[], bytes: string) => boolean) => {
    const all: RunFeedMessage[] = []
    let bytes = ''
    while (!last(all, bytes)) {
      const frame = await reader.next()
      if (frame[0] === 0x5b) all.push(...parseRunFeedFrame(String(frame)))
      else {
        const { outputId, data } = decodeOutputFrame(frame)
        assert.equal(outputId, 'output')
        bytes += String(Buffer.from(data))
      }
    }
    return { all, bytes }
  }
  const reader = follow(0, 2)
  const first = await collect(reader, (_, bytes) => bytes.length >= 4)
  assert.deepEqual([first.all[0]?.type, first.bytes], ['hello', 'llo '])
  const lines = first.all.filter((message) => message.type === 'log')
  assert.equal(lines.length, 1)
  assert.ok(first.all.some((message) => message.type === 'run' && message.run.state === 'scheduled'))
  assert.ok(first.all.some((message) => message.type === 'meta'))
  reader.socket.close()

  await grow('world', 6)
  await server.client.skip(id)
  const seq = lines[0]?.type === 'log' ? lines[0].seq : 0
  const again = follow(seq, 6)
  const rest = await collect(again, (all) => all.some(({ type }) => type === 'end'))
  assert.equal(rest.bytes, 'world')
  assert.deepEqual(
    rest.all.flatMap((message) => (message.type === 'log' ? [message.line.message] : [])),
    ['skipped'],
  )
  again.socket.close()
  assert.equal(await read(server, '/api/v1/runs/r999/feed').closed, CLOSE_CODES.DONE)
})

test('a thousand readers of one change get the very same bytes', async (t) => {
  const server = await start(t)
  const since = server.hub.seq
  await server.makeRuns(3)
  const [one, two] = [server.hub.frame(since), server.hub.frame(since)]
  assert.ok(typeof one === 'object')
  assert.equal(one, two)
  await server.makeRuns(1)
  const later = server.hub.frame(one.seq)
  assert.ok(typeof later === 'object')
  assert.deepEqual(
    [one, later].map(({ bytes }) => framesOf.parse(JSON.parse(String(bytes))).length),
    [3, 1],
  )
})

test('a reader that stops reading while 100,000 changes pass costs no memory, and resumes by number', async (t) => {
  const server = await start(t)
  const [id] = await server.makeRuns(1)
  const run = id === undefined ? null : await server.store.read.run(id)
  assert.ok(run !== null)
  const reader = read(server, '/api/v1/feed')
  await reader.next()
  reader.socket.pause()
  let seq = server.hub.seq
  const push = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 100) {
      const facts = [{ type: 'log' as const, message: 'x', time: NOW }]
      const writes = Array.from({ length: 100 }, () => ({ run, expect: 0, facts }))
      const reply = { firstSeq: seq + 1, nextSeq: seq + 101, conflicts: [] }
      server.hub.publish({ writes, withdrawals: [], facts: [], reply })
      seq += 100
      await turn()
    }
  }
  await push(30_000)
  const before = process.memoryUsage()
  await push(70_000)
  const after = process.memoryUsage()
  const grown = after.heapUsed + after.external - before.heapUsed - before.external
  // All of it would be 50 MB and more.
  assert.ok(grown < 30e6, `${grown} bytes`)
  assert.ok(server.hub.drops >= 1)
  // Its socket takes long to close, having much to read: it is none of those that follow.
  assert.equal(server.hub.followers, 0)
  reader.socket.resume()
  assert.equal(await reader.closed, CLOSE_CODES.SLOW)
  const back = read(server, `/api/v1/feed?since=${seq - 50}`)
  const missed = await messages(back, (message) => message.seq === seq)
  assert.equal(missed.filter(({ type }) => type === 'run').length, 50)
  back.socket.close()
})

test('runs that are removed together are one message, live and to who resumes; who looks at one is told that it is gone', async (t) => {
  const server = await start(t)
  const ids = await server.makeRuns(2)
  const [id = 'r1'] = ids
  for (const one of ids) {
    const run = await server.store.read.run(one)
    assert.ok(run !== null)
    const { held: _, ...base } = { held: null, ...run }
    const ended: Run = {
      ...base,
      version: 9,
      state: 'success',
      bound: null,
      handle: null,
      message: null,
      elapsed: null,
    }
    const facts = [{ type: 'state', state: 'success', message: '', time: NOW }] as const
    await server.commit({ runs: [{ run: ended, expect: run.version, facts }] })
  }
  const since = server.hub.seq
  const live = read(server, '/api/v1/feed')
  await live.next()
  const summary = read(server, `/api/v1/summary?since=${since}`)
  const ofRun = read(server, runFeedPath(id, { seq: 0, outputs: {} }))
  await ofRun.next()
  const due = await server.store.maintenance.due([{ jobId: null, states: ['success'], before: null, keep: null }], 9)
  assert.equal(due.length, 0)
  const all = ids.map((runId) => ({ runId, version: 9, changed: NOW }))
  // What is committed before it may be published after it within a turn: the order is that of the numbers.
  const early = server.store.commit({ facts: [{ type: 'job', change: 'removed', jobId: 'gone', time: NOW }] })
  await server.store.maintenance.remove(all, NOW, (removal) => server.hub.removed(removal))
  const reply = await early
  const facts = [{ type: 'job', change: 'removed', jobId: 'gone', time: NOW }] as const
  server.hub.publish({ writes: [], withdrawals: [], facts, reply })
  const expected = [
    ['job', since + 1, undefined],
    ['runs_removed', since + 2, [...ids]],
  ]
  const seen = (await messages(live, ({ type }) => type === 'runs_removed')).map((message) => [
    message.type,
    message.seq,
    message.type === 'runs_removed' ? message.run_ids : undefined,
  ])
  assert.deepEqual(seen, expected)
  // From the store: a server that starts has nothing in memory.
  const next = await start(t, { store: server.store })
  const back = read(next, `/api/v1/feed?since=${since}`)
  const missed = await messages(back, ({ type }) => type === 'runs_removed')
  assert.ok(missed.some((message) => message.type === 'runs_removed' && message.run_ids.length === 2))
  assert.ok(
    !missed.some((message) => message.type === 'run' && ids.includes(runId(Number(message.run.run_id.slice(1))))),
  )
  const gone: unknown[] = []
  while (gone.length < 2) {
    for (const message of framesOf.parse(JSON.parse(String(await summary.next())))) {
      if (message['type'] === 'run_delete') gone.push(message['run_id'])
    }
  }
  assert.deepEqual(gone, [...ids])
  assert.equal(await ofRun.closed, CLOSE_CODES.DONE)
  for (const { socket } of [live, back, summary]) socket.close()
})
