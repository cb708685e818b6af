import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOW, startApiServer } from './fixture/api-server.ts'

async function listed(base: string, query: string): Promise<readonly string[]> {
  const response = await fetch(`${base}/api/v1/runs${query}`)
  const body: unknown = await response.json()
  assert.ok(typeof body === 'object' && body !== null && 'runs' in body, JSON.stringify(body))
  return Object.keys(body.runs ?? {})
}

test('runs that changed before the lookback are not listed, and are found by id', async (t) => {
  const server = await startApiServer({ oldest: NOW - 1_000 })
  t.after(() => server.stop())
  const [id = 'r0'] = await server.makeRuns(2)
  const run = await server.store.read.run(id)
  assert.ok(run !== null)
  const time = NOW - 1_001
  const old = { ...run, id: 'r7', times: { schedule: time, new: time, scheduled: time } } as const
  await server.commit({ runs: [{ run: old, expect: null, facts: [{ type: 'log', message: 'long ago', time }] }] })
  assert.deepEqual(await listed(server.base, ''), ['r2', 'r1'])
  assert.deepEqual(await listed(server.base, '?job_id=extract'), ['r2', 'r1'])
  assert.deepEqual(await listed(server.base, '?since=2020-01-01T00:00:00Z'), ['r2', 'r1'])
  assert.deepEqual(await listed(server.base, '?run_id=r7'), ['r7'])
  assert.equal((await fetch(`${server.base}/api/v1/runs/r7`)).status, 200)

  const socket = new WebSocket(`${server.base.replace('http', 'ws')}/api/v1/summary?init`)
  const runs = await new Promise<readonly string[]>((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('no socket')))
    socket.addEventListener('message', ({ data }) => {
      const ids = [...String(data).matchAll(/"run_id":"(r\d+)"/g)].map(([, id = '']) => id)
      if (ids.length > 0) resolve(ids)
    })
  })
  socket.close()
  assert.deepEqual(runs, ['r2', 'r1'])
})
