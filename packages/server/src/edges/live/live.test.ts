import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { CLOSE_CODES, decodeOutputFrame, type FeedMessage, type RunUpdate, runUpdateSchema } from '@apsis/api/feed'
import type { RunId } from '@apsis/core/run'
import { openMemoryStore } from '@apsis/store/memory'
import { WebSocket } from 'ws'
import { NOW, startApiServer } from '../http/fixture/api-server.ts'
import { MAX_BEHIND } from './feed-socket.ts'
import { messages, read, type Reader, start } from './fixture/reader.ts'

const ofRun = (id: RunId | undefined) => (message: FeedMessage) => message.type === 'run' && message.run.run_id === id
const runIds = (all: readonly FeedMessage[]) =>
  all.flatMap((message) => (message.type === 'run' ? [message.run.run_id] : []))

test('the feed greets with its number, and then tells each change', async (t) => {
  const server = await start(t)
  await server.makeRuns(2)
  const reader = read(server, '/api/v1/feed')
  const [hello] = await messages(reader, () => true)
  assert.deepEqual([hello?.type, hello?.seq], ['hello', server.hub.seq])
  const [id] = await server.makeRuns(1)
  const all = await messages(reader, ofRun(id))
  assert.deepEqual(runIds(all), [id])
  assert.equal(all[0]?.seq, server.hub.seq)
  reader.socket.close()
})

test('a job and an agent that change are told as well', async (t) => {
  const server = await start(t)
  const reader = read(server, '/api/v1/feed')
  await reader.next()
  await server.commit({
    facts: [
      { type: 'job', change: 'added', jobId: 'j', time: NOW },
      { type: 'agent', change: 'connected', connId: 'c', data: { a: 1 }, time: NOW },
    ],
  })
  const all = await messages(reader, ({ type }) => type === 'agent')
  assert.deepEqual(
    all.map(({ type, seq }) => [type, seq]),
    [
      ['job', 1],
      ['agent', 2],
    ],
  )
  reader.socket.close()
})

test('pauses and backfills are told from memory and from the store, and not to clients that do not know them', async (t) => {
  const server = await start(t)
  const facts = [
    { type: 'pause', change: 'added', pauseId: 'p', time: NOW },
    { type: 'backfill', change: 'ended', backfillId: 'b', time: NOW },
    { type: 'job', change: 'removed', jobId: 'j', time: NOW },
  ] as const
  await server.commit({ facts })
  const again = await startApiServer({ store: server.store })
  t.after(() => again.stop())
  for (const one of [server, again]) {
    const reader = read(one, '/api/v1/feed?since=0')
    const [, pause, backfill] = await messages(reader, ({ type }) => type === 'job')
    assert.deepEqual([pause?.type, backfill?.type], ['pause', 'backfill'])
    reader.socket.close()
    const old = read(one, '/api/v1/summary?since=0')
    let text = ''
    while (!text.includes('job_delete')) text += (await old.next()).toString()
    assert.doesNotMatch(text, /pause|backfill/)
    old.socket.close()
  }
})

test('a reader that comes back gets what it missed, once each, from memory', async (t) => {
  const server = await start(t)
  await server.makeRuns(3)
  const since = server.hub.seq
  const missed = await server.makeRuns(5)
  const reader = read(server, `/api/v1/feed?since=${since}`)
  const all = await messages(reader, ofRun(missed.at(-1)))
  assert.deepEqual([all[0]?.type, all[0]?.seq], ['hello', since])
  assert.deepEqual(runIds(all), missed)
  reader.socket.close()
})

test('after a restart of the server what was missed comes from the store', async (t) => {
  const store = openMemoryStore()
  const first = await startApiServer({
    store: {
      ...store,
      read: store.read,
      commit: (batch) => store.commit(batch),
      appendOutput: (chunks) => store.appendOutput(chunks),
      close: async () => {},
    },
  })
  await first.makeRuns(2)
  const since = first.hub.seq
  const missed = await first.makeRuns(600)
  await first.stop()
  const second = await start(t, { store })
  assert.equal(second.hub.from, second.hub.seq)
  const reader = read(second, `/api/v1/feed?since=${since}`)
  const all = await messages(reader, ofRun(missed.at(-1)))
  assert.deepEqual(runIds(all), missed)
  const [next] = await second.makeRuns(1)
  assert.deepEqual(runIds(await messages(reader, ofRun(next))), [next])
  reader.socket.close()
})

test('a number that is not of this server, or too old, is answered with a reset', async (t) => {
  const server = await start(t)
  await server.makeRuns(1)
  const ahead = read(server, '/api/v1/feed?since=999999')
  assert.deepEqual(
    (await messages(ahead, () => true)).map(({ type, seq }) => [type, seq]),
    [
      ['hello', server.hub.seq],
      ['reset', server.hub.seq],
    ],
  )
  ahead.socket.close()
  // As many facts as make it too old, in one batch.
  await server.commit({
    facts: Array.from(
      { length: MAX_BEHIND },
      () => ({ type: 'job', change: 'changed', jobId: 'j', time: NOW }) as const,
    ),
  })
  const behind = read(server, '/api/v1/feed?since=0')
  assert.deepEqual(
    (await messages(behind, () => true)).map(({ type }) => type),
    ['hello', 'reset'],
  )
  behind.socket.close()
})

test('a slow reader is closed, nothing piles up for it, and it resumes by number', async (t) => {
  const server = await start(t, { keep: 100 })
  const reader = read(server, '/api/v1/feed')
  const [hello] = await messages(reader, () => true)
  assert.ok(hello !== undefined)
  reader.socket.pause()
  // More than the kernel's buffers and the feed's memory hold: it reads none of it.
  const made: RunId[] = []
  for (let batch = 0; batch < 10; batch++) made.push(...(await server.makeRuns(40, { date: 'x'.repeat(64_000) })))
  reader.socket.resume()
  assert.equal(await reader.closed, CLOSE_CODES.SLOW)
  const again = read(server, `/api/v1/feed?since=${hello.seq}`)
  const all = await messages(again, ofRun(made.at(-1)))
  assert.deepEqual(new Set(runIds(all)), new Set(made))
  again.socket.close()
})

test('the socket of a run begins with everything, and goes on with what changes', async (t) => {
  const server = await start(t)
  const [id] = await server.makeRuns(1)
  const reader = read(server, `/api/v1/runs/${id}/updates?init`)
  const next = async (): Promise<RunUpdate> => runUpdateSchema.parse(JSON.parse(String(await reader.next())))
  const first = await next()
  assert.equal(first.run?.state, 'scheduled')
  assert.deepEqual(
    first.run_log?.map(({ message }) => message),
    ['scheduled: now'],
  )
  assert.deepEqual(first.outputs, {})
  await server.client.skip(id ?? '')
  const second = await next()
  assert.deepEqual([second.run?.state, second.run_log_append?.message], ['skipped', 'skipped'])
  reader.socket.close()
})

test('the socket of a run without init begins with what changes, and reads nothing else', async (t) => {
  const server = await start(t)
  const [id = 'r0'] = await server.makeRuns(1)
  const reads = (['meta', 'log', 'outputs'] as const).map((name) => t.mock.method(server.store.read, name))
  const reader = read(server, `/api/v1/runs/${id}/updates`)
  await once(reader.socket, 'open')
  await server.client.skip(id)
  const first = runUpdateSchema.parse(JSON.parse(String(await reader.next())))
  assert.deepEqual([first.run?.state, first.run_log_append?.message], ['skipped', 'skipped'])
  assert.deepEqual(
    reads.map(({ mock }) => mock.callCount()),
    [0, 0, 0],
  )
  reader.socket.close()
})

test('the socket of a run that is not known closes at once', async (t) => {
  const server = await start(t)
  for (const id of ['r99', 'x']) {
    assert.equal(await read(server, `/api/v1/runs/${id}/updates`).closed, CLOSE_CODES.DONE)
    assert.equal(await read(server, `/api/v1/runs/${id}/output/output/updates`).closed, CLOSE_CODES.DONE)
  }
})

test('an output is followed from a byte on, and ends with its run', async (t) => {
  const server = await start(t)
  const [id] = await server.makeRuns(1)
  assert.ok(id !== undefined)
  const append = async (offset: number, text: string): Promise<void> => {
    const data = new TextEncoder().encode(text)
    const [length = 0] = await server.store.appendOutput([{ runId: id, outputId: 'output', offset, data }])
    server.growth.grew(id, 'output', length)
  }
  await append(0, 'hello, ')
  const reader = read(server, `/api/v1/runs/${id}/output/output/updates?start=3`)
  const late = read(server, `/api/v1/runs/${id}/output/output/updates`)
  await once(late.socket, 'open')
  const text = async (from: Reader) => {
    const { start, total, data } = decodeOutputFrame(await from.next())
    return [start, total, new TextDecoder().decode(data)]
  }
  assert.deepEqual(await text(reader), [3, 7, 'lo, '])
  await append(7, 'world')
  assert.deepEqual(await text(reader), [7, 12, 'world'])
  await server.client.skip(id)
  assert.equal(await reader.closed, CLOSE_CODES.DONE)
  assert.equal(await late.closed, CLOSE_CODES.DONE)
  const whole = read(server, `/api/v1/runs/${id}/output/output/updates?start=0`)
  assert.deepEqual(await text(whole), [0, 12, 'hello, world'])
  assert.equal(await whole.closed, CLOSE_CODES.DONE)
})

test('an upgrade that is not as it should be is refused with a status', async (t) => {
  const server = await start(t)
  const status = async (path: string, headers = {}): Promise<number | undefined> => {
    const socket = new WebSocket(server.base.replace('http', 'ws') + path, { headers })
    socket.on('error', () => {})
    const response = await new Promise<IncomingMessage>((resolve) => {
      socket.once('unexpected-response', (_, answer) => resolve(answer))
    })
    socket.terminate()
    return response.statusCode
  }
  assert.equal(await status('/api/v1/nothing'), 404)
  assert.equal(await status('/api/v1/feed?since=x'), 400)
  assert.equal(await status('/api/v1/runs/r1/output/output/updates?start=-1'), 400)
  assert.equal(await status('/api/v1/feed', { origin: 'http://evil.example' }), 403)
  assert.equal(await status('/api/v1/feed', { host: 'evil.example', origin: 'http://evil.example' }), 403)
})

test('a server that stops says so to its sockets', async (t) => {
  const server = await start(t)
  const reader = read(server, '/api/v1/feed')
  await reader.next()
  await server.stop()
  assert.equal(await reader.closed, CLOSE_CODES.GOING_AWAY)
})

test('a server that stops does not wait for a socket that answers nothing', async (t) => {
  const server = await start(t)
  const reader = read(server, '/api/v1/feed')
  await reader.next()
  reader.socket.pause()
  await server.stop()
  reader.socket.terminate()
})
