import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Job } from '@apsis/core/job'
import { JobChangeRefused } from '@apsis/server/engine'
import type { Batch } from '@apsis/store/port'
import { StoreError } from '@apsis/store/port'
import { EngineWorld, job, START } from './engine-world.ts'

const MINUTE = 60_000

function minutely(program: string, more = '') {
  return job('minutely', `schedule: {type: interval, interval: 1m}\nprogram: ${program}\n${more}`)
}

const FORMER = minutely('{type: no-op}')
const OTHER = job('other', 'schedule: {type: interval, interval: 1m}\nprogram: {type: no-op}')
/** Other runs at other times, other labels, a job that goes and one that comes. */
const CHANGED = job(
  'minutely',
  'labels: [new]\nschedule: {type: interval, interval: 2m, phase: 30s}\nprogram: {type: no-op, duration: 1}',
)
const COMES = job('comes', 'schedule: {type: interval, interval: 1m}\nprogram: {type: no-op}')

/** Lets the store refuse for good whatever puts a job in force or takes one out, until that is put right. */
function refusing(world: EngineWorld): { readonly mend: () => void } {
  const changes = (batch: Batch): boolean => (batch.jobs?.length ?? 0) + (batch.removedJobs?.length ?? 0) > 0
  world.commit = (batch, store) =>
    changes(batch)
      ? Promise.reject(new StoreError('STORE_REQUEST', 'a value that cannot be stored'))
      : store.commit(batch)
  return { mend: () => (world.commit = (batch, store) => store.commit(batch)) }
}

/** How something is refused that is asked for now. */
function refusal(world: EngineWorld, asked: Promise<unknown>): Promise<unknown> {
  const refused = asked.then(
    (value) => assert.fail(`expected a refusal, got ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  return world.answer(refused)
}

/** A job of which what is read last of it cannot be: so far everything goes well. */
function damaged(good: Job, part: 'schedules' | 'labels'): Job {
  const broken = {
    get: (): never => {
      throw new TypeError(`the stored definition of job ${good.id} is damaged`)
    },
  }
  return Object.defineProperty({ ...good }, part, broken)
}

function assertRefused(error: unknown): void {
  assert.ok(error instanceof JobChangeRefused)
  assert.equal(error.code, 'CONFLICT')
  assert.match(error.message, /the store refused the change of the jobs: those before it stay in force/)
}

async function due(world: EngineWorld, jobId: string): Promise<readonly number[]> {
  return (await world.instants(jobId)).map((row) => row.due)
}

test('REF1: a change of the jobs that the store refuses is answered as refused, and what was in force stays and goes on', async () => {
  const world = new EngineWorld()
  await world.start([FORMER, OTHER])
  await world.pass(10 * MINUTE)
  const before = { minutely: await due(world, 'minutely'), other: await due(world, 'other') }
  refusing(world)
  assertRefused(await refusal(world, world.engine.applyJobs([CHANGED, COMES])))
  assert.deepEqual([...world.engine.definitions.all()].map(({ id, hash }) => `${id} ${hash}`).sort(), [
    `minutely ${FORMER.hash}`,
    `other ${OTHER.hash}`,
  ])
  await world.pass(2 * MINUTE)
  for (const jobId of ['minutely', 'other'] as const) {
    const now = await due(world, jobId)
    assert.deepEqual(now.slice(0, before[jobId].length), before[jobId])
    assert.equal(now.length, before[jobId].length + 2)
    // Each was decided when it was due, those in the midst of it too.
    const rows = await world.instants(jobId)
    assert.deepEqual(
      rows
        .filter((row) => row.due <= world.clock.now())
        .map(({ verdict, decidedAt, due: at }) => [verdict, decidedAt === at]),
      rows.filter((row) => row.due <= world.clock.now()).map(() => ['started', true]),
    )
  }
  assert.deepEqual(await due(world, 'comes'), [])
  assert.deepEqual((await world.store.read.records('gone')).concat(await world.store.read.records('relabel')), [])
  assert.equal((await world.answer(world.engine.sanity())).unaccounted, 0)
  assert.deepEqual(
    (await world.runs('minutely')).flatMap(({ labels }) => labels),
    [],
  )
})

test('REF2: the same change is taken when it is asked for again and the store takes it', async () => {
  const world = new EngineWorld()
  await world.start([FORMER, OTHER])
  const { mend } = refusing(world)
  for (const _ of [1, 2]) await refusal(world, world.engine.applyJobs([CHANGED, COMES]))
  mend()
  const changes = await world.answer(world.engine.applyJobs([CHANGED, COMES]))
  assert.deepEqual(changes, { added: ['comes'], changed: ['minutely'], removed: ['other'] })
  await world.pass(5 * MINUTE)
  assert.deepEqual((await world.store.read.jobs()).map(({ jobId, hash }) => `${jobId} ${hash}`).sort(), [
    `comes ${COMES.hash}`,
    `minutely ${CHANGED.hash}`,
  ])
  const now = world.clock.now()
  assert.equal((await world.runs('other')).filter(({ state }) => state === 'scheduled').length, 0)
  assert.ok(
    (await world.instants('minutely')).filter((row) => row.due > now).every((row) => row.due % 120_000 === 30_000),
  )
  assert.equal((await world.answer(world.engine.sanity())).unaccounted, 0)
})

test('REF3: what is decided with a refused change goes on, and a refused first start says so', async () => {
  const world = new EngineWorld()
  await world.start([FORMER])
  refusing(world)
  const applied = world.engine.applyJobs([CHANGED])
  const paused = world.engine.pause({ scope: 'label', target: 'some', until: null, mode: 'skip' })
  assertRefused(await refusal(world, applied))
  assert.ok((await paused).ok)
  assert.equal((await world.store.read.records('pause')).length, 1)
  assertRefused(await refusal(world, world.engine.addJob({ ...COMES, id: 'adhoc-1', adHoc: true })))
  assert.equal(world.engine.definitions.get('adhoc-1'), undefined)
  assert.deepEqual(await world.instants('adhoc-1'), [])
  world.kill()
  assertRefused(await world.startRefused([CHANGED]))
  world.kill()
  await world.start([FORMER])
  await world.pass(MINUTE)
  assert.ok((await world.runs('minutely')).some(({ state }) => state === 'success'))
})

test('REF4: a change with a job that cannot be read is refused with which; what is decided with it goes on, and so do later changes', async () => {
  for (const part of ['schedules', 'labels'] as const) {
    const world = new EngineWorld()
    await world.start([FORMER, OTHER])
    await world.pass(10 * MINUTE)
    const before = { minutely: await due(world, 'minutely'), other: await due(world, 'other') }
    const stored = (await world.store.read.jobs()).length
    const paused = world.engine.pause({ scope: 'label', target: 'some', until: null, mode: 'skip' })
    const applied = refusal(world, world.engine.applyJobs([damaged(CHANGED, part), COMES]))
    const resumed = world.engine.pause({ scope: 'label', target: 'more', until: null, mode: 'skip' })
    const error = await applied
    assert.ok(error instanceof JobChangeRefused)
    assert.equal(error.code, 'CONFLICT')
    assert.match(error.message, /job minutely.*is damaged.*those before it stay in force.*jobs-record/s)
    assert.ok((await paused).ok && (await resumed).ok)
    assert.equal((await world.store.read.records('pause')).length, 2)
    assert.equal((await world.store.read.jobs()).length, stored)
    assert.deepEqual([...world.engine.definitions.all()].map(({ id, hash }) => `${id} ${hash}`).sort(), [
      `minutely ${FORMER.hash}`,
      `other ${OTHER.hash}`,
    ])
    await world.pass(5 * MINUTE)
    for (const jobId of ['minutely', 'other'] as const) {
      const rows = await world.instants(jobId)
      assert.equal(rows.length, before[jobId].length + 5)
      const past = rows.filter((row) => row.due <= world.clock.now())
      assert.ok(past.every(({ verdict, decidedAt, due: at }) => verdict === 'started' && decidedAt === at))
    }
    assert.deepEqual(await world.instants('comes'), [])
    assert.deepEqual((await world.store.read.records('gone')).concat(await world.store.read.records('relabel')), [])
    assert.equal((await world.answer(world.engine.sanity())).unaccounted, 0)
    const changes = await world.answer(world.engine.applyJobs([CHANGED, COMES]))
    assert.deepEqual(changes, { added: ['comes'], changed: ['minutely'], removed: ['other'] })
    await world.pass(5 * MINUTE)
    assert.ok((await world.runs('comes')).some(({ state }) => state === 'success'))
  }
})

test('REF5: a start with a job that cannot be read is rejected with which', async () => {
  const world = new EngineWorld()
  await world.start([FORMER])
  world.kill()
  const error = await world.startRefused([FORMER, damaged(COMES, 'schedules')])
  assert.ok(error instanceof JobChangeRefused)
  assert.match(error.message, /job comes.*is damaged/)
  world.kill()
  await world.start([FORMER])
  await world.pass(MINUTE)
  assert.ok((await world.runs('minutely')).some(({ state }) => state === 'success'))
})

test('REF6: a job in force that can no longer be read can be changed and removed', async () => {
  for (const next of [[CHANGED], []]) {
    const world = new EngineWorld()
    await world.start([FORMER, OTHER])
    world.kill()
    await world.start([damaged(FORMER, 'schedules'), OTHER])
    const changes = await world.answer(world.engine.applyJobs([...next, OTHER]))
    assert.equal(changes.changed.length + changes.removed.length, 1)
    await world.pass(5 * MINUTE)
    const coming = (await world.instants('minutely')).filter(
      (row) => row.due > world.clock.now() && row.verdict === null,
    )
    assert.equal(coming.length > 0, next.length > 0)
    assert.ok(coming.every((row) => row.due % 120_000 === 30_000))
    assert.ok((await world.runs('other')).filter(({ state }) => state === 'success').length >= 5)
  }
})

/** The same job, of which the schedules cannot be read just when they are for the n-th time. */
function failingAt(good: Job, n: number): Job {
  const { schedules } = good
  let reads = 0
  const read = (): Job['schedules'] => {
    if (++reads === n) throw new TypeError('a defect')
    return schedules
  }
  return Object.defineProperty({ ...good }, 'schedules', { get: read })
}

test('REF7: a change that fails half made, wherever that is, leaves everything as it was', async () => {
  const world = new EngineWorld()
  await world.start([FORMER, OTHER])
  await world.pass(10 * MINUTE)
  const stored = await world.store.read.jobs()
  const failed: string[] = []
  for (let n = 1; n < 20; n++) {
    const job = failingAt(CHANGED, n)
    const error = await world.answer(
      world.engine.applyJobs([job, COMES]).then(
        () => null,
        (refused: unknown) => String(refused),
      ),
    )
    if (error === null) break
    failed.push(error)
    await world.pass(2 * MINUTE)
    assert.deepEqual(await world.store.read.jobs(), stored)
    assert.deepEqual(
      [...world.engine.definitions.all()].map(({ hash }) => hash).sort(),
      [FORMER.hash, OTHER.hash].sort(),
    )
    assert.deepEqual((await world.store.read.records('gone')).concat(await world.store.read.records('relabel')), [])
    assert.deepEqual(await world.instants('comes'), [])
    const past = (await world.instants('minutely')).filter((row) => row.due <= world.clock.now())
    assert.equal(past.length, Math.floor((world.clock.now() - START) / MINUTE))
    assert.ok(past.every(({ verdict, decidedAt, due: at }) => verdict === 'started' && decidedAt === at))
    assert.equal((await world.answer(world.engine.sanity())).unaccounted, 0)
  }
  assert.ok(failed.length >= 2 && failed.length < 19, failed.join('\n'))
  assert.match(failed.at(-1) ?? '', /the change of the jobs failed .*those before it stay in force; this is a defect/)
  await world.pass(5 * MINUTE)
  assert.ok((await world.runs('comes')).some(({ state }) => state === 'success'))
})
