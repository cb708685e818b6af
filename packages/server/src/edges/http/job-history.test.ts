import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { ApiError } from '@apsis/api/client'
import { formatTime } from '@apsis/api/json'
import { type ApiServer, NOW, startApiServer } from './fixture/api-server.ts'

async function start(t: TestContext): Promise<ApiServer> {
  const server = await startApiServer()
  t.after(() => server.stop())
  return server
}

async function refused(call: Promise<unknown>, status: number, code: string, text: RegExp): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof ApiError)
    assert.deepEqual([error.status, error.code], [status, code])
    assert.match(error.message, text)
    return true
  })
}

test('it says which jobs are in force', async (t) => {
  const server = await start(t)
  const state = await server.client.jobsState()
  assert.deepEqual([state.digest, state.source, state.since, state.problems], ['d1', 'folder', formatTime(NOW), []])
})

test('a job without a history has the version in force; no other can be compared', async (t) => {
  const server = await start(t)
  const { versions, more } = await server.client.jobVersions('extract', { definitions: true })
  assert.deepEqual([versions.length, versions[0]?.since, versions[0]?.current, more], [1, null, true, false])
  await refused(server.client.jobDiff('extract'), 404, 'VERSION_UNKNOWN', /there is none before/)
  await refused(server.client.jobVersions('nothing'), 404, 'JOB_UNKNOWN', /no job_id nothing/)
})
