import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { nodeFetch } from './fetch.ts'

async function serving(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

test('a request and its reply', async (t) => {
  const seen: [IncomingMessage, string][] = []
  const base = await serving(t, (request, response) => {
    void text(request).then((body) => {
      seen.push([request, body])
      response.writeHead(409, { 'Content-Range': 'bytes 0-1/3' }).end('né\n')
    })
  })
  const reply = await nodeFetch(`${base}/a?b=c`, { method: 'POST', headers: { 'x-y': 'z' }, body: '{"é":1}' })
  assert.deepEqual([reply.status, await reply.text()], [409, 'né\n'])
  assert.deepEqual([reply.headers.get('content-range'), reply.headers.get('none')], ['bytes 0-1/3', null])
  const [request, body] = seen[0] ?? assert.fail('nothing was asked')
  assert.deepEqual([request.method, request.url, request.headers['x-y'], body], ['POST', '/a?b=c', 'z', '{"é":1}'])
  const again = await nodeFetch(base, { method: 'GET', headers: {} })
  assert.deepEqual(Buffer.from(await again.arrayBuffer()), Buffer.from('né\n'))
})

test('no reply, and half a reply, fail with their cause', async (t) => {
  const base = await serving(t, (request, response) => {
    if (request.url === '/half') response.writeHead(200, { 'content-length': 10 }).write('half')
    if (request.url === '/half') setImmediate(() => response.destroy())
    else response.destroy()
  })
  const isFailure = (error: unknown): boolean => error instanceof TypeError && error.cause instanceof Error
  await assert.rejects(nodeFetch(base, { method: 'GET', headers: {} }), isFailure)
  await assert.rejects(async () => (await nodeFetch(`${base}/half`, { method: 'GET', headers: {} })).text(), isFailure)
})
