import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { type ApiServer, startApiServer } from './fixture/api-server.ts'
import { member } from './fixture/member.ts'

let server: ApiServer
before(async () => {
  server = await startApiServer()
})
after(() => server.stop())

async function get(
  path: string,
  init?: RequestInit,
): Promise<{ status: number; json: Record<string, unknown>; headers: Headers }> {
  const reply = await fetch(server.base + path, init)
  const json: unknown = await reply.json()
  assert.ok(typeof json === 'object' && json !== null)
  return { status: reply.status, json: { ...json }, headers: reply.headers }
}

describe('requests that are not as they should be', () => {
  test('unknown paths below /api are 404 JSON; other methods 405 with those that would do', async () => {
    for (const path of ['/api', '/api/v1', '/api/v1/nothing', '/api/v2/jobs', '/api/v1/runs/r1/nothing']) {
      const { status, json } = await get(path)
      assert.deepEqual([status, json['code']], [404, 'NOT_FOUND'], path)
    }
    const { status, json, headers } = await get('/api/v1/runs', { method: 'DELETE' })
    assert.deepEqual([status, json['code'], headers.get('allow')], [405, 'METHOD_NOT_ALLOWED', 'GET, POST'])
  })

  const bad: readonly (readonly [string, RequestInit, RegExp])[] = [
    ['/api/v1/runs?state=runnin', {}, /"in":"query","path":"state/],
    ['/api/v1/runs?since=now', {}, /"path":"since"/],
    ['/api/v1/runs?run_id=7', {}, /"path":"run_id/],
    ['/api/v1/runs?summary=perhaps', {}, /"path":"summary"/],
    ['/api/v1/runs?page_limit=99999', {}, /"path":"page_limit"/],
    ['/api/v1/runs?page_cursor=zzz', {}, /"path":"page_cursor".*next/],
    ['/api/v1/runs?page_cursor=bmV3ZXN0OjE&page_order=latest', {}, /"path":"page_cursor".*order newest/],
    ['/api/v1/runs?page_size=2', {}, /"path":"page_size".*did you mean page_limit\?/],
    ['/api/v1/runs?job_id=a&job_id=b', {}, /"path":"job_id"/],
    ['/api/v1/jobs?label=a&label=b', {}, /"path":"label"/],
    ['/api/v1/instants', {}, /"path":"from"/],
    ['/api/v1/instants?verdict=lost', {}, /not a verdict: lost/],
    ['/api/v1/instants?from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z', {}, /not to be after/],
    ['/api/v1/runs', { method: 'POST' }, /"in":"body".*expected a JSON body/],
    ['/api/v1/runs', { method: 'POST', body: '{' }, /"in":"body".*not JSON/],
    ['/api/v1/runs', { method: 'POST', body: '[]' }, /"in":"body"/],
    ['/api/v1/runs', { method: 'POST', body: '{}' }, /missing job_id or job/],
    ['/api/v1/runs', { method: 'POST', body: '{"job_id": 7}' }, /"path":"job_id"/],
    ['/api/v1/runs', { method: 'POST', body: '{"job_id":"j","args":{"a":[1]}}' }, /"path":"args.a"/],
    ['/api/v1/runs', { method: 'POST', body: '{"job_id":"j","times":{"schedule":"soon"}}' }, /"path":"times.schedule"/],
    ['/api/v1/runs?count=x', { method: 'POST', body: '{"job_id":"j"}' }, /"path":"count"/],
    ['/api/v1/runs?count=-1', { method: 'POST', body: '{"job_id":"j"}' }, /"path":"count"/],
    ['/api/v1/runs/r1/mark/running', { method: 'POST' }, /"in":"path","path":"state".*not a state: 'running'/],
    ['/api/control/reload_jobs?dry_run=maybe', { method: 'POST' }, /"path":"dry_run"/],
    ['/api/control/shut_down?restart=maybe', { method: 'POST' }, /"path":"restart"/],
    ['/api/v1/runs?page_zone=Mars&page_limit=1', {}, /"path":"page_zone".*unknown time zone: Mars/],
    ['/api/v1/instants', {}, /"path":"to","message":"missing; expected a time with a zone/],
    ['/api/v1/runs//hold', { method: 'POST' }, /"path":"run_id","message":"expected text that is not empty"/],
    ['/api/v1/job_diff/j?from=z', {}, /"path":"from","message":"expected text of at least 4 characters"/],
    [
      '/api/v1/runs/r1/hold',
      { method: 'POST', body: '{"untl":"x"}' },
      /"path":"untl","message":"no such key; did you mean until\?; known here: until, reason"/,
    ],
    [
      '/api/v1/bulk',
      { method: 'POST', body: '{"query":"a","operation":{"type":"strt"}}' },
      /"path":"operation.type","message":"expected one of start, .*, found \\"strt\\""/,
    ],
    [
      '/api/v1/backfills',
      { method: 'POST', body: '{"job_id":"j","from":"2026-01-01T00:00:00Z","order":"best"}' },
      /"path":"to","message":"missing; expected a time .*"path":"order","message":"expected one of oldest, newest, found \\"best\\""/,
    ],
    [
      '/api/v1/runs',
      { method: 'POST', body: '{"job_id":"j","args":{"a":[1]}}' },
      /"message":"expected text, a number, true or false, or null, found a list"/,
    ],
    ['/api/v1/runs', { method: 'POST', body: '[]' }, /"message":"expected an object, found a list"/],
    ['/api/v1/runs', { method: 'POST', body: '{"job_id": 7}' }, /"message":"expected text, found 7"/],
  ]
  for (const [path, init, place] of bad) {
    test(`${init.method ?? 'GET'} ${path} ${typeof init.body === 'string' ? init.body : ''} is 400 with its place`, async () => {
      const { status, json } = await get(path, init)
      assert.deepEqual([status, json['code']], [400, 'REQUEST_INVALID'], JSON.stringify(json))
      assert.match(JSON.stringify(json['details']), place)
    })
  }

  test('a path that is not properly escaped is 400, and a body that is too large 413', async () => {
    assert.equal((await get('/api/v1/jobs/%zz')).status, 400)
    const { status, json } = await get('/api/v1/runs', { method: 'POST', body: 'x'.repeat((4 << 20) + 1) })
    assert.deepEqual([status, json['code']], [413, 'BODY_TOO_LARGE'])
  })

  test('whoever calls the server by a name that is not its own is refused, and told which names are', async () => {
    for (const path of ['/api/v1/runs', '/', '/nothing']) {
      const { status, text } = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
        request(server.base + path, { headers: { host: 'evil.example' } }, (reply) => {
          let text = ''
          reply.setEncoding('utf8').on('data', (part: string) => void (text += part))
          reply.on('end', () => resolve({ status: reply.statusCode, text }))
        })
          .on('error', reject)
          .end()
      })
      assert.equal(status, 403)
      const reply: unknown = JSON.parse(text)
      assert.equal(member(reply, 'code'), 'ORIGIN')
      assert.match(
        String(member(reply, 'error')),
        /^Host is "evil\.example": expected an IP address or one of localhost/,
      )
    }
  })

  test('a page of another site can change nothing', async () => {
    const init = { method: 'POST', headers: { origin: 'http://evil.example' } }
    const { status, json } = await get('/api/v1/runs/r1/skip', init)
    assert.deepEqual([status, json['code']], [403, 'ORIGIN'])
    assert.equal(
      (await get('/api/v1/runs/r999999/skip', { method: 'POST', headers: { origin: server.base } })).status,
      404,
    )
  })

  test('nothing of all this is a defect', () => {
    assert.deepEqual(server.errors, [])
  })
})
