import assert from 'node:assert/strict'
import test from 'node:test'
import type { Job } from '@apsis/core/job'
import type { Run } from '@apsis/core/run'
import { EngineWorld, job, START } from './engine-world.ts'

const MINUTE = 60_000

test('ENG17: a plan of many instants is committed piece by piece, and starts go between', async () => {
  const world = new EngineWorld()
  const sizes: number[] = []
  world.commit = async (batch, store) => {
    const runs = batch.runs?.length ?? 0
    sizes.push(runs)
    // A tenth of a millisecond a run.
    await new Promise<void>((resolve) => void world.clock.wake(world.clock.now() + runs / 10, resolve))
    return store.commit(batch)
  }
  const late: number[] = []
  const observe = {
    made: () => {},
    started: (_run: Run, lateness: number | null) => void late.push(lateness ?? 0),
    running: () => {},
    finished: () => {},
    committing: () => {},
    committed: () => {},
    commitFailed: () => {},
  }
  await world.start([job('secondly', 'schedule: {type: interval, interval: 1}\nprogram: {type: no-op}')], { observe })
  await world.pass(10_000)
  assert.ok(Math.max(...sizes) <= 1_500, `a commit of ${Math.max(...sizes)} runs`)
  assert.ok((await world.instants('secondly')).length >= 3_600)
  assert.ok(late.length >= 10)
  assert.ok(Math.max(...late) <= 500, `late by ${Math.max(...late)} ms`)
})

test('ENG18: what ended while the coming runs were read is not taken up as it was', async () => {
  const world = new EngineWorld()
  const said: string[] = []
  const say = (message: string): number => said.push(message)
  const log = { info: () => {}, warn: say, error: say }
  await world.start([job('minutely', 'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}')], { log })
  const { read } = world.store
  const scheduledRuns = read.scheduledRuns.bind(read)
  let stale = 0
  read.scheduledRuns = async (until, limit) => {
    const runs = await scheduledRuns(until, limit)
    await new Promise<void>((resolve) => void world.clock.wake(world.clock.now() + 2 * MINUTE, resolve))
    stale += runs.filter(({ times }) => (times.schedule ?? 0) <= world.clock.now()).length
    return runs
  }
  await world.pass(30 * MINUTE)
  assert.ok(stale > 0)
  assert.deepEqual(said, [])
  const due = (await world.runs('minutely')).filter(({ times }) => (times.schedule ?? 0) <= START + 30 * MINUTE)
  assert.equal(due.length, 30)
  assert.ok(due.every(({ state }) => state === 'success'))
})

test('ENG19: a schedule with a limit that is planned again while a plan waits has no more coming runs than that', async () => {
  const world = new EngineWorld()
  const limited = job('some', 'schedule: {type: interval, interval: 5m, limit: 3}\nprogram: {type: no-op}')
  const slow = job('slow', 'schedule: {type: interval, interval: 1}\nprogram: {type: no-op}')
  await world.start([limited])
  // The rows of this one take longer than the rounds of planning are apart.
  world.commit = async (batch, store) => {
    const runs = batch.runs?.length ?? 0
    await new Promise<void>((resolve) => void world.clock.wake(world.clock.now() + runs * 100, resolve))
    return store.commit(batch)
  }
  void world.engine.applyJobs([limited, slow])
  let most = 0
  for (let n = 0; n < 30; n++) {
    await world.pass(MINUTE)
    const runs = await world.runs('some')
    most = Math.max(most, runs.filter(({ state }) => state === 'scheduled').length)
  }
  assert.equal(most, 3)
})

test('ENG20: a schedule with a limit goes on as soon as one of its runs begins, however short its interval', async () => {
  const world = new EngineWorld()
  const limited = job('some', 'schedule: {type: interval, interval: 10, limit: 3}\nprogram: {type: no-op}')
  const other = job(
    'other',
    'schedule: [{type: interval, interval: 1, limit: 1}, {type: interval, interval: 60}]\nprogram: {type: no-op}',
  )
  await world.start([limited, other])
  const since = world.clock.now()
  const check = async (): Promise<void> => {
    for (const [{ id: jobId, schedules }, every, most] of [
      [limited, 10_000, 3],
      [other, 1_000, 1],
    ] as const) {
      const own = (await world.instants(jobId)).filter(({ scheduleKey }) => scheduleKey === schedules[0]?.key)
      const due = own.filter((row) => row.due < world.clock.now() && row.due > since).map((row) => row.due)
      assert.equal(due.length, Math.floor((due.at(-1) ?? 0) / every) - Math.floor(since / every), jobId)
      assert.ok((due.at(-1) ?? 0) >= world.clock.now() - every, `${jobId}: the newest of its instants`)
      const late = own.filter((row) => row.due < world.clock.now() - 100 && row.verdict !== 'started')
      assert.deepEqual(late, [])
      assert.ok(own.filter((row) => row.due > world.clock.now()).length <= most)
    }
    assert.ok((await sanityOf(world)).unscheduled.total === 0)
  }
  await world.pass(3 * MINUTE + 500)
  await check()
  world.kill()
  await world.start([limited, other])
  await world.pass(3 * MINUTE)
  await check()
})

test('ENG20: an instant whose turn a limit kept open has its row when it falls due', async () => {
  const world = new EngineWorld()
  const limited = job('some', 'schedule: {type: interval, interval: 10, limit: 2}\nprogram: {type: no-op}')
  await world.start([limited])
  // Held, moved and skipped ones leave their places as well.
  const [first, second] = await world.runs('some')
  assert.ok(first && second)
  await world.answer(world.engine.operate(first.id, { type: 'hold', until: null, reason: null }))
  await world.answer(world.engine.operate(second.id, { type: 'skip', reason: null }))
  await world.pass(5 * MINUTE)
  const due = (await world.instants('some')).filter((row) => row.due < world.clock.now())
  assert.ok(due.length >= 30)
  assert.deepEqual([...new Set(due.slice(2).map(({ verdict }) => verdict))], ['started'])
  assert.ok(due.slice(2).every((row) => (row.decidedAt ?? 0) - row.due < 100))
})

test('ENG21: what came due of a limited schedule that goes, or changes, while no server ran has its row and verdict', async () => {
  const world = new EngineWorld()
  const text = 'schedule: {type: interval, interval: 60, limit: 2'
  const going = job('going', `${text}}\nprogram: {type: no-op}`)
  const changing = job('changing', `${text}}\nparams: []\nprogram: {type: no-op}`)
  await world.start([going, changing])
  world.kill()
  await world.pass(20 * MINUTE)
  const stop = '{start: {type: interval, interval: 60, limit: 2}, stop: {type: duration, duration: 30}}'
  await world.start([job('changing', `schedule: ${stop}\nprogram: {type: no-op}`)])
  await world.pass(MINUTE)
  for (const [jobId, verdict] of [
    ['going', 'missed'],
    ['changing', 'started'],
  ] as const) {
    const due = (await world.instants(jobId)).filter((row) => row.due < START + 20 * MINUTE)
    assert.equal(due.length, 20, jobId)
    assert.deepEqual([...new Set(due.map((row) => row.verdict))], [verdict])
  }
})

test('ENG22: of many schedules with a limit all get their next rows together, and a job that comes meanwhile waits for none of them', async () => {
  const world = new EngineWorld()
  let commits = 0
  world.commit = async (batch, store) => {
    commits++
    await new Promise<void>((resolve) => void world.clock.after(5, resolve))
    return store.commit(batch)
  }
  const text = 'schedule: {type: interval, interval: 1, limit: 2}\nprogram: {type: no-op}'
  const jobs = Array.from({ length: 300 }, (_, n) => job(`job ${n}`, text))
  await world.start(jobs)
  await world.pass(5_000)
  commits = 0
  const from = world.clock.now()
  await world.pass(20_000)
  assert.ok(commits < 200, `${commits} commits`)
  for (const { id } of jobs) {
    const rows = (await world.instants(id)).filter(({ due }) => due > from && due < world.clock.now() - 1_000)
    assert.ok(rows.length >= 18)
    assert.ok(rows.every(({ due, decidedAt }) => decidedAt !== null && decidedAt - due < 100))
  }
  void world.engine.applyJobs([...jobs, job('new', 'schedule: {type: interval, interval: 1}\nprogram: {type: no-op}')])
  await world.pass(200)
  assert.ok((await world.instants('new')).length > 0)
})

test('ENG23: no schedule has more coming runs than there may be of any, after a first start, a minute, a change and restarts', async () => {
  const world = new EngineWorld()
  const DAY = 24 * 60 * MINUTE
  const secondly = (label: string): Job =>
    job('secondly', `metadata: {labels: [${label}]}\nschedule: {type: interval, interval: 1}\nprogram: {type: no-op}`)
  const coming = async (): Promise<number> => (await world.store.read.pendingInstants('secondly')).length
  const check = async (): Promise<void> => assert.ok((await coming()) <= 10_000, `${await coming()} coming`)
  await world.start([secondly('a')], { horizon: DAY })
  await world.pass(3 * MINUTE)
  await check()
  void world.engine.applyJobs([secondly('b')])
  await world.pass(3 * MINUTE)
  await check()
  for (const pause of [0, 10 * MINUTE]) {
    world.kill()
    await world.pass(pause)
    await world.start([secondly('b')], { horizon: DAY })
    await world.pass(3 * MINUTE)
    await check()
    assert.ok((await coming()) > 9_000)
  }
})

async function sanityOf(world: EngineWorld): ReturnType<EngineWorld['engine']['sanity']> {
  return world.answer(world.engine.sanity())
}
