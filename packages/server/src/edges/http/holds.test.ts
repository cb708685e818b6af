import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTime } from '@apsis/api/json'
import { newRun, step } from '@apsis/core/run'
import { type ApiServer, NOW, startApiServer } from './fixture/api-server.ts'
import { refused } from './fixture/refused.ts'
import { runMembers } from './runs-json.ts'

let server: ApiServer
before(async () => {
  server = await startApiServer()
})
after(() => server.stop())

const LATER = formatTime(NOW + 3_600_000)

async function post(path: string, body: string): Promise<{ status: number; json: unknown }> {
  const reply = await fetch(`${server.base}${path}`, { method: 'POST', ...(body === '' ? {} : { body }) })
  const json: unknown = await reply.json()
  return { status: reply.status, json }
}

/** A run an hour from now. */
async function coming(): Promise<string> {
  const { runs } = await server.client.schedule({ job_id: 'extract', args: { date: 'd' }, times: { schedule: LATER } })
  return Object.keys(runs)[0] ?? ''
}

test('a held run says so, in the list too, until it is released', async () => {
  const id = await coming()
  const until = formatTime(NOW + 60_000)
  await server.client.hold(id, { until, reason: 'disk is full' })
  const held = { since: formatTime(NOW), until, reason: 'disk is full', due: false, pause_id: null }
  assert.deepEqual((await server.client.run(id)).held, held)
  assert.deepEqual((await server.client.runSummaries({ state: ['scheduled'] })).runs[id]?.held, held)
  await server.client.hold(id)
  assert.equal((await server.client.run(id)).held?.until, null)
  await server.client.release(id, 'there is room')
  assert.equal((await server.client.run(id)).held, undefined)
  assert.equal((await server.client.runLog(id)).at(-1)?.message, 'released: there is room')
  await refused(server.client.release(id), 400, 'RUN_STATE', /run is not held/)
  await refused(server.client.hold(id, { until: formatTime(NOW - 1) }), 400, 'REQUEST', /expected a time to come/)
  await refused(server.client.hold('r999'), 404, 'RUN_UNKNOWN')
})

test('a hold whose time has come is not shown, also of a run that is still to be released', async () => {
  const seed = {
    id: 'r1' as const,
    jobId: 'extract',
    args: {},
    labels: [],
    origin: { type: 'request' } as const,
    stop: null,
  }
  const made = step(newRun({ ...seed, schedule: NOW + 7_200_000 }, NOW), { type: 'schedule', message: '' }, NOW)
  assert.ok(made.ok)
  const held = step(made.run, { type: 'hold', until: NOW + 3_600_000, reason: null, pause: null }, NOW)
  assert.ok(held.ok)
  const shown = async (now: number): Promise<boolean> => {
    const jobs = { get: () => null, definition: async () => null }
    const ports = { jobs, history: { metas: async () => new Map() }, engine: { reason: () => null }, now: () => now }
    const texts = [await runMembers(ports, [held.run], true), await runMembers(ports, [held.run], false)]
    assert.equal(texts[0]?.includes('"held"'), texts[1]?.includes('"held"'))
    return texts[0]?.includes('"held"') === true
  }
  assert.deepEqual([await shown(NOW), await shown(NOW + 3_600_000)], [true, false])
})

test('a coming run is moved', async () => {
  const id = await coming()
  const time = formatTime(NOW + 7_200_000)
  await server.client.move(id, { time, reason: 'after the backup' })
  assert.equal((await server.client.run(id)).times.schedule, time)
  assert.match((await server.client.runLog(id)).at(-1)?.message ?? '', /^moved from .*: after the backup$/)
  await server.client.skip(id, 'bank holiday')
  await refused(server.client.move(id, { time }), 400, 'RUN_STATE')
})

test('operations take no body, an empty one, or a reason; a misspelt member is told', async () => {
  for (const body of ['', '{}', 'null', '{"reason":null}', '{"reason":"so"}']) {
    const id = await coming()
    const { status } = await post(`/api/v1/runs/${id}/skip`, body)
    assert.equal(status, 200, body)
    const message = body.includes('"so"') ? 'so' : undefined
    assert.equal((await server.client.run(id)).message, message, body)
  }
  const id = await coming()
  for (const [operation, body, place] of [
    ['skip', '{', /not JSON/],
    ['skip', '[]', /expected an object/],
    ['skip', '{"reson":"x"}', /reson/],
    ['skip', '{"reason":7}', /reason/],
    ['hold', '{"untill":"2030-01-01T00:00:00Z"}', /untill/],
    ['hold', '{"until":"tomorrow"}', /not a time: tomorrow/],
    ['hold', '{"until":5}', /until/],
    ['move', '{}', /time/],
    ['move', '{"time":"now"}', /not a time: now/],
  ] as const) {
    const { status, json } = await post(`/api/v1/runs/${id}/${operation}`, body)
    assert.equal(status, 400, body)
    assert.match(JSON.stringify(json), /REQUEST_INVALID/)
    assert.match(JSON.stringify(json), place)
  }
  assert.equal((await server.client.run(id)).held, undefined)
})
