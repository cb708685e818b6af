import assert from 'node:assert/strict'
import test from 'node:test'
import type { Pause } from '@apsis/core/pause'
import { formatInstant } from '@apsis/core/time'
import type { PauseRequest } from '@apsis/server/engine'
import { StoreError } from '@apsis/store/port'
import { EngineWorld, job, START } from './engine-world.ts'

const MINUTE = 60_000
/** The first full minute after the start. */
const FIRST = START - 1_000 + MINUTE
const A = job(
  'a/minutely',
  'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}\nmetadata: {labels: [slow]}',
)
const B = job('b', 'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}')
const JOBS = [A, B]

const REQUEST: PauseRequest = { scope: 'job', target: 'a/', until: null, mode: 'skip', reason: 'moving house' }

async function world(): Promise<EngineWorld> {
  const fresh = new EngineWorld()
  await fresh.start(JOBS)
  return fresh
}

async function pause(on: EngineWorld, more: Partial<PauseRequest> = {}): Promise<Pause> {
  const reply = await on.answer(on.engine.pause({ ...REQUEST, ...more }))
  if (!reply.ok) assert.fail(reply.rejection.message)
  return reply.value
}

/** Verdicts and reasons of the instants of a job that have come due, in order. */
async function verdicts(on: EngineWorld, jobId = 'a/minutely'): Promise<readonly string[]> {
  const due = (await on.instants(jobId)).filter((instant) => instant.due <= on.clock.now())
  return due.map(({ verdict, reason }) => `${verdict ?? 'none'}: ${reason ?? ''}`)
}

const STARTED = 'started: '

test('PAUSE1: what comes due in a pause is skipped with its reason; the rest starts', async () => {
  const on = await world()
  const until = FIRST + 3 * MINUTE
  await on.pass(MINUTE)
  const { id } = await pause(on, { until })
  assert.deepEqual(
    on.engine.pauses().map((one) => one.id),
    [id],
  )
  await on.pass(4 * MINUTE)
  const skipped = `skipped: job a/ is paused until ${formatInstant(until)}: moving house`
  assert.deepEqual(await verdicts(on), [STARTED, skipped, skipped, STARTED, STARTED])
  assert.ok((await verdicts(on, 'b')).every((one) => one === STARTED))
  assert.deepEqual(on.engine.pauses(), [])
})

test('PAUSE2: what comes due in a pause is held, and begins in order when the pause ends', async () => {
  for (const restarts of [false, true]) {
    for (const how of ['resume', 'until'] as const) {
      const on = await world()
      const { id } = await pause(on, { mode: 'hold', until: how === 'until' ? FIRST + 2 * MINUTE + 30_000 : null })
      await on.pass(MINUTE + 30_000)
      if (restarts) {
        on.kill()
        await on.start(JOBS)
      }
      await on.pass(MINUTE)
      const states = async (): Promise<readonly string[]> =>
        (await on.runs('a/minutely')).slice(0, 3).map(({ state }) => state)
      assert.deepEqual(await states(), ['scheduled', 'scheduled', 'scheduled'])
      const runs = await on.runs('a/minutely')
      assert.equal(runs[0]?.state === 'scheduled' ? runs[0].held?.pause : null, id)
      if (how === 'resume') assert.ok((await on.answer(on.engine.resume(id))).ok)
      else await on.pass(MINUTE)
      assert.deepEqual((await states()).slice(0, 2), ['success', 'success'])
      assert.match((await verdicts(on))[0] ?? '', /^held: job a\/ is paused( until .*)?: moving house$/)
      const starts = (await on.runs('a/minutely')).slice(0, 2).map(({ times }) => times.starting ?? 0)
      assert.deepEqual(
        starts,
        starts.toSorted((left, right) => left - right),
      )
      await on.pass(2 * MINUTE)
      assert.equal((await verdicts(on)).at(-1), STARTED)
    }
  }
})

test('PAUSE3: runs made by request and rerun are not affected, nor is a run that a user releases', async () => {
  const on = await world()
  await pause(on, { mode: 'hold', scope: 'label', target: 'slow' })
  const asked = await on.ask('a/minutely')
  assert.equal(await on.state(asked), 'success')
  const rerun = await on.answer(on.engine.rerun(asked))
  assert.ok(rerun.ok)
  assert.equal(await on.state(rerun.value.id), 'success')
  await on.pass(MINUTE)
  const held = (await on.runs('a/minutely')).find((run) => run.state === 'scheduled' && run.held !== null)
  assert.ok(held !== undefined)
  assert.ok((await on.answer(on.engine.operate(held.id, { type: 'release' }))).ok)
  assert.equal(await on.state(held.id), 'success')
})

test('PAUSE4: a pause that ended while no server ran covers what came due in it, and nothing after', async () => {
  for (const mode of ['skip', 'hold'] as const) {
    const on = await world()
    const until = FIRST + 5 * MINUTE + 1
    await pause(on, { mode, until })
    await on.pass(2 * MINUTE)
    on.kill()
    await on.pass(8 * MINUTE)
    await on.start(JOBS)
    await on.pass(5_000)
    const found = await verdicts(on)
    assert.equal(found.length, 10)
    for (const [index, one] of found.entries()) {
      const covered = mode === 'skip' ? index <= 5 : index <= 1
      assert.match(one, covered ? /^(skipped|held): job a\// : /^started: $/, `${mode} ${index}`)
    }
    const ended = (await on.runs('a/minutely')).filter(
      ({ state }) => state === (mode === 'skip' ? 'skipped' : 'success'),
    )
    assert.equal(ended.length, mode === 'skip' ? 6 : 10)
  }
})

test('PAUSE13: a pause that ends while no server runs is said to have ended, once, and at which instant', async () => {
  for (const mode of ['skip', 'hold'] as const) {
    const on = await world()
    const until = FIRST + 5 * MINUTE + 1
    const { id } = await pause(on, { mode, until })
    const { id: over } = await pause(on, { mode, target: 'b' })
    assert.ok((await on.answer(on.engine.resume(over))).ok)
    const resumed = on.clock.now()
    on.kill()
    await on.pass(8 * MINUTE)
    // Killed before it could say so, it says so when it is up again.
    const { commit } = on
    on.commit = () => new Promise(() => {})
    await on.start(JOBS)
    on.kill()
    on.commit = commit
    for (const _ of [1, 2]) {
      await on.start(JOBS)
      await on.pass(1_000)
      on.kill()
    }
    await on.start(JOBS)
    const facts = await on.store.read.facts(0, 10_000)
    const ends = facts.flatMap(({ fact, time }) =>
      fact.type === 'pause' && fact.change === 'ended' ? [[fact.pauseId, time]] : [],
    )
    assert.deepEqual(
      ends.map(([pauseId]) => pauseId),
      [over, id],
    )
    assert.equal(ends[1]?.[1], until)
    assert.ok(Number(ends[0]?.[1]) <= resumed)
  }
})

test('PAUSE13: of a pause that a version stored which did not note its end, the end is told if it is still to come, once, and not told again', async () => {
  const on = await world()
  const ended = { id: 'ended', until: FIRST - 1 }
  const coming = { id: 'coming', until: FIRST + 5 * MINUTE + 1 }
  const whole = { scope: 'job', target: 'a/', createdAt: START, mode: 'skip', reason: null } as const
  const resumed = { id: 'resumed', until: null }
  const pauses: readonly Pause[] = [ended, coming, resumed].map((part) => ({ ...whole, ...part }))
  const records = pauses.map((one) => ({ kind: 'pause' as const, id: one.id, json: { ...one } }))
  await on.store.commit({ records })
  const ends = async (): Promise<readonly (readonly [string, number])[]> =>
    (await on.store.read.facts(0, 10_000)).flatMap(({ fact, time }) =>
      fact.type === 'pause' && fact.change === 'ended' ? [[fact.pauseId, time] as const] : [],
    )
  on.kill()
  await on.pass(2 * MINUTE)
  await on.start(JOBS)
  assert.deepEqual(await ends(), [])
  assert.ok((await on.answer(on.engine.resume('resumed'))).ok)
  const now = on.clock.now()
  // The end comes while no server runs.
  on.kill()
  await on.pass(8 * MINUTE)
  for (const _ of [1, 2]) {
    await on.start(JOBS)
    const [first, ...others] = await ends()
    assert.equal(first?.[0], 'resumed')
    assert.ok(first[1] <= now)
    assert.deepEqual(others, [['coming', coming.until]])
    on.kill()
  }
})

test('PAUSE5: a hold outlasts a skip, and what it lets go is skipped where that still holds', async () => {
  const on = await world()
  await pause(on, { reason: 'skipping' })
  const { id } = await pause(on, { mode: 'hold', reason: 'holding' })
  await on.pass(MINUTE)
  const [first] = await on.runs('a/minutely')
  assert.equal(first?.state, 'scheduled')
  assert.ok((await on.answer(on.engine.resume(id, 'over'))).ok)
  const after = await on.store.read.run(first.id)
  assert.ok(after?.state === 'skipped')
  assert.equal(after.message, 'job a/ is paused: skipping')
  const lines = (await on.store.read.log(first.id)).map(({ fact }) => ('message' in fact ? fact.message : ''))
  assert.ok(lines.includes('released: the pause has ended: over'))
})

test('PAUSE6: bad requests are refused and nothing is paused; pauses and their ends outlast a restart', async () => {
  const on = await world()
  const refused = async (more: Partial<PauseRequest>): Promise<string> => {
    const reply = await on.answer(on.engine.pause({ ...REQUEST, ...more }))
    assert.ok(!reply.ok)
    return `${reply.rejection.code}: ${reply.rejection.message}`
  }
  assert.equal(await refused({ target: 'c' }), 'JOB_UNKNOWN: no job c')
  assert.match(await refused({ target: '' }), /^REQUEST: target is empty/)
  assert.equal(await refused({ until: START }), `REQUEST: until is ${formatInstant(START)}: expected a time to come`)
  assert.match(await refused({ reason: 'x'.repeat(2_000) }), /^REQUEST: the reason has 2000 characters/)
  assert.deepEqual(on.engine.pauses(), [])
  const { id } = await pause(on, { target: 'b' })
  const other = await pause(on)
  on.kill()
  await on.start(JOBS)
  assert.deepEqual(
    on.engine
      .pauses()
      .map((one) => one.id)
      .toSorted(),
    [id, other.id].toSorted(),
  )
  assert.ok((await on.answer(on.engine.resume(id))).ok)
  on.kill()
  await on.start(JOBS)
  assert.deepEqual(on.engine.pauses(), [other])
  const again = await on.answer(on.engine.resume(id))
  assert.ok(!again.ok && again.rejection.code === 'PAUSE_UNKNOWN')
  await on.pass(MINUTE)
  assert.equal((await verdicts(on, 'b')).at(-1), STARTED)
  await on.pass(2 * 60 * MINUTE)
  assert.deepEqual(
    (await on.store.read.records('pause')).map((row) => row.id),
    [other.id],
  )
})

test('PAUSE7: killed at any commit around a pause, each instant has one verdict and nothing stays held', async () => {
  for (let nth = 1; nth <= 8; nth++) {
    for (const when of ['beforeCommit', 'afterCommit'] as const) {
      const on = await world()
      let commits = 0
      on.hooks[when] = async () => {
        if (++commits === nth) on.kill()
      }
      on.engine.pause({ ...REQUEST, mode: 'hold', until: FIRST + MINUTE + 30_000 }).catch(() => {})
      await on.pass(3 * MINUTE)
      delete on.hooks[when]
      if (commits >= nth) await on.start(JOBS)
      await on.pass(3 * MINUTE)
      const runs = (await on.runs('a/minutely')).filter(({ times }) => (times.schedule ?? 0) <= on.clock.now())
      assert.ok(runs.length >= 5 && runs.every(({ state }) => state === 'success'), `${when} ${nth}`)
      assert.ok((await verdicts(on)).every((one) => /^(started|held)/.test(one)))
    }
  }
})

test('PAUSE8: no more runs are held than may be; the others are skipped', async () => {
  const on = new EngineWorld()
  await on.start([A], { maxHeld: 2 })
  await pause(on, { mode: 'hold' })
  await on.pass(4 * MINUTE)
  const [first, ...rest] = await on.runs('a/minutely')
  const found = await verdicts(on)
  const full = 'skipped: as many runs as may be are held: job a/ is paused: moving house'
  assert.deepEqual(found.slice(2), [full, full])
  assert.ok(first !== undefined && rest[0]?.state === 'scheduled')
  assert.ok((await on.answer(on.engine.operate(first.id, { type: 'release' }))).ok)
  await on.pass(MINUTE)
  assert.match((await verdicts(on)).at(-1) ?? '', /^held: /)
})

test('PAUSE9: a run that a user released or skipped makes room at once', async () => {
  for (const type of ['release', 'skip'] as const) {
    const on = new EngineWorld()
    await on.start([A], { maxHeld: 2 })
    await pause(on, { mode: 'hold' })
    await on.pass(3 * MINUTE)
    const [first] = await on.runs('a/minutely')
    assert.ok(first !== undefined)
    await on.pass(MINUTE - 5_000)
    assert.ok((await on.answer(on.engine.operate(first.id, { type }))).ok)
    await on.pass(5_000)
    const found = await verdicts(on)
    assert.match(found[2] ?? '', /^skipped: /)
    assert.match(found[3] ?? '', /^held: /, type)
  }
})

test('PAUSE10: many that a pause held begin in order of time, piece by piece', async () => {
  const on = new EngineWorld()
  const text = 'schedule: {type: interval, interval: 1}\nprogram: {type: no-op}'
  await on.start([job('a/secondly', text)])
  const { id } = await pause(on, { mode: 'hold' })
  await on.pass(10 * MINUTE)
  const sizes: number[] = []
  on.commit = (batch, store) => {
    sizes.push(batch.runs?.length ?? 0)
    return store.commit(batch)
  }
  assert.ok((await on.answer(on.engine.resume(id))).ok)
  await on.pass(MINUTE)
  const ended = (await on.runs('a/secondly')).filter(({ state }) => state === 'success')
  assert.ok(ended.length > 600)
  const starts = ended.map(({ times }) => times.starting ?? 0)
  assert.deepEqual(
    starts,
    starts.toSorted((left, right) => left - right),
  )
  assert.ok(sizes.length > 0)
})

test('PAUSE11: a pause, or the end of one, that the store refuses is refused and not in force', async () => {
  const on = await world()
  let refusing = true
  on.commit = (batch, store) =>
    refusing && (batch.records?.length ?? 0) > 0
      ? Promise.reject(new StoreError('STORE_REQUEST', 'a value that cannot be stored'))
      : store.commit(batch)
  const refused = await on.answer(on.engine.pause(REQUEST))
  assert.ok(!refused.ok && refused.rejection.code === 'CONFLICT')
  assert.deepEqual(on.engine.pauses(), [])
  await on.pass(MINUTE)
  assert.deepEqual(await verdicts(on), [STARTED])
  refusing = false
  const made = await pause(on)
  refusing = true
  const kept = await on.answer(on.engine.resume(made.id))
  assert.ok(!kept.ok && kept.rejection.code === 'CONFLICT')
  assert.deepEqual(on.engine.pauses(), [made])
  const range = { jobId: 'b', scheduleKey: null, from: START - 3 * MINUTE, to: START, order: 'oldest' } as const
  const filled = await on.answer(on.engine.backfill({ ...range, concurrency: 1, reason: null }))
  assert.ok(!filled.ok && filled.rejection.code === 'CONFLICT')
  assert.deepEqual(on.engine.backfills(), [])
})

test('PAUSE12: a pause of a label covers the jobs that have it now, not those that had it when their runs were made', async () => {
  const on = await world()
  const bare = job('a/minutely', 'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}')
  const labelled = job(
    'b',
    'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}\nmetadata: {labels: [slow]}',
  )
  await on.answer(on.engine.applyJobs([bare, labelled]))
  await pause(on, { scope: 'label', target: 'slow', reason: null })
  await on.pass(3 * MINUTE)
  assert.ok((await verdicts(on)).every((one) => one === STARTED))
  assert.ok((await verdicts(on, 'b')).every((one) => one === 'skipped: label slow is paused'))
  assert.ok((await verdicts(on, 'b')).length >= 2)
})
