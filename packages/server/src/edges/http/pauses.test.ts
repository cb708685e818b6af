import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTime } from '@apsis/api/json'
import { type MainServer, startMainServer } from './fixture/main-server.ts'
import { refused } from './fixture/refused.ts'

const NIGHTLY = 'program: {type: no-op}\nschedule: {type: daily, tz: UTC, daytime: "00:00:01"}\n'

let server: MainServer
before(async () => {
  server = await startMainServer({
    'etl/load': `${NIGHTLY}metadata: {labels: [night]}\n`,
    'etl/check': NIGHTLY,
    plain: 'program: {type: no-op}\n',
  })
})
after(() => server.stop())

test('schedules of a job, a folder or a label are paused, listed by job, and go on', async () => {
  const { client } = server
  const until = formatTime(Date.now() + 3_600_000)
  const one = await client.pause({ scope: 'job', target: 'load', until, reason: ' moving house ' })
  const { pause_id: id, since, ...pause } = one.pause
  assert.deepEqual(pause, { scope: 'job', target: 'etl/load', until, mode: 'skip', reason: 'moving house' })
  assert.ok(Date.parse(since) <= Date.now())
  const folder = await client.pause({ scope: 'job', target: 'etl/', mode: 'hold' })
  const label = await client.pause({ scope: 'label', target: 'night' })
  assert.deepEqual([one.jobs, folder.jobs, label.jobs], [1, 2, 1])
  const targets = async (jobId?: string): Promise<readonly string[]> =>
    (await client.pauses(jobId === undefined ? {} : { job_id: jobId })).map(({ target }) => target)
  assert.deepEqual(await targets(), ['etl/load', 'etl/', 'night'])
  assert.deepEqual(await targets('etl/load'), ['etl/load', 'etl/', 'night'])
  assert.deepEqual(await targets('check'), ['etl/'])
  assert.deepEqual(await targets('plain'), [])
  const ended = await client.resume(id, 'done')
  assert.ok(ended.until !== null && ended.until < until)
  assert.deepEqual(await targets(), ['etl/', 'night'])
  await refused(client.resume(id), 404, 'PAUSE_UNKNOWN')
  await refused(client.pause({ scope: 'job', target: 'etl' }), 400, 'JOB_AMBIGUOUS')
  await refused(client.pause({ scope: 'job', target: 'gone' }), 400, 'JOB_NO_MATCH')
  await refused(client.pauses({ job_id: 'gone' }), 400, 'JOB_NO_MATCH')
  assert.equal((await client.pause({ scope: 'label', target: 'nobody has it' })).jobs, 0)
  const past = formatTime(Date.now() - 1_000)
  await refused(client.pause({ scope: 'label', target: 'x', until: past }), 400, 'REQUEST', /time to come/)
  for (const [body, place] of [
    ['', /expected a JSON body/],
    ['{"scope":"tag","target":"x"}', /scope/],
    ['{"scope":"job","target":""}', /target/],
    ['{"scope":"job","target":"/"}', /"path":"target".*no job id begins with \//],
    ['{"scope":"job","target":"etl//"}', /"path":"target"/],
    ['{"scope":"label","target":"a\\u001b[2J"}', /"path":"target".*control characters/],
    ['{"scope":"label","target":"a\\u202eb"}', /"path":"target".*control characters/],
    ['{"scope":"job","target":"etl/","mode":"stop"}', /mode/],
    ['{"scope":"job","target":"etl/","untill":null}', /untill/],
  ] as const) {
    const reply = await fetch(`${server.base}/api/v1/pauses`, { method: 'POST', body })
    assert.equal(reply.status, 400)
    assert.match(await reply.text(), place)
  }
})

test('a backfill is looked at, started, seen and cancelled', async () => {
  const { client } = server
  const range = { job_id: 'load', from: '2026-01-01T00:00:00Z', to: '2026-01-11T00:00:00Z' }
  const preview = await client.previewBackfill({ ...range, order: 'newest', schedule: 1 })
  assert.deepEqual([preview.job_id, preview.total, preview.instants.length], ['etl/load', 10, 10])
  const [newest] = preview.instants
  assert.equal(newest?.due, '2026-01-10T00:00:01.000+00:00')
  assert.deepEqual(await client.backfills(), [])
  const key = newest?.schedule_key ?? ''
  const made = await client.backfill({ ...range, schedule: key, concurrency: 4, reason: 'new code' })
  const { backfill_id: id, created: _, position: __, made: ___, state: ____, ...asked } = made
  assert.deepEqual(asked, {
    job_id: 'etl/load',
    schedule_key: key,
    from: '2026-01-01T00:00:00.000+00:00',
    to: '2026-01-11T00:00:00.000+00:00',
    order: 'oldest',
    concurrency: 4,
    reason: 'new code',
    total: 10,
    message: null,
  })
  assert.deepEqual(
    (await client.backfills()).map(({ backfill_id }) => backfill_id),
    [id],
  )
  const cancelled = await client.cancelBackfill(id, 'enough')
  assert.ok(cancelled.state === 'done' || cancelled.message === 'cancelled by a user: enough', cancelled.state)
  await refused(client.cancelBackfill('nothing'), 404, 'BACKFILL_UNKNOWN')
  await refused(client.backfill({ ...range, to: range.from }), 400, 'BACKFILL_RANGE')
  await refused(client.backfill({ ...range, job_id: 'gone' }), 400, 'JOB_NO_MATCH')
  await refused(client.backfill({ ...range, job_id: 'plain' }), 400, 'REQUEST', /no enabled schedule/)
  await refused(client.backfill({ ...range, schedule: 2 }), 400, 'REQUEST_INVALID', /has 1 schedule; expected 1/)
  await refused(client.backfill({ ...range, concurrency: 1_001 }), 400, 'REQUEST_INVALID', /from 1 to 1000/)
  await refused(client.backfill({ ...range, from: 'yesterday' }), 400, 'REQUEST_INVALID', /not a time: yesterday/)
})

test('a run and its rerun name each other', async () => {
  const { client } = server
  const { runs } = await client.schedule({ job_id: 'plain', reason: 'by hand' })
  const id = Object.keys(runs)[0] ?? ''
  assert.match((await client.runLog(id))[0]?.message ?? '', /^scheduled: now: by hand/)
  assert.deepEqual((await client.run(id)).reruns, [])
  const ids = [(await client.rerun(id)).show_run_id, (await client.rerun(id, 'rerun as r1')).show_run_id]
  assert.deepEqual((await client.run(id)).reruns, ids)
  assert.deepEqual((await client.run(ids[0] ?? '')).origin, { type: 'rerun', run_id: id })
  assert.match((await client.runLog(id)).at(-1)?.message ?? '', new RegExp(`^rerun as ${ids[1]}: rerun as r1$`))
})
