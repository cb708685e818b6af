import { type RunId, runId } from '@apsis/core/run'
import assert from 'node:assert/strict'
import test from 'node:test'
import { NthFault } from './nth-fault.ts'
import type { SimServer } from './server.ts'
import { programArgv } from './program.ts'
import { settle } from './run-seed.ts'
import { World } from './world.ts'

// What seeds have found, each boiled down to what it takes.

const SECOND = 1_000
const MINUTE = 60 * SECOND
const FAILING = { slow: 4, failing: 1, deadly: 0 }
const WELL = { slow: 4, failing: 0, deadly: 0 }

/** A world with a server that serves and agents that are there. */
async function begun(): Promise<{ readonly world: World; readonly server: SimServer }> {
  const world = new World(1, null)
  await world.pass(5 * SECOND)
  const server = world.serving
  assert.ok(server !== null && world.hosts.every((host) => world.agent(host)?.ready))
  return { world, server }
}

/** A request of a run now; the run's number is the next one. */
function request(world: World, server: SimServer, jobId: string): RunId {
  const id = runId(world.disk.tables.nextRun)
  void server.engine.schedule({ jobId, args: {}, time: null, stop: null, count: 1 })
  return id
}

async function allIsWell(world: World): Promise<void> {
  await settle(world, new Set())
  assert.deepEqual(world.problems, [])
}

test('SIM2: seed 112: an agent that registered while commits failed was asked to start a run that no store had', async () => {
  const { world, server } = await begun()
  server.trouble = FAILING
  request(world, server, 'plain')
  await world.pass(2 * SECOND)
  for (const host of world.hosts) world.killAgent(host, 100)
  await world.pass(20 * SECOND)
  assert.deepEqual(
    world.hosts.flatMap((host) => [...host.truth.keys()]),
    [],
  )
  world.killServer(SECOND)
  await allIsWell(world)
})

test('SIM2: a run that was stopped while its start became durable is not started', async () => {
  const { world, server } = await begun()
  server.trouble = FAILING
  const id = request(world, server, 'plain')
  await world.pass(2 * SECOND)
  void server.engine.operate(id, { type: 'stop' })
  await world.pass(2 * SECOND)
  server.trouble = WELL
  await world.pass(20 * SECOND)
  assert.deepEqual(
    world.hosts.flatMap((host) => [...host.truth.keys()]),
    [],
  )
  const run = await server.store.read.run(id)
  assert.ok(run !== null && 'message' in run && run.message === 'stopped before it was started')
  await allIsWell(world)
})

test('SIM3: seed 16: a scheduled run that a user asked something in vain of never began', async () => {
  const { world } = await begun()
  // A server that made the run itself has a timer for it: one that was started since does not.
  world.killServer(SECOND)
  await world.pass(5 * SECOND)
  const server = world.serving
  assert.ok(server !== null)
  const now = world.clock.now()
  const later = await server.store.read.scheduledRuns(now + 40 * MINUTE, 1_000)
  const run = later.find(({ times, jobId }) => jobId === 'plain' && (times.schedule ?? 0) > now + 15 * MINUTE)
  assert.ok(run !== undefined)
  const answer = server.engine.operate(run.id, { type: 'mark', state: 'success' })
  await world.pass(SECOND)
  assert.equal((await answer).ok, false)
  await world.pass(41 * MINUTE)
  assert.notEqual((await server.store.read.run(run.id))?.state, 'scheduled')
  await allIsWell(world)
})

test('SIM3: seed 182: a waiting run whose job is gone was never launched when a user started it', async () => {
  const { world, server } = await begun()
  request(world, server, 'single')
  await world.pass(SECOND)
  const waiting = request(world, server, 'single')
  await world.pass(SECOND)
  assert.equal(server.engine.live(waiting)?.state, 'waiting')
  world.folder.put(
    world.folder.models.filter(({ id }) => id !== 'single'),
    world.clock.now(),
  )
  world.applyJobs()
  await world.pass(SECOND)
  void server.engine.operate(waiting, { type: 'start' })
  await allIsWell(world)
})

test('SIM1: seed 128: instants of a schedule that was taken away stayed when the server was killed meanwhile', async () => {
  const { world, server } = await begun()
  server.trouble = { slow: 4, failing: 0, deadly: 1 }
  world.folder.put(
    world.folder.models.map((model) => (model.id === 'plain' ? { ...model, schedules: [] } : model)),
    world.clock.now(),
  )
  world.applyJobs()
  await world.pass(20 * SECOND)
  assert.ok(server.dead && world.upToDate)
  await allIsWell(world)
})

test('SIM1: seed 27: a schedule that came back was planned from when it had gone, when the server was killed as it went', async () => {
  const { world, server } = await begun()
  const { models } = world.folder
  server.trouble = { slow: 4, failing: 0, deadly: 1 }
  world.folder.put(
    models.filter(({ id }) => id !== 'noop'),
    world.clock.now(),
  )
  world.applyJobs()
  // Longer than rows are made ahead: the schedule's cursor is in the past.
  await world.pass(7 * 60 * MINUTE)
  world.folder.put(models, world.clock.now())
  world.applyJobs()
  await world.pass(30 * MINUTE)
  await allIsWell(world)
})

test('SIM7: seed 267: a proc that its agent could not delete at once was held for ever', async () => {
  const { world, server } = await begun()
  const id = request(world, server, 'plain')
  await world.pass(2)
  while (server.engine.live(id)?.state !== 'running') await world.pass(10)
  for (const host of world.hosts) world.agent(host)?.refuseWrites(true)
  await world.pass(MINUTE)
  const held = (): readonly string[] =>
    world.hosts.flatMap((host) => world.agent(host)?.procIds() ?? []).filter((procId) => procId.startsWith(`${id}-`))
  assert.equal(held().length, 1)
  for (const host of world.hosts) world.agent(host)?.refuseWrites(false)
  await world.pass(3 * MINUTE)
  assert.deepEqual(held(), [])
  await allIsWell(world)
})

test('SIM3: seed 14: what was planned while a reload read the coming instants stayed, though its schedule was gone', async () => {
  const { world } = await begun()
  // Planning and the reload come together when the machine wakes.
  world.suspendServer(60 * MINUTE)
  await world.pass(30 * MINUTE)
  world.folder.put(
    world.folder.models.map((model) => ({ ...model, schedules: [] })),
    world.clock.now(),
  )
  await world.pass(40 * MINUTE)
  assert.ok(world.upToDate)
  assert.deepEqual(
    world.disk.tables.runs.unfinished().filter(({ state }) => state === 'scheduled'),
    [],
  )
  await allIsWell(world)
})

test('SIM3: seed 6049: a start that failed was told before it was recorded, and an agent that was killed then ran the proc', async () => {
  const world = new World(1, null, { nth: new NthFault('spawn', 1) })
  await world.pass(5 * SECOND)
  const server = world.serving
  assert.ok(server !== null && world.hosts.every((host) => world.agent(host)?.ready))
  for (const host of world.hosts) host.onLaunch = () => world.agent(host)?.refuseWrites(true)
  const id = request(world, server, 'plain')
  await world.pass(SECOND)
  assert.equal(server.engine.live(id)?.state, 'starting', 'nobody can know yet that it will not run')
  for (const host of world.hosts) {
    host.onLaunch = null
    world.killAgent(host, 100)
  }
  await allIsWell(world)
})

/** A world of one job of a process that runs for an hour, and a run of it that runs; the store takes nothing from now on. */
async function failingUnder(rest: string, deaf = false) {
  const argv = programArgv({ duration: 60 * MINUTE, exit: 0, bytes: 200, deaf, missing: false })
  const words = argv.map((word) => JSON.stringify(word)).join(', ')
  const model = { id: 'long', schedules: [], rest: `program:\n  type: procstar\n  argv: [${words}]\n${rest}` }
  const world = new World(1, null, { models: [model] })
  await world.pass(5 * SECOND)
  const server = world.serving
  assert.ok(server !== null)
  const id = request(world, server, 'long')
  await world.pass(10 * SECOND)
  assert.equal(server.engine.live(id)?.state, 'running')
  server.trouble = FAILING
  await world.pass(SECOND)
  const alive = (): number =>
    world.hosts.flatMap((host) => [...host.truth.values()]).filter(({ end }) => end === null).length
  return { world, server, id, alive }
}

test('SIM22: while the store takes nothing, what is stopped is gone within its grace period, and who asked is told', async () => {
  for (const deaf of [false, true]) {
    const { world, server, id, alive } = await failingUnder('  stop: {grace_period: 20}\n', deaf)
    const answer = server.engine.operate(id, { type: 'stop' })
    await world.pass(5 * SECOND)
    const told = await Promise.race([answer, Promise.resolve(null)])
    assert.ok(told !== null && !told.ok && told.rejection.code === 'UNRECORDED')
    assert.equal(alive(), deaf ? 1 : 0, 'it has its grace period')
    await world.pass(20 * SECOND)
    assert.equal(alive(), 0)
    assert.equal((await server.store.read.run(id))?.state, 'running', 'nothing is recorded')
    server.trouble = WELL
    await world.pass(20 * SECOND)
    const run = await server.store.read.run(id)
    assert.ok(run?.state === 'failure' && run.times.stopping !== undefined)
    await allIsWell(world)
  }
})

test('SIM22: while the store takes nothing, a timeout ends its process', async () => {
  const { world, server, id, alive } = await failingUnder('  timeout: {duration: 60}\n')
  await world.pass(70 * SECOND)
  assert.equal(alive(), 0)
  server.trouble = WELL
  await world.pass(20 * SECOND)
  const run = await server.store.read.run(id)
  assert.ok(run?.state === 'failure' && 'message' in run && run.message?.includes('timeout'), JSON.stringify(run))
  await allIsWell(world)
})

test('SIM22: a server that is killed before a stop is recorded finds the run ended by its signal', async () => {
  const { world, server, id } = await failingUnder('  stop: {grace_period: 20}\n')
  void server.engine.operate(id, { type: 'stop' })
  await world.pass(5 * SECOND)
  world.killServer(SECOND)
  await world.pass(30 * SECOND)
  const run = await world.serving?.store.read.run(id)
  assert.ok(run?.state === 'failure' && run.message === 'killed by SIGTERM' && run.times.stopping === undefined)
  await allIsWell(world)
})

test('SIM23: coming runs get the new labels of their job, also where the server is killed meanwhile', async () => {
  const every = { kind: 'interval', every: MINUTE, phase: 30 * SECOND, stop: null } as const
  const argv = programArgv({ duration: SECOND, exit: 0, bytes: 10, deaf: false, missing: false })
  const words = argv.map((word) => JSON.stringify(word)).join(', ')
  const model = { id: 'many', schedules: [every], rest: `program:\n  type: procstar\n  argv: [${words}]\n` }
  for (const killedAfter of [null, 1, 5, 10, 20, 40]) {
    const world = new World(1, null, { models: [model] })
    await world.pass(5 * SECOND)
    const server = world.serving
    assert.ok(server !== null)
    const later = world.clock.now() + 120 * MINUTE
    void server.engine.schedule({ jobId: 'many', args: {}, time: later, stop: null, count: 1 })
    await world.pass(SECOND)
    world.folder.put([{ ...model, rest: `${model.rest}metadata: {labels: [x]}\n` }], world.clock.now())
    world.applyJobs()
    await world.pass(killedAfter ?? 0)
    if (killedAfter !== null) world.killServer(SECOND)
    await world.pass(10 * SECOND)
    assert.equal(server.dead, killedAfter !== null)
    const coming = world.disk.tables.runs.unfinished().filter(({ state }) => state === 'scheduled')
    assert.ok(coming.length > 300, `${coming.length} coming runs`)
    const now = await world.serving?.store.read.scheduledRuns(Number.MAX_SAFE_INTEGER, 10_000)
    assert.deepEqual(
      now?.filter(({ labels }) => labels.join() !== 'x').map(({ id }) => id),
      [],
    )
    assert.deepEqual(await world.serving?.store.read.records('relabel'), [])
    await allIsWell(world)
  }
})
