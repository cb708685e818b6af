import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import type { InstantJson } from '@apsis/api/json'
import { commandFile, FeedWatch, System } from '../system/index.ts'

const LIMIT = { timeout: 120_000 }

// Half an hour from now and every hour from then on: nothing of it comes due by itself while the test lasts.
const PHASE = (new Date().getUTCMinutes() + 30) % 60

const JOBS = {
  hourly: `program: {type: no-op}\nschedule: {type: interval, interval: 1h, phase: ${PHASE}m}\n`,
  often: 'program: {type: no-op}\nschedule: {type: interval, interval: 1s}\nmetadata: {labels: [noisy]}\n',
}

test('E2E30: what users hold, move, pause, make up and skip in bulk stays so through kill -9', LIMIT, async (t) => {
  const system = await System.create({ jobs: JOBS })
  t.after(() => system.destroy())
  await system.startServer()
  const feed = new FeedWatch(system.url)
  t.after(() => feed.stop())
  const apsis = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, APSIS_HOST: `127.0.0.1:${system.port}` }
    const { stdout } = await promisify(execFile)(process.execPath, [commandFile('apsis'), ...args], { env })
    return stdout
  }
  const crash = async (): Promise<void> => {
    await system.server.kill('SIGKILL')
    await system.startServer()
  }
  // A server that serves may still be planning.
  await feed.until((all) => [...all.values()].filter((run) => run.job_id === 'hourly').length >= 12)
  const { runs } = await system.client.runs({ job_id: 'hourly', state: ['scheduled'], page_order: 'earliest' })
  const [held = '', moved = '', ...others] = Object.keys(runs)
  assert.ok(others.length >= 10, `${others.length} more runs of the day ahead`)

  // Its time comes while it is held.
  await apsis('hold', held, '--reason', 'disk is full')
  await apsis('move', 'now', held)
  await feed.until((all) => all.get(held)?.held?.due === true)
  await apsis('move', '+3h', moved, '--reason', 'after the backup')
  const time = (await system.client.run(moved)).times.schedule
  await apsis('pause', 'often', '--hold', '--reason', 'too noisy')
  await feed.until((all) => [...all.values()].some((run) => run.job_id === 'often' && run.held?.due === true))
  await crash()

  assert.match(await apsis('run', held), /\[H\] scheduled .*\n.*held since .* \(its time has passed\): disk is full/)
  assert.equal((await system.client.run(moved)).times.schedule, time)
  const pauses = await system.client.pauses()
  assert.deepEqual(
    pauses.map(({ target, mode, reason }) => [target, mode, reason]),
    [['often', 'hold', 'too noisy']],
  )
  assert.ok(feed.messages.some((message) => message.type === 'pause' && message.change === 'added'))

  await apsis('release', held)
  await feed.run(held, 'success')
  await apsis('resume', 'often', '--reason', 'quiet enough')
  await feed.until((all) => !Array.from(all.values()).some((run) => run.held?.pause_id === pauses[0]?.pause_id))
  await feed.until(() => feed.messages.some((message) => message.type === 'pause' && message.change === 'ended'))

  const skipped = await apsis('skip', '--query', 'job:hourly state:scheduled', '--yes', '--reason', 'bank holiday')
  assert.match(skipped, /^skip: \d+ runs of \d+ that match/)
  await crash()
  for (const id of others.slice(0, 10)) assert.equal((await system.client.run(id)).message, 'bank holiday')

  const to = new Date(Date.now() - 3_600_000).toISOString()
  const from = new Date(Date.now() - 49 * 3_600_000).toISOString()
  const range = ['hourly', '--from', from, '--to', to, '--concurrency', '3']
  assert.match(await apsis('backfill', ...range, '--dry-run'), /would make 48 runs\n/)
  await apsis('backfill', ...range)
  await crash()
  await feed.until(() => feed.messages.some((message) => message.type === 'backfill' && message.change === 'ended'))
  const [backfill] = await system.client.backfills()
  assert.deepEqual([backfill?.state, backfill?.made, backfill?.total], ['done', 48, 48])
  const made = await system.client.runs({ page_query: 'origin:backfill state:success', page_limit: 100 })
  assert.equal(new Set(Object.values(made.runs).map((run) => run.times.schedule)).size, 48)

  // Each instant has the verdict that it was to have.
  const now = Date.now()
  const { instants } = await system.client.instants({ job_id: 'hourly', from: now - 3_600_000, to: now + 90_000_000 })
  const verdictOf = (runId: string): InstantJson['verdict'] =>
    instants.find((instant) => instant.run_id === runId)?.verdict ?? null
  assert.equal(verdictOf(others[0] ?? ''), 'skipped')
  assert.equal(verdictOf(moved), 'superseded')
})
