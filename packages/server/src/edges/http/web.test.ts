import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startApiServer } from './fixture/api-server.ts'

test('the page is served for every path outside of /api; its files as they are', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-web-'))
  t.after(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html>page')
  await writeFile(join(folder, 'assets', 'a-1234.js'), 'script')
  const server = await startApiServer({ web: folder })
  t.after(() => server.stop())
  const read = async (path: string) => {
    const reply = await fetch(server.base + path)
    return [reply.status, reply.headers.get('content-type'), await reply.text(), reply.headers.get('cache-control')]
  }
  const page = [200, 'text/html; charset=utf-8', '<!doctype html>page', 'no-cache']
  assert.deepEqual(await read('/'), page)
  assert.deepEqual(await read('/runs/r12'), page)
  assert.deepEqual(await read('/job/a/b.c'), page)
  const [status, , text, cache] = await read('/assets/a-1234.js')
  assert.deepEqual([status, text, cache], [200, 'script', 'public, max-age=31536000, immutable'])
  assert.equal((await read('/assets/gone.js'))[0], 404)
  assert.equal((await read('/api/v1/nothing'))[0], 404)
  assert.equal((await read('/../../etc/passwd'))[0], 200)
  assert.equal((await read('/%2e%2e/%2e%2e/etc/passwd'))[2]?.toString().includes('root:'), false)
})

test('without a page it says where the API is', async (t) => {
  const server = await startApiServer()
  t.after(() => server.stop())
  const reply = await fetch(server.base)
  assert.equal(reply.status, 404)
  assert.match(await reply.text(), /the API is below \/api\/v1/)
})
