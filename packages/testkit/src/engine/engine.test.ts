import assert from 'node:assert/strict'
import test from 'node:test'
import { StoreError } from '@apsis/store/port'
import { EngineWorld, job, START } from './engine-world.ts'

const QUICK = job('quick', 'program: {type: no-op}')
const MINUTELY = job('minutely', 'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}')
const SLOW = job('slow', 'program: {type: no-op, duration: 30}')
const LIMITED = job('limited', 'condition: {type: max_running, count: 2}\nprogram: {type: no-op, duration: 10}')
const NEEDY = job('needy', 'condition: {type: dependency, job_id: quick}\nprogram: {type: no-op}')
const MINUTE = 60_000
/** The first full minute after the start. */
const FIRST = START - 1_000 + MINUTE

test('ENG1: a due instant has its row before, and its verdict when its run begins', async () => {
  const world = new EngineWorld()
  await world.start([MINUTELY])
  const before = await world.instants('minutely')
  assert.ok(before.length >= 59)
  assert.ok(before.every(({ verdict, due }) => verdict === null && due > START))
  await world.pass(3 * MINUTE)
  const after = await world.instants('minutely')
  assert.deepEqual(
    after.slice(0, 4).map(({ verdict }) => verdict),
    ['started', 'started', 'started', null],
  )
  const runs = await world.runs('minutely')
  assert.deepEqual(
    runs.slice(0, 4).map(({ state }) => state),
    ['success', 'success', 'success', 'scheduled'],
  )
})

test('ENG2: no more runs start than max_running allows', async () => {
  const world = new EngineWorld()
  await world.start([LIMITED])
  await world.ask('limited', {}, { count: 7 })
  const active = async (): Promise<number> =>
    (await world.runs('limited')).filter(({ state }) => state === 'starting' || state === 'running').length
  assert.equal(await active(), 2)
  await world.pass(10_000)
  assert.equal(await active(), 2)
  await world.pass(60_000)
  assert.ok((await world.runs('limited')).every(({ state }) => state === 'success'))
})

test('ENG3: a dependency is met when the run that it needs succeeds', async () => {
  const world = new EngineWorld()
  await world.start([QUICK, NEEDY])
  const needy = await world.ask('needy')
  await world.pass(5 * MINUTE)
  assert.equal(await world.state(needy), 'waiting')
  await world.ask('quick')
  assert.equal(await world.state(needy), 'success')
})

test('ENG4: a changed job makes its coming runs anew; decided instants stay decided', async () => {
  const world = new EngineWorld()
  await world.start([MINUTELY, QUICK])
  await world.pass(2 * MINUTE)
  const skipped = (await world.runs('minutely')).find(({ state }) => state === 'scheduled')
  assert.ok(skipped !== undefined)
  await world.answer(world.engine.operate(skipped.id, { type: 'skip' }))
  const stopping = 'schedule: {start: {type: interval, interval: 60}, stop: {type: duration, duration: 5}}'
  const changed = job('minutely', `${stopping}\nprogram: {type: no-op, duration: 20}`)
  const changes = await world.answer(world.engine.applyJobs([changed, QUICK]))
  assert.deepEqual(changes, { added: [], changed: ['minutely'], removed: [] })
  await world.pass(1_000)
  const instants = await world.instants('minutely')
  assert.deepEqual(
    instants.slice(0, 4).map(({ verdict }) => verdict),
    ['started', 'started', 'skipped', null],
  )
  assert.equal(new Set(instants.map(({ due }) => due)).size, instants.length)
  const coming = (await world.runs('minutely')).filter(({ state }) => state === 'scheduled')
  assert.ok(coming.every(({ times }) => times.stop === (times.schedule ?? 0) + 5_000))
  const removed = await world.answer(world.engine.applyJobs([QUICK]))
  assert.deepEqual(removed.removed, ['minutely'])
  await world.pass(1_000)
  assert.ok((await world.runs('minutely')).every(({ state }) => state !== 'scheduled'))
})

test('ENG5: what an action makes is there exactly once, whenever the server is killed', async () => {
  const first = job('first', 'successors: quick\nprogram: {type: no-op, duration: 5}')
  // The nth commit is the last before the kill: before it is applied, or after it is and nobody has heard.
  for (let nth = 1; nth <= 8; nth++) {
    for (const when of ['beforeCommit', 'afterCommit'] as const) {
      const world = new EngineWorld()
      await world.start([first, QUICK])
      let commits = 0
      world.hooks[when] = async () => {
        if (++commits === nth) world.kill()
      }
      world.engine.schedule({ jobId: 'first', args: {}, time: null, stop: null, count: 1 }).catch(() => {})
      await world.pass(20_000)
      delete world.hooks[when]
      if (commits >= nth) await world.start([first, QUICK])
      await world.pass(20_000)
      const made = await world.runs('first')
      const followed = await world.runs('quick')
      assert.equal(followed.length, made.length, `${when} ${nth}`)
      assert.ok([...made, ...followed].every(({ state }) => state === 'success'))
    }
  }
})

test('ENG6: what came due while no server ran is started at the next start, each once', async () => {
  const world = new EngineWorld()
  await world.start([MINUTELY])
  await world.pass(MINUTE)
  world.kill()
  await world.pass(90 * MINUTE)
  await world.start([MINUTELY])
  await world.pass(MINUTE)
  const instants = (await world.instants('minutely')).filter(({ due }) => due <= world.clock.now())
  assert.deepEqual(
    instants.map(({ due }) => due),
    Array.from({ length: instants.length }, (_, n) => FIRST + n * MINUTE),
  )
  assert.ok(instants.length >= 92)
  assert.ok(instants.every(({ verdict }) => verdict === 'started'))
  const ended = (await world.runs('minutely')).filter(({ state }) => state === 'success')
  assert.equal(ended.length, instants.length)
})

test('ENG7: while the store takes nothing, nothing is lost and nobody is told', async () => {
  const world = new EngineWorld()
  await world.start([QUICK])
  world.hooks.beforeCommit = async () => {
    throw new Error('no space left on device')
  }
  let told = false
  const reply = world.engine.schedule({ jobId: 'quick', args: {}, time: null, stop: null, count: 3 }).then((answer) => {
    told = true
    return answer
  })
  await world.pass(5 * MINUTE)
  assert.equal(told, false)
  assert.notEqual(world.engine.load().failingSince, null)
  const refused = await world.engine.schedule({ jobId: 'quick', args: {}, time: null, stop: null, count: 1 })
  assert.ok(!refused.ok)
  assert.equal(refused.rejection.code, 'BUSY')
  assert.match(refused.rejection.message, /^the store has taken nothing since /)
  assert.equal((await world.runs('quick')).length, 0)
  delete world.hooks.beforeCommit
  await world.pass(MINUTE)
  assert.ok((await reply).ok)
  assert.deepEqual(
    (await world.runs('quick')).map(({ state }) => state),
    ['success', 'success', 'success'],
  )
})

test('ENG8: a run that waits for too long ends in error', async () => {
  const world = new EngineWorld()
  await world.start([QUICK, NEEDY], { waitingTimeout: 5 * MINUTE })
  const id = await world.ask('needy')
  await world.pass(3 * MINUTE)
  world.kill()
  await world.start([QUICK, NEEDY], { waitingTimeout: 5 * MINUTE })
  await world.pass(MINUTE)
  assert.equal(await world.state(id), 'waiting')
  await world.pass(MINUTE)
  const run = await world.store.read.run(id)
  assert.ok(run?.state === 'error')
  assert.match(run.message ?? '', /^waiting for dependency quick\(\) is success: timeout after 300 s$/)
})

test('ENG9: a step of the clock neither makes nor loses a run', async () => {
  const world = new EngineWorld()
  await world.start([MINUTELY])
  await world.pass(5 * MINUTE)
  world.clock.stepBy(-3 * MINUTE)
  await world.pass(10 * MINUTE)
  world.clock.stepBy(20 * MINUTE)
  await world.pass(5 * MINUTE)
  const due = (await world.instants('minutely')).filter((instant) => instant.due <= world.clock.now())
  assert.deepEqual(
    due.map((instant) => instant.due),
    Array.from({ length: due.length }, (_, n) => FIRST + n * MINUTE),
  )
  assert.ok(due.every(({ verdict }) => verdict === 'started'))
  assert.equal((await world.runs('minutely')).filter(({ state }) => state === 'success').length, due.length)
})

test("ENG10: args that are not the job's are refused, and nothing is made", async () => {
  const world = new EngineWorld()
  await world.start([QUICK])
  const request = { jobId: 'quick', args: { x: '1' }, time: null, stop: null, count: 1 }
  const reply = await world.answer(world.engine.schedule(request))
  assert.ok(!reply.ok && reply.rejection.code === 'ARGS')
  assert.equal(reply.rejection.message, 'extra args (x) for job quick')
  assert.equal((await world.runs('quick')).length, 0)
})

test('ENG11: a rerun names its first run and has its stop time anew', async () => {
  const world = new EngineWorld()
  await world.start([SLOW])
  const first = await world.ask('slow', {}, { stop: START + 10_000 })
  await world.pass(MINUTE)
  const stopped = await world.store.read.run(first)
  assert.ok(stopped?.state === 'error' && stopped.message === 'program stopped')
  const away = (stopped.times.stop ?? 0) - (stopped.times.schedule ?? 0)
  const reply = await world.answer(world.engine.rerun(first))
  assert.ok(reply.ok)
  const again = await world.store.read.run(reply.value.id)
  assert.deepEqual(again?.origin, { type: 'rerun', of: first })
  assert.equal((again?.times.stop ?? 0) - (again?.times.schedule ?? 0), away)
})

test('ENG12: a coming run that was skipped stays skipped after a restart', async () => {
  const world = new EngineWorld()
  await world.start([MINUTELY])
  const coming = (await world.runs('minutely'))[1]
  assert.ok(coming !== undefined)
  await world.answer(world.engine.operate(coming.id, { type: 'skip' }))
  world.kill()
  await world.start([MINUTELY])
  await world.pass(3 * MINUTE)
  const verdicts = (await world.instants('minutely')).slice(0, 3).map(({ verdict }) => verdict)
  assert.deepEqual(verdicts, ['started', 'skipped', 'started'])
})

test('ENG13: a program of the server goes on after a restart, for the rest of its time', async () => {
  const world = new EngineWorld()
  await world.start([SLOW])
  const id = await world.ask('slow')
  await world.pass(10_000)
  world.kill()
  await world.start([SLOW])
  await world.pass(10_000)
  assert.equal(await world.state(id), 'running')
  await world.pass(12_000)
  const run = await world.store.read.run(id)
  assert.ok(run?.state === 'success' && run.elapsed !== null)
  assert.ok(Math.abs(run.elapsed - 30) < 0.5, String(run.elapsed))
})

test('ENG14: a change that the store refuses for good is given up alone', async () => {
  const world = new EngineWorld()
  await world.start([QUICK])
  world.commit = (batch, store) =>
    batch.runs?.some(({ run }) => run.id === 'r2') === true
      ? Promise.reject(new StoreError('STORE_REQUEST', 'a value that cannot be stored'))
      : store.commit(batch)
  const request = { jobId: 'quick', args: {}, time: null, stop: null, count: 3 }
  const reply = await world.answer(world.engine.schedule(request))
  await world.pass(1_000)
  assert.deepEqual(
    (await world.runs('quick')).map(({ id, state }) => `${id} ${state}`),
    ['r1 success', 'r3 success'],
  )
  assert.ok(reply.ok || reply.rejection.code === 'CONFLICT')
})

test('ENG15: a start with more jobs than a turn plans makes each run once', async () => {
  const world = new EngineWorld()
  const jobs = Array.from({ length: 1_200 }, (_, n) =>
    job(`many/${n}`, 'schedule: {type: daily, tz: UTC, daytime: "00:30:00"}\nprogram: {type: no-op}\n'),
  )
  let refused = 0
  world.commit = async (batch, store) => {
    const reply = await store.commit(batch)
    refused += reply.conflicts.length
    return reply
  }
  await world.start(jobs)
  await world.pass(1_000)
  assert.equal(refused, 0)
  for (const n of [0, 600, 1_199]) assert.equal((await world.runs(`many/${n}`)).length, 1)
})

test('ENG16: a schedule with a limit has no more coming runs than that, however often it is planned', async () => {
  const world = new EngineWorld()
  const some = job('some', 'schedule: {type: interval, interval: 5m, limit: 3}\nprogram: {type: no-op}')
  const coming = async (): Promise<number> =>
    (await world.runs('some')).filter(({ state }) => state === 'scheduled').length
  await world.start([some])
  assert.equal(await coming(), 3)
  for (let n = 0; n < 12; n++) {
    await world.pass(MINUTE)
    assert.equal(await coming(), 3)
  }
  world.kill()
  await world.start([some])
  await world.pass(5 * MINUTE)
  assert.equal(await coming(), 3)
  const due = (await world.instants('some')).map((instant) => instant.due)
  assert.deepEqual(
    due,
    Array.from({ length: due.length }, (_, n) => (due[0] ?? 0) + n * 5 * MINUTE),
  )
})
