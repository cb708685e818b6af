import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import test from 'node:test'
import { script, served } from '../../fixture/http.ts'

const HEAD = 'POST /procs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'

test('HTTP21: requests that are too long, or none', async (context) => {
  const { ask, raw } = await served(context)
  const table: readonly (readonly [string, number])[] = [
    [`GET /procs HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
    [`${HEAD}Content-Length: 99999999999\r\n\r\n`, 413],
    [`${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
    [`${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`, 400],
    [`${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`, 400],
    [`${HEAD}Content-Encoding: gzip\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabcde`, 415],
    ['GET /procs HTTP/9.9\r\n\r\n', 400],
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['GET /procs HTTP/1.1\r\nHost: a\r\n b: c\r\n\r\n', 400],
    ['GET /procs HTTP/1.1\r\nHost : localhost\r\n\r\n', 400],
  ]
  for (const [bytes, status] of table) {
    const answer = await raw(bytes)
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), JSON.stringify(bytes.slice(0, 100)))
    assert.match(answer, /\r\n\r\n\{"errors":\{"detail":.*"status":"4/)
  }
  const deep = await ask('/procs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: `{"specs":{"a":${'['.repeat(100_000)}`,
  })
  assert.equal(deep.status, 400)
  assert.equal((await ask('/agent')).status, 200)
})

test('HTTP22: those who are slow on purpose', async (context) => {
  const { raw, port, start, ask } = await served(context, { headTimeout: 0.1, stallTimeout: 0.2, maxConnections: 1 })
  assert.match(await raw('GET /procs HTTP/1.1\r\nHost: lo'), /^HTTP\/1\.1 408 /)
  // Says nothing at all.
  await raw('')
  await start('a', script('head -c 30000000 /dev/zero; exec sleep 1000'))
  const stalled = connect({ host: '127.0.0.1', port })
  stalled.on('error', () => {})
  stalled.write('GET /procs/a/output/1/data?follow=1 HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(stalled, 'readable')
  await assert.rejects(ask('/agent'))
  // It has the only connection until it is cut off.
  for (let free = false; !free; )
    free = await ask('/agent').then(
      () => true,
      () => false,
    )
  stalled.destroy()
})

test('HTTP23: more connections than allowed', async (context) => {
  const { port, ask } = await served(context, { maxConnections: 1 })
  const first = connect({ host: '127.0.0.1', port })
  await once(first, 'connect')
  await assert.rejects(ask('/agent'), /socket hang up|ECONNRESET/)
  first.destroy()
})
