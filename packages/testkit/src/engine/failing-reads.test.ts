import assert from 'node:assert/strict'
import test from 'node:test'
import type { Job } from '@apsis/core/job'
import { StoreError } from '@apsis/store/port'
import { EngineWorld, job } from './engine-world.ts'

const MINUTE = 60_000
const MINUTELY = job('minutely', 'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}')

test('READ1: a read that fails is tried again ever more seldom, and the load says that the store fails', async () => {
  const world = new EngineWorld()
  const said: string[] = []
  const log = { info: () => {}, warn: () => {}, error: (message: string) => void said.push(message) }
  await world.start([MINUTELY], { log })
  const { read } = world.store
  const scheduledRuns = read.scheduledRuns.bind(read)
  await world.pass(MINUTE)
  assert.equal(world.engine.load().failingSince, null)
  const tries: number[] = []
  const since = world.clock.now()
  read.scheduledRuns = async () => {
    tries.push(world.clock.now())
    throw new StoreError('STORE_DAMAGED', 'runs.db is damaged (database disk image is malformed)')
  }
  await world.pass(30 * MINUTE)
  assert.ok(tries.length > 50 && tries.length < 150, `${tries.length} tries`)
  assert.ok(said.length > 10 && said.length <= 31, `said ${said.length} times`)
  assert.match(said[0] ?? '', /^cannot read the runs that are due soon/)
  const failingSince = world.engine.load().failingSince
  assert.ok(failingSince !== null && failingSince >= since && failingSince < since + 10 * MINUTE)
  read.scheduledRuns = scheduledRuns
  await world.pass(MINUTE)
  assert.equal(world.engine.load().failingSince, null)
  const due = (await world.instants('minutely')).filter((row) => row.due < world.clock.now())
  assert.ok(due.every(({ verdict }) => verdict === 'started'))
})

test('READ2: a plan that cannot count what is stored of a job is made again by itself, and nothing fails when that can be read', async () => {
  const world = new EngineWorld()
  const labelled = (label: string): Job =>
    job('minutely', `metadata: {labels: [${label}]}\nschedule: {type: interval, interval: 60}\nprogram: {type: no-op}`)
  await world.start([labelled('a')])
  await world.pass(5 * MINUTE)
  const { read } = world.store
  const pendingInstants = read.pendingInstants.bind(read)
  let reads = 0
  // The change reads it first, then its plan.
  read.pendingInstants = async (jobId) => {
    if (++reads === 2) throw new StoreError('STORE_BUSY', 'not now')
    return pendingInstants(jobId)
  }
  void world.engine.applyJobs([labelled('b')])
  await world.pass(100)
  assert.equal(reads, 2)
  assert.notEqual(world.engine.load().failingSince, null)
  await world.pass(2_000)
  assert.equal(reads, 3)
  assert.equal(world.engine.load().failingSince, null)
})

test('READ3: what can never be read keeps nothing else waiting, is tried ever more seldom whatever else is read, and fails no more when its job is gone', async () => {
  const world = new EngineWorld()
  const limited = (jobId: string): Job =>
    job(jobId, 'schedule: {type: interval, interval: 1, limit: 2}\nprogram: {type: no-op}')
  const said: string[] = []
  const log = {
    info: (message: string) => void said.push(message),
    warn: () => {},
    error: (message: string) => void said.push(message),
  }
  const others = ['a', 'c', 'd'].map(limited)
  await world.start([...others, limited('bad')], { log })
  const { read } = world.store
  const pendingInstants = read.pendingInstants.bind(read)
  let tries = 0
  read.pendingInstants = async (jobId) => {
    if (jobId !== 'bad') return pendingInstants(jobId)
    tries++
    throw new StoreError('STORE_DAMAGED', 'a row is damaged')
  }
  await world.pass(10 * MINUTE)
  assert.ok(tries > 20 && tries < 60, `${tries} tries`)
  assert.ok(said.length >= 9 && said.length <= 12, said.join('\n'))
  for (const { id } of others) {
    const due = (await world.instants(id)).filter((row) => row.due < world.clock.now() - 2_000)
    assert.ok(due.length > 590)
    assert.ok(due.slice(10).every((row) => row.decidedAt !== null && row.decidedAt - row.due < 1_000))
  }
  assert.notEqual(world.engine.load().failingSince, null)
  read.pendingInstants = pendingInstants
  void world.engine.applyJobs(others)
  await world.pass(MINUTE)
  assert.equal(world.engine.load().failingSince, null)
})

test('READ4: what a run that waits no longer looked at does not fail any more', async () => {
  const world = new EngineWorld()
  await world.start([job('one', 'condition: {type: max_running, count: 1}\nprogram: {type: no-op, duration: 5}')])
  const { read } = world.store
  read.runsOf = async () => {
    throw new StoreError('STORE_BUSY', 'not now')
  }
  const id = await world.ask('one')
  assert.equal(await world.state(id), 'waiting')
  assert.notEqual(world.engine.load().failingSince, null)
  await world.answer(world.engine.operate(id, { type: 'skip', reason: null }))
  assert.equal(world.engine.load().failingSince, null)
})
