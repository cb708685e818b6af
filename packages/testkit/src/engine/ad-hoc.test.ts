import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EngineWorld, job, START } from './engine-world.ts'

const MINUTE = 60_000
const DAY = 86_400_000

/** An ad hoc job, as a request makes one. */
function adHoc(n: number, more = '') {
  return job(`adhoc-${n}`, `program: {type: no-op, duration: 10}\nad_hoc: true\n${more}`)
}

test('HOC1: an ad hoc job leaves when its runs are over, stays readable in the store, and comes back for a rerun', async () => {
  const world = new EngineWorld()
  await world.start([job('folder', 'program: {type: no-op}')])
  const one = adHoc(1)
  await world.answer(world.engine.addJob(one))
  const id = await world.ask(one.id)
  await world.pass(5_000)
  assert.equal(world.engine.definitions.adHoc, 1)
  await world.pass(5 * MINUTE)
  assert.equal(await world.state(id), 'success')
  assert.equal(world.engine.definitions.adHoc, 0)
  assert.deepEqual(
    (await world.store.read.jobs()).map(({ jobId }) => jobId),
    ['folder'],
  )
  const [version] = await world.store.read.jobVersions(one.id, 10)
  assert.deepEqual((await world.store.read.definition(version?.hash ?? ''))?.json, one.json)

  const again = await world.answer(world.engine.rerun(id))
  assert.ok(again.ok)
  world.kill()
  await world.start([job('folder', 'program: {type: no-op}')])
  await world.pass(5 * MINUTE)
  assert.equal(again.ok && (await world.state(again.value.id)), 'success')
  assert.equal(world.engine.definitions.adHoc, 0)
})

test('HOC2: one with a run to come stays, also over a restart, however far off that is', async () => {
  const world = new EngineWorld()
  await world.start([])
  const one = adHoc(1)
  await world.answer(world.engine.addJob(one))
  const request = { jobId: one.id, args: {}, time: START + DAY, stop: null, count: 1 }
  const reply = await world.answer(world.engine.schedule(request))
  assert.ok(reply.ok)
  await world.pass(60 * MINUTE)
  assert.equal(world.engine.definitions.adHoc, 1)
  world.kill()
  await world.start([])
  await world.pass(DAY + MINUTE)
  assert.equal(reply.ok && (await world.state(reply.value[0]?.id ?? 'r0')), 'success')
})

test('HOC3: a thousand ad hoc jobs that are over are let go, some each minute, and one with a schedule stays', async () => {
  const world = new EngineWorld()
  await world.start([])
  await world.answer(world.engine.addJob(adHoc(0, 'schedule: {type: interval, interval: 1h}\n')))
  for (let n = 1; n <= 1_000; n++) void world.engine.addJob(adHoc(n))
  await world.pass(MINUTE)
  assert.equal(world.engine.definitions.adHoc, 1_001)
  await world.pass(6 * MINUTE)
  assert.equal(world.engine.definitions.adHoc, 1)
})

test('HOC4: killed right after one with a schedule is durable, it gets each of its instants after a restart', async () => {
  for (const killed of [false, true]) {
    const world = new EngineWorld()
    await world.start([])
    const { commit } = world
    let down = false
    world.commit = async (batch, store) => {
      // The machine stops before the next commit: nothing ever comes back of it.
      if (down) return new Promise(() => {})
      const reply = await commit(batch, store)
      down = killed && (batch.jobs?.length ?? 0) > 0
      return reply
    }
    const one = adHoc(1, 'schedule: [{type: interval, interval: 1m}, {type: interval, interval: 1s, enabled: false}]\n')
    await world.answer(world.engine.addJob(one))
    assert.equal((await world.instants(one.id)).length, killed ? 0 : 60)
    assert.equal((await world.store.read.cursors()).length, 1)
    world.kill()
    world.commit = commit
    await world.start([])
    await world.pass(60.5 * MINUTE)
    const due = (await world.instants(one.id)).map((row) => row.due).filter((at) => at <= world.clock.now())
    const first = Math.ceil(START / MINUTE) * MINUTE
    assert.deepEqual(
      due,
      due.map((_, n) => first + n * MINUTE),
    )
    assert.equal(due.length, 60)
    assert.equal((await world.runs(one.id)).filter(({ state }) => state === 'success').length, 60)
    assert.equal((await world.answer(world.engine.sanity())).unaccounted, 0)
  }
})

test('HOC5: one that is long in becoming durable gets nothing before, and each of its instants since it was asked for then', async () => {
  const world = new EngineWorld()
  await world.start([])
  const { commit } = world
  world.commit = async (batch, store) => {
    if ((batch.jobs?.length ?? 0) > 0) await new Promise<void>((resolve) => world.clock.after(5 * MINUTE, resolve))
    return commit(batch, store)
  }
  const one = adHoc(1, 'schedule: {type: interval, interval: 1m}\n')
  const added = world.engine.addJob(one)
  await world.pass(4 * MINUTE)
  assert.deepEqual(await world.instants(one.id), [])
  await world.pass(2 * MINUTE)
  await added
  const due = (await world.instants(one.id)).filter((row) => row.due <= world.clock.now())
  assert.equal(due.length, 6)
  assert.ok(due.every(({ verdict }) => verdict === 'started'))
})

test('JV1: each definition that a job has is in its history, with the time since when; removing is too', async () => {
  const world = new EngineWorld()
  const [first, second] = [1, 2].map((n) => job('j', `program: {type: no-op, duration: ${n}}`))
  assert.ok(first !== undefined && second !== undefined)
  await world.start([first])
  await world.answer(world.engine.applyJobs([first]))
  for (const jobs of [[second], [], [first]]) {
    await world.pass(MINUTE)
    await world.answer(world.engine.applyJobs(jobs))
  }
  world.kill()
  await world.start([first])
  const versions = await world.store.read.jobVersions('j', 10)
  assert.deepEqual(
    versions.map(({ hash }) => hash),
    [first.hash, null, second.hash, first.hash],
  )
  const times = versions.map(({ since }) => since)
  assert.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
  )
  assert.equal(new Set(times).size, 4)
})
