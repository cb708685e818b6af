import { type Run, type RunId, runId } from '@apsis/core/run'
import assert from 'node:assert/strict'
import test from 'node:test'
import type { JobModel } from './job-model.ts'
import { programArgv } from './program.ts'
import { World } from './world.ts'

// What a clock that is set, and stays so, must not do to what goes on.

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const FAILING = { slow: 4, failing: 1, deadly: 0 }
const WELL = { slow: 4, failing: 0, deadly: 0 }

/** A job that runs for `duration`, with more lines of YAML. */
function model(duration: number, more = '', schedules: JobModel['schedules'] = []): JobModel {
  const argv = programArgv({ duration, exit: 0, bytes: 200, deaf: false, missing: false })
  const words = argv.map((word) => JSON.stringify(word)).join(', ')
  return { id: 'job', schedules, rest: `program:\n  type: procstar\n  argv: [${words}]\n${more}` }
}

async function begun(...models: readonly JobModel[]): Promise<World> {
  const world = new World(1, null, { models })
  await world.pass(5 * SECOND)
  return world
}

/** Asks for a run, now or at a time. */
function ask(world: World, time: number | null = null): RunId {
  const id = runId(world.disk.tables.nextRun)
  void world.serving?.engine.schedule({ jobId: 'job', args: {}, time, stop: null, count: 1 })
  return id
}

async function stored(world: World, id: RunId): Promise<Run> {
  const run = await world.serving?.store.read.run(id)
  assert.ok(run !== null && run !== undefined)
  return run
}

for (const hours of [1, -1]) {
  test(`SIM18: a clock that is set by ${hours} h stops no program before its timeout, and each at its timeout`, async () => {
    const world = await begun(model(10 * MINUTE, '  timeout: {duration: 300}\n'))
    const id = ask(world)
    await world.pass(MINUTE)
    world.stepClock(hours * HOUR)
    await world.pass(3 * MINUTE)
    assert.equal((await stored(world, id)).state, 'running')
    await world.pass(90 * SECOND)
    const run = await stored(world, id)
    assert.ok('message' in run && run.message?.includes('timeout') === true, JSON.stringify(run))
    assert.ok(run.elapsed !== null && Math.abs(run.elapsed - 300) < 1, String(run.elapsed))
    assert.deepEqual(world.problems, [])
  })

  test(`SIM18: the same where the server dies as the clock is set by ${hours} h: the agent says how long it has run`, async () => {
    const world = await begun(model(10 * MINUTE, '  timeout: {duration: 300}\n'))
    const id = ask(world)
    await world.pass(MINUTE)
    world.killServer(10 * SECOND)
    world.stepClock(hours * HOUR)
    await world.pass(3 * MINUTE)
    assert.equal((await stored(world, id)).state, 'running')
    await world.pass(90 * SECOND)
    const run = await stored(world, id)
    assert.ok('message' in run && run.message?.includes('timeout') === true, JSON.stringify(run))
    assert.deepEqual(world.problems, [])
  })

  test(`SIM18: elapsed is how long a program ran, though the clock is set by ${hours} h meanwhile`, async () => {
    const world = await begun(model(5 * MINUTE))
    const id = ask(world)
    await world.pass(MINUTE)
    world.stepClock(hours * HOUR)
    await world.pass(5 * MINUTE)
    const run = await stored(world, id)
    assert.ok('elapsed' in run && run.state === 'success' && run.elapsed === 300, JSON.stringify(run))
  })

  test(`SIM18: a grace period is as long as it says though the clock is set by ${hours} h and the agent comes back in it`, async () => {
    const deaf = programArgv({ duration: HOUR, exit: 0, bytes: 0, deaf: true, missing: false })
    const words = deaf.map((word) => JSON.stringify(word)).join(', ')
    const rest = `program:\n  type: procstar\n  argv: [${words}]\n  stop: {grace_period: 60}\n`
    const world = await begun({ id: 'job', schedules: [], rest })
    const id = ask(world)
    await world.pass(5 * SECOND)
    void world.serving?.engine.operate(id, { type: 'stop' })
    await world.pass(10 * SECOND)
    world.stepClock(hours * HOUR)
    for (const host of world.hosts) world.killAgent(host, SECOND)
    await world.pass(40 * SECOND)
    assert.equal((await stored(world, id)).state, 'stopping')
    await world.pass(20 * SECOND)
    assert.ok('message' in (await stored(world, id)))
  })

  test(`SIM18: a run without an agent waits for start_timeout though the clock is set by ${hours} h`, async () => {
    const world = await begun(model(5 * SECOND))
    for (const host of world.hosts) world.killAgent(host, 2 * HOUR)
    await world.pass(2 * SECOND)
    const id = ask(world)
    await world.pass(SECOND)
    world.stepClock(hours * HOUR)
    await world.pass(110 * SECOND)
    assert.equal((await stored(world, id)).state, 'starting')
    await world.pass(20 * SECOND)
    assert.equal((await stored(world, id)).state, 'error')
    assert.deepEqual(world.problems, [])
  })

  test(`SIM18: a waiting run waits for waiting.max_time though the clock is set by ${2 * hours} h`, async () => {
    const world = await begun(
      model(SECOND, 'condition: {type: dependency, job_id: job, args: {}, states: [failure]}\n'),
    )
    const id = ask(world)
    await world.pass(MINUTE)
    world.stepClock(2 * hours * HOUR)
    await world.pass(58 * MINUTE)
    assert.equal((await stored(world, id)).state, 'waiting')
    await world.pass(2 * MINUTE)
    assert.equal((await stored(world, id)).state, 'error')
  })
}

test('SIM18: start_timeout counts from when the server is up that looks for an agent', async () => {
  const world = await begun(model(5 * SECOND))
  for (const host of world.hosts) world.killAgent(host, 2 * HOUR)
  await world.pass(5 * SECOND)
  const id = ask(world)
  await world.pass(SECOND)
  world.killServer(10 * MINUTE)
  await world.pass(10 * MINUTE + 3 * SECOND)
  assert.equal((await stored(world, id)).state, 'starting')
  for (const host of world.hosts) world.startAgent(host)
  await world.pass(10 * SECOND)
  assert.equal((await stored(world, id)).state, 'success')
})

test('SIM19: what the store could not take when the clock was set back is durable soon after it can', async () => {
  const world = await begun(model(5 * SECOND))
  const { server } = world
  assert.ok(server !== null)
  server.trouble = FAILING
  let answered = false
  void server.engine
    .pause({ scope: 'job', target: 'job', until: null, mode: 'hold', reason: null })
    .then(() => (answered = true))
  await world.pass(10 * SECOND)
  world.stepClock(-HOUR)
  server.trouble = WELL
  await world.pass(SECOND)
  assert.ok(answered)
})

test('SIM19: after the clock was set back a run begins at its time on it', async () => {
  const world = await begun(model(5 * SECOND))
  await world.pass(6 * MINUTE)
  world.stepClock(-HOUR)
  await world.pass(30 * SECOND)
  const time = world.clock.now() + 15 * MINUTE
  const id = ask(world, time)
  await world.pass(16 * MINUTE)
  const run = await stored(world, id)
  assert.equal(run.state, 'success')
  assert.ok(Math.abs((run.times.starting ?? 0) - time) < SECOND)
})

test('SIM19: a job that comes after the clock was set back by 12 h begins at each of its instants', async () => {
  const every = { kind: 'interval', every: 10 * MINUTE, phase: 30 * SECOND, stop: null } as const
  const world = await begun(model(SECOND))
  await world.pass(5 * MINUTE)
  world.stepClock(-12 * HOUR)
  world.folder.put([model(SECOND, '', [every])], world.clock.now())
  world.applyJobs()
  const began = world.clock.now()
  await world.pass(10 * HOUR)
  const rows = await world.serving?.store.read.instants('job', began, world.clock.now() - MINUTE, 1_000)
  assert.equal(rows?.length, 60)
  for (const { due, verdict, decidedAt } of rows ?? [])
    assert.ok(verdict === 'started' && (decidedAt ?? 0) - due < SECOND, `${due} ${verdict} ${decidedAt}`)
})

test('SIM19: an instant is not started again when the clock comes to it again', async () => {
  const every = { kind: 'interval', every: 10 * MINUTE, phase: 30 * SECOND, stop: null } as const
  const world = await begun(model(SECOND, '', [every]))
  await world.pass(HOUR)
  const before = world.disk.tables.runs.newest
  world.stepClock(-HOUR)
  await world.pass(HOUR)
  const rows = (await world.serving?.store.read.instants('job', 0, world.clock.now(), 1_000)) ?? []
  assert.equal(new Set(rows.map(({ due }) => due)).size, rows.length)
  assert.equal(rows.filter(({ verdict }) => verdict === 'started').length, 6)
  assert.ok(world.disk.tables.runs.newest >= before)
})

test('SIM19: what a pause holds that the clock comes to again begins when that pause ends', async () => {
  const every = { kind: 'interval', every: 10 * MINUTE, phase: 30 * SECOND, stop: null } as const
  const world = await begun(model(SECOND, '', [every]))
  const until = world.clock.now() + 25 * MINUTE
  void world.serving?.engine.pause({ scope: 'job', target: 'job', until, mode: 'hold', reason: null })
  await world.pass(26 * MINUTE)
  world.stepClock(-20 * MINUTE)
  // One that is moved to a time that the pause covers.
  const [next] = (await world.serving?.store.read.scheduledRuns(world.clock.now() + HOUR, 1)) ?? []
  assert.ok(next !== undefined)
  void world.serving?.engine.operate(next.id, { type: 'move', time: world.clock.now() + MINUTE })
  await world.pass(2 * MINUTE)
  const held = await stored(world, next.id)
  assert.ok(held.state === 'scheduled' && held.held?.pause !== null)
  await world.pass(20 * MINUTE)
  assert.equal((await stored(world, next.id)).state, 'success')
})

test('SIM19: an agent that falls silent after the clock was set back is missed within two minutes', async () => {
  const world = await begun(model(HOUR))
  const id = ask(world)
  await world.pass(MINUTE)
  world.stepClock(-HOUR)
  await world.pass(30 * SECOND)
  for (const wire of world.network.wires()) wire.cut({ client: null, server: null })
  world.network.partitioned = true
  await world.pass(2 * MINUTE)
  const run = await stored(world, id)
  assert.ok(run.state === 'running' && run.unreachableSince !== null)
})
