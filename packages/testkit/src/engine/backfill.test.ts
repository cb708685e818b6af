import assert from 'node:assert/strict'
import test from 'node:test'
import type { Backfill } from '@apsis/core/backfill'
import type { Run } from '@apsis/core/run'
import type { BackfillRequest } from '@apsis/server/engine'
import { EngineWorld, job, START } from './engine-world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Midnight, a second before the start. */
const MIDNIGHT = START - 1_000
const DAILY = job(
  'daily',
  'params: [date]\nschedule: {start: {type: daily, tz: UTC, daytime: "06:00:00"}, stop: {type: duration, duration: 600}}\nprogram: {type: no-op, duration: 10}',
)
const QUICK = job('quick', 'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}')
const IDLE = job('idle', 'program: {type: no-op}')
const JOBS = [DAILY, QUICK, IDLE]

const WEEK: BackfillRequest = {
  jobId: 'daily',
  scheduleKey: null,
  from: MIDNIGHT - 7 * DAY,
  to: MIDNIGHT,
  order: 'oldest',
  concurrency: 2,
  reason: 'lost week',
}

async function world(): Promise<EngineWorld> {
  const fresh = new EngineWorld()
  await fresh.start(JOBS)
  return fresh
}

async function backfill(on: EngineWorld, more: Partial<BackfillRequest> = {}): Promise<Backfill> {
  const reply = await on.answer(on.engine.backfill({ ...WEEK, ...more }))
  if (!reply.ok) assert.fail(reply.rejection.message)
  return reply.value
}

async function refusal(on: EngineWorld, more: Partial<BackfillRequest>): Promise<string> {
  const reply = await on.answer(on.engine.backfill({ ...WEEK, ...more }))
  assert.ok(!reply.ok)
  return `${reply.rejection.code}: ${reply.rejection.message}`
}

async function runs(on: EngineWorld, jobId = 'daily'): Promise<readonly Run[]> {
  return (await on.runs(jobId)).filter(({ origin }) => origin.type === 'backfill')
}

const dues = (found: readonly Run[]): readonly number[] => found.map(({ times }) => times.schedule ?? 0)
const EXPECTED = Array.from({ length: 7 }, (_, n) => MIDNIGHT - 7 * DAY + n * DAY + 6 * HOUR)

test('FILL1: each instant of the range gets one run, in order, with its args and its stop time from now', async () => {
  for (const order of ['oldest', 'newest'] as const) {
    const on = await world()
    const { id, total } = await backfill(on, { order })
    assert.equal(total, 7)
    await on.pass(10 * MINUTE)
    const made = await runs(on)
    assert.deepEqual(dues(made), order === 'oldest' ? EXPECTED : EXPECTED.toReversed())
    for (const run of made) {
      assert.equal(run.state, 'success')
      assert.ok(run.origin.type === 'backfill' && run.origin.backfill === id)
      assert.equal(run.args['date'], new Date(run.times.schedule ?? 0).toISOString().slice(0, 10))
      assert.equal(run.times.stop, (run.times.new ?? 0) + 600_000)
    }
    const [ended] = on.engine.backfills()
    assert.ok(ended !== undefined)
    assert.deepEqual([ended.state, ended.made, ended.message], ['done', 7, null])
    assert.equal((await on.store.read.log(made[0]?.id ?? 'r1'))[0]?.fact.type, 'state')
  }
})

test('FILL2: no more runs than its concurrency are unfinished at once', async () => {
  const on = await world()
  await backfill(on, { concurrency: 3 })
  for (let n = 0; n < 12; n++) {
    await on.pass(2_500)
    const unfinished = (await runs(on)).filter(({ state }) => state !== 'success')
    assert.ok(unfinished.length <= 3)
    if (n === 0) assert.equal(unfinished.length, 3)
  }
  assert.equal((await runs(on)).length, 7)
})

test('FILL3: a dry run gives the instants, some of them where they are many, and makes nothing', async () => {
  const on = await world()
  const reply = await on.answer(on.engine.previewBackfill({ ...WEEK, order: 'newest' }, 2))
  assert.ok(reply.ok)
  assert.equal(reply.value.total, 7)
  assert.deepEqual(
    reply.value.instants.map(({ due }) => due),
    EXPECTED.toReversed().slice(0, 2),
  )
  assert.deepEqual(reply.value.instants[0]?.args, { date: '2025-12-31' })
  await on.pass(MINUTE)
  assert.equal((await runs(on)).length, 0)
  assert.deepEqual(on.engine.backfills(), [])
})

test('FILL4: killed at any commit, it goes on after a restart, and each instant has one run', async () => {
  for (let nth = 1; nth <= 14; nth++) {
    for (const when of ['beforeCommit', 'afterCommit'] as const) {
      const on = await world()
      let commits = 0
      on.hooks[when] = async () => {
        if (++commits === nth) on.kill()
      }
      on.engine.backfill({ ...WEEK, order: 'newest' }).catch(() => {})
      await on.pass(3 * MINUTE)
      delete on.hooks[when]
      if (commits >= nth) await on.start(JOBS)
      await on.pass(3 * MINUTE)
      const made = await runs(on)
      // Killed before it was durable, it was never there.
      if (nth === 1 && when === 'beforeCommit') assert.equal(made.length, 0)
      else assert.deepEqual(dues(made), EXPECTED.toReversed(), `${when} ${nth}`)
      assert.ok(made.every(({ state }) => state === 'success'))
      assert.ok(on.engine.backfills().every(({ state }) => state === 'done'))
    }
  }
})

test('FILL5: a cancelled one makes no more; what is made goes on, after a restart too', async () => {
  const on = await world()
  const { id } = await backfill(on)
  await on.pass(1_000)
  const reply = await on.answer(on.engine.cancelBackfill(id, 'wrong week'))
  assert.ok(reply.ok)
  assert.deepEqual([reply.value.state, reply.value.message], ['cancelled', 'cancelled by a user: wrong week'])
  on.kill()
  await on.start(JOBS)
  await on.pass(5 * MINUTE)
  const made = await runs(on)
  assert.deepEqual(dues(made), EXPECTED.slice(0, 2))
  assert.ok(made.every(({ state }) => state === 'success'))
  const unknown = await on.answer(on.engine.cancelBackfill('none'))
  assert.ok(!unknown.ok && unknown.rejection.code === 'BACKFILL_UNKNOWN')
})

test('FILL6: what cannot be is refused, and nothing is made', async () => {
  const on = await world()
  assert.equal(await refusal(on, { jobId: 'x' }), 'JOB_UNKNOWN: no job x')
  assert.equal(await refusal(on, { jobId: 'idle' }), 'REQUEST: job idle has no enabled schedule')
  assert.equal(await refusal(on, { scheduleKey: 'k' }), 'REQUEST: job daily has no schedule k')
  assert.equal(await refusal(on, { concurrency: 0 }), 'REQUEST: concurrency is 0, expected 1 to 1000')
  assert.match(await refusal(on, { from: WEEK.to }), /^BACKFILL_RANGE: the range begins at .*expected an end after/)
  assert.match(
    await refusal(on, { to: START + DAY }),
    /^BACKFILL_RANGE: the range ends at .*expected a time that has passed/,
  )
  assert.equal(await refusal(on, { from: MIDNIGHT - HOUR }), 'BACKFILL_RANGE: the range has no instants')
  const many = await refusal(on, { jobId: 'quick', from: MIDNIGHT - 70 * DAY })
  assert.equal(many, 'BACKFILL_RANGE: the range has more than 100000 instants: take a shorter one')
  assert.match(await refusal(on, { reason: 'x'.repeat(1_001) }), /^REQUEST: the reason has 1001 characters/)
  assert.deepEqual(on.engine.backfills(), [])
  assert.equal((await runs(on)).length, 0)
})

test('FILL7: with the job gone it is cancelled and says so; with the job changed it goes on from where it was', async () => {
  const on = await world()
  await backfill(on, { concurrency: 1 })
  await on.pass(15_000)
  const evening = job(
    'daily',
    'params: [date]\nschedule: {type: daily, tz: UTC, daytime: "18:00:00"}\nprogram: {type: no-op}',
  )
  await on.answer(on.engine.applyJobs([evening, QUICK, IDLE]))
  await on.pass(MINUTE)
  const made = dues(await runs(on))
  assert.equal(new Set(made).size, made.length)
  assert.deepEqual(
    made,
    made.toSorted((left, right) => left - right),
  )
  assert.equal(made.at(-1), MIDNIGHT - 6 * HOUR)
  const hourly = job('hourly', 'schedule: {type: interval, interval: 3600}\nprogram: {type: no-op, duration: 5}')
  await on.answer(on.engine.applyJobs([evening, hourly]))
  const { id } = await backfill(on, { concurrency: 1, jobId: 'hourly' })
  await on.answer(on.engine.applyJobs([evening]))
  await on.pass(10_000)
  const ended = on.engine.backfills().find((one) => one.id === id)
  assert.deepEqual([ended?.state, ended?.message, ended?.made], ['cancelled', 'no job hourly', 1])
})

test('FILL8: while the store takes nothing it makes no more than one piece', async () => {
  const on = await world()
  const { id } = await backfill(on, { jobId: 'quick', from: MIDNIGHT - 10 * DAY, concurrency: 1_000 })
  on.hooks.beforeCommit = async () => {
    throw new Error('no space left on device')
  }
  await on.pass(MINUTE)
  const made = (): number => on.engine.backfills().find((one) => one.id === id)?.made ?? 0
  const before = made()
  await on.pass(MINUTE)
  assert.equal(made(), before)
  delete on.hooks.beforeCommit
  await on.pass(10 * MINUTE)
  assert.equal(made(), 14_400)
  assert.equal(on.engine.backfills().find((one) => one.id === id)?.state, 'done')
  const count = await on.store.read.countRuns({ jobId: 'quick', states: ['success'] }, 20_000)
  assert.ok(count >= 14_400)
})
