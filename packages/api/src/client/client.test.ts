import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeOutputFrame, type FeedMessage, type RunUpdate } from '../feed/index.ts'
import {
  ApiError,
  createClient,
  type FetchReply,
  followFeed,
  followOutput,
  followRun,
  ReplyError,
  type SocketEvents,
} from './index.ts'

interface Sent {
  readonly url: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string
}

/** A server that answers every request the same. */
function answering(status: number, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const sent: Sent[] = []
  const reply: FetchReply = {
    status,
    headers: { get: (name) => headers[name] ?? null },
    text: async () => String(body),
    arrayBuffer: async () => (typeof body === 'string' ? new ArrayBuffer(0) : body.buffer),
  }
  const fetch = async (url: string, init: Omit<Sent, 'url'>): Promise<FetchReply> => {
    sent.push({ url, ...init })
    return reply
  }
  return { sent, client: createClient({ fetch, base: 'http://h:1', headers: { authorization: 'Bearer t' } }) }
}

/** The server's side of the sockets that a client opens, and its clock. */
function wires() {
  const opened: { path: string; events: SocketEvents; closed: boolean }[] = []
  const waits: (() => void)[] = []
  return {
    opened,
    last: () => opened.at(-1) ?? assert.fail('no socket was opened'),
    wake: () => waits.shift()?.(),
    open: (path: string, events: SocketEvents) => {
      const socket = { path, events, closed: false }
      opened.push(socket)
      return { close: () => void (socket.closed = true) }
    },
    wait: (_: number, then: () => void) => {
      waits.push(then)
      return () => void waits.splice(waits.indexOf(then), 1)
    },
  }
}

test('CLIENT1: a call sends what its route says', async () => {
  const { client, sent } = answering(200, '{"when":"2026-01-02T03:04:05.678+00:00","runs":{}}')
  await client.schedule({ job_id: 'a', args: { x: '1' } }, { count: 2 })
  await client.runs({ job_id: 'a b', args: { state: 'x' }, page_limit: 5 })
  assert.deepEqual(sent, [
    {
      url: 'http://h:1/api/v1/runs?count=2',
      method: 'POST',
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
      body: '{"job_id":"a","args":{"x":"1"}}',
    },
    {
      url: 'http://h:1/api/v1/runs?job_id=a%20b&page_limit=5&_state=x',
      method: 'GET',
      headers: { authorization: 'Bearer t' },
    },
  ])
})

test('CLIENT2: an error reply is thrown', async () => {
  const ours = answering(404, '{"error":"unknown run r1","code":"RUN_UNKNOWN","details":[1]}').client
  await assert.rejects(ours.run('r1'), (error) => {
    assert.ok(error instanceof ApiError)
    assert.deepEqual(
      [error.status, error.code, error.message, error.details],
      [404, 'RUN_UNKNOWN', 'unknown run r1', [1]],
    )
    return true
  })
  for (const text of ['<html>', '', '{}', '[]']) {
    const code = { status: 502, code: 'UNKNOWN', message: 'unknown error' }
    await assert.rejects(answering(502, text).client.start('r1'), code, text)
  }
})

test('CLIENT3: a reply of another form is thrown with its place', async () => {
  await assert.rejects(answering(200, '<html>').client.jobs(), ReplyError)
  await assert.rejects(answering(200, '{"version":7}').client.version(), /the reply to version.*version: .*string/)
})

test('CLIENT4: an output is read whole or by range', async () => {
  const whole = answering(200, Uint8Array.of(1, 2, 3))
  assert.deepEqual(await whole.client.output('r1', 'output'), { data: Uint8Array.of(1, 2, 3), start: 0, total: 3 })
  assert.equal(whole.sent[0]?.headers['range'], undefined)
  const part = answering(206, Uint8Array.of(2, 3), { 'content-range': 'bytes 1-2/9' })
  const range = { start: 1, end: 3 }
  assert.deepEqual(await part.client.output('r1', 'output', range), { data: Uint8Array.of(2, 3), start: 1, total: 9 })
  assert.equal(part.sent[0]?.headers['range'], 'bytes=1-2')
})

const time = '2026-01-02T03:04:05.678+00:00'
const hello = (seq: number) => ({ type: 'hello', seq, time, version: '1' })
const gone = (seq: number): FeedMessage => ({ type: 'run_delete', seq, time, run_id: `r${seq}` })

function feed() {
  const wire = wires()
  const heard: (number | 'load')[] = []
  const followed = followFeed({
    ...wire,
    random: () => 0,
    onMessages: (messages) => heard.push(...messages.map(({ seq }) => seq)),
    onLoad: () => heard.push('load'),
  })
  return { wire, heard, followed }
}

test('CLIENT5: the feed loads, delivers and resumes', () => {
  const { wire, heard, followed } = feed()
  const first = wire.last()
  first.events.text(JSON.stringify([hello(5)]))
  first.events.text(JSON.stringify([gone(6), gone(8)]))
  first.events.closed(1006)
  wire.wake()
  assert.equal(wire.last().path, '/api/v1/feed?since=8')
  first.events.text(JSON.stringify([gone(99)]))
  first.events.closed(1006)
  wire.last().events.text(JSON.stringify([hello(8), gone(8), gone(9)]))
  assert.deepEqual(heard, ['load', 6, 8, 9])
  assert.equal(wire.opened.length, 2)
  followed.stop()
  assert.equal(wire.last().closed, true)
  wire.last().events.text(JSON.stringify([gone(10)]))
  assert.deepEqual(heard.at(-1), 9)
})

test('CLIENT6: what is no feed is given up', () => {
  const { wire, heard, followed } = feed()
  wire.last().events.text('<html>')
  assert.equal(wire.last().closed, true)
  wire.wake()
  assert.equal(wire.opened.length, 2)
  assert.deepEqual([heard, followed.state.phase], [[], 'connecting'])
})

test('CLIENT7: an output is followed through lost connections', () => {
  const wire = wires()
  const heard: (readonly [number, string])[] = []
  let ended = 0
  const frame = (start: number, text: string) =>
    encodeOutputFrame({
      start,
      total: 100,
      contentType: 'x',
      data: Uint8Array.from(text, (char) => char.charCodeAt(0)),
    })
  followOutput(
    { runId: 'r1', outputId: 'output', start: 2 },
    {
      ...wire,
      onData: (data, offset) => heard.push([offset, String.fromCharCode(...data)]),
      onEnd: () => void ended++,
    },
  )
  assert.equal(wire.last().path, '/api/v1/runs/r1/output/output/updates?start=2')
  wire.last().events.bytes(frame(2, 'cde'))
  wire.last().events.closed(1006)
  wire.wake()
  assert.equal(wire.last().path, '/api/v1/runs/r1/output/output/updates?start=5')
  wire.last().events.bytes(frame(4, 'efg'))
  wire.last().events.bytes(frame(4, 'ef'))
  wire.last().events.closed(1000)
  assert.deepEqual(heard, [
    [2, 'cde'],
    [5, 'fg'],
  ])
  assert.equal(ended, 1)
})

test('CLIENT9: who follows is told of each connection, and of each loss', () => {
  const wire = wires()
  const told: string[] = []
  followOutput(
    { runId: 'r1', outputId: 'output', start: 0 },
    {
      ...wire,
      onData: () => {},
      onEnd: () => void told.push('end'),
      onLost: () => void told.push('lost'),
      onOpen: () => void told.push('open'),
    },
  )
  const first = wire.last()
  first.events.opened?.()
  first.events.closed(1006)
  first.events.opened?.()
  wire.wake()
  wire.last().events.closed(1006)
  wire.wake()
  wire.last().events.opened?.()
  wire.last().events.closed(1000)
  wire.last().events.opened?.()
  assert.deepEqual(told, ['open', 'lost', 'lost', 'open', 'end'])
})

test('CLIENT8: a run that is followed begins again', () => {
  const wire = wires()
  const heard: RunUpdate[] = []
  const stop = followRun('r1', {
    ...wire,
    onUpdate: (update) => heard.push(update),
    onEnd: () => assert.fail('it has not ended'),
  })
  assert.equal(wire.last().path, '/api/v1/runs/r1/updates?init')
  wire.last().events.text('{"run_log":[]}')
  wire.last().events.text('<html>')
  assert.equal(wire.last().closed, true)
  wire.last().events.closed(1005)
  wire.wake()
  assert.equal(wire.last().path, '/api/v1/runs/r1/updates?init')
  stop()
  wire.last().events.text('{"run_log":[]}')
  assert.deepEqual(heard, [{ run_log: [] }])
})
