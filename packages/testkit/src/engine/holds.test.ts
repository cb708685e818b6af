import assert from 'node:assert/strict'
import test from 'node:test'
import type { Run, RunId } from '@apsis/core/run'
import { formatInstant } from '@apsis/core/time'
import type { Operation } from '@apsis/server/engine'
import { EngineWorld, job, START } from './engine-world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const QUICK = job('quick', 'program: {type: no-op}')
const HOURLY_TEXT = 'params: [schedule_time]\nschedule: {type: interval, interval: 3600}\nprogram: {type: no-op'
const HOURLY = job('hourly', `${HOURLY_TEXT}}`)
const MINUTELY = job('minutely', 'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}')
/** The first full hour after the start. */
const DUE = START - 1_000 + HOUR

async function world(): Promise<EngineWorld> {
  const fresh = new EngineWorld()
  await fresh.start([HOURLY, MINUTELY, QUICK], { horizon: 2 * HOUR })
  return fresh
}

async function restart(killed: EngineWorld): Promise<void> {
  killed.kill()
  await killed.start([HOURLY, MINUTELY, QUICK], { horizon: 2 * HOUR })
}

async function done(on: EngineWorld, id: RunId, operation: Operation): Promise<Run> {
  const reply = await on.answer(on.engine.operate(id, operation))
  if (!reply.ok) assert.fail(reply.rejection.message)
  return reply.value
}

async function refused(on: EngineWorld, id: RunId, operation: Operation): Promise<string> {
  const reply = await on.answer(on.engine.operate(id, operation))
  assert.ok(!reply.ok)
  return `${reply.rejection.code}: ${reply.rejection.message}`
}

/** The coming run of `hourly`: an hour away, and so not in memory. */
async function coming(on: EngineWorld): Promise<Run> {
  const run = (await on.runs('hourly')).find(({ times }) => times.schedule === DUE)
  assert.ok(run !== undefined)
  assert.equal(on.engine.live(run.id), undefined)
  return run
}

async function log(on: EngineWorld, id: RunId): Promise<readonly string[]> {
  return (await on.store.read.log(id)).map(({ fact }) => ('message' in fact ? fact.message : fact.type))
}

async function verdict(on: EngineWorld, due = DUE): Promise<string> {
  const instant = (await on.instants('hourly')).find((one) => one.due === due)
  return `${instant?.verdict ?? 'none'}: ${instant?.reason ?? ''}`
}

test('HOLD1: a held run stays scheduled past its time, and begins at once when it is released', async () => {
  for (const restarts of [false, true]) {
    const on = await world()
    const { id } = await coming(on)
    await done(on, id, { type: 'hold', until: null, reason: ' waiting for the file ' })
    if (restarts) await restart(on)
    await on.pass(HOUR + MINUTE)
    if (restarts) await restart(on)
    assert.equal(await on.state(id), 'scheduled')
    assert.equal(await verdict(on), 'held: waiting for the file')
    if (restarts) await restart(on)
    await on.pass(MINUTE)
    const run = await done(on, id, { type: 'release', reason: 'it is there' })
    assert.notEqual(run.state, 'scheduled')
    if (restarts) await restart(on)
    await on.pass(1_000)
    assert.equal(await on.state(id), 'success')
    assert.equal(await verdict(on), 'held: waiting for the file')
    assert.deepEqual((await log(on, id)).slice(1, 4), [
      'held: waiting for the file',
      'due, but held: waiting for the file',
      'released: it is there',
    ])
  }
})

test('HOLD2: a run released before its time begins in time', async () => {
  const on = await world()
  const { id } = await coming(on)
  await done(on, id, { type: 'hold', until: null })
  await on.pass(10 * MINUTE)
  await done(on, id, { type: 'release' })
  await on.pass(49 * MINUTE)
  assert.equal(await on.state(id), 'scheduled')
  await on.pass(MINUTE)
  assert.equal(await on.state(id), 'success')
  assert.equal(await verdict(on), 'started: ')
})

test('HOLD3: a run held until a time is released then, whether a server ran or not', async () => {
  for (const away of [0, 30 * MINUTE, 2 * HOUR]) {
    const on = await world()
    const { id } = await coming(on)
    const until = DUE + HOUR
    await done(on, id, { type: 'hold', until })
    if (away > 0) on.kill()
    await on.pass(away)
    if (away > 0) await on.start([HOURLY, MINUTELY, QUICK], { horizon: 2 * HOUR })
    await on.pass(Math.max(0, until - 2_000 - on.clock.now()))
    if (on.clock.now() < until) assert.equal(await on.state(id), 'scheduled')
    await on.pass(5_000)
    const run = await on.store.read.run(id)
    assert.equal(run?.state, 'success')
    assert.ok((run.times.starting ?? 0) >= until)
    assert.equal(await verdict(on), 'held: ')
  }
})

test('HOLD4: a held run is started, skipped or moved all the same; its hold ends with it', async () => {
  const on = await world()
  const { id } = await coming(on)
  await done(on, id, { type: 'hold', until: DUE + MINUTE })
  const started = await done(on, id, { type: 'start', reason: 'cannot wait' })
  assert.ok(!('held' in started))
  await on.pass(2 * HOUR)
  assert.equal(await on.state(id), 'success')
  assert.ok((await log(on, id)).includes('scheduled run started by override: cannot wait'))
  const next = (await on.runs('hourly')).find(({ state }) => state === 'scheduled')
  assert.ok(next !== undefined)
  await done(on, next.id, { type: 'hold', until: null })
  await done(on, next.id, { type: 'skip', reason: 'not today' })
  assert.ok((await log(on, next.id)).includes('skipped: not today'))
  assert.equal(await verdict(on, next.times.schedule), 'skipped: not today')
})

test('HOLD5: a moved run begins at its new time with its args, and its instant says where it went', async () => {
  for (const away of [-50 * MINUTE, -10 * MINUTE, 5 * MINUTE, 3 * HOUR]) {
    for (const restarts of [false, true]) {
      const on = await world()
      const before = await coming(on)
      const time = DUE + away
      const moved = await done(on, before.id, { type: 'move', time, reason: 'quiet hour' })
      assert.equal(moved.times.schedule, time)
      if (restarts) await restart(on)
      await on.pass(time - 1_000 - on.clock.now())
      assert.equal(await on.state(before.id), 'scheduled')
      await on.pass(3_000)
      const after = await on.store.read.run(before.id)
      assert.equal(after?.state, 'success')
      assert.deepEqual([after.args, after.origin], [before.args, before.origin])
      assert.equal(await verdict(on), `superseded: moved to ${formatInstant(time)}`)
      assert.equal((await on.instants('hourly')).filter(({ due }) => due === DUE).length, 1)
      const line = `moved from ${formatInstant(DUE)} to ${formatInstant(time)}: quiet hour`
      assert.ok((await log(on, before.id)).includes(line))
    }
  }
})

test('HOLD6: a run moved to the past begins now, and one moved while held stays held', async () => {
  const on = await world()
  const { id } = await coming(on)
  await done(on, id, { type: 'hold', until: null })
  await done(on, id, { type: 'move', time: START - HOUR })
  await on.pass(MINUTE)
  assert.equal(await on.state(id), 'scheduled')
  await done(on, id, { type: 'release' })
  assert.equal(await on.state(id), 'success')
  const near = (await on.runs('minutely')).find(({ state }) => state === 'scheduled')
  assert.ok(near !== undefined)
  await done(on, near.id, { type: 'move', time: START })
  await on.pass(100)
  assert.equal(await on.state(near.id), 'success')
})

test('HOLD7: of runs due soon, held, moved away and back, each begins once, at its last time', async () => {
  const on = await world()
  const near = (await on.runs('minutely')).find(({ times }) => times.schedule === START - 1_000 + 5 * MINUTE)
  assert.ok(near !== undefined)
  for (const time of [DUE + 5 * HOUR, START - 1_000 + 3 * MINUTE, DUE, START - 1_000 + 7 * MINUTE + 500]) {
    await done(on, near.id, { type: 'move', time })
  }
  await on.pass(6 * MINUTE)
  assert.equal(await on.state(near.id), 'scheduled')
  await on.pass(2 * MINUTE)
  const run = await on.store.read.run(near.id)
  assert.equal(run?.state, 'success')
  assert.ok((run.times.starting ?? 0) >= START - 1_000 + 7 * MINUTE + 500)
})

test('HOLD8: what the state does not allow, and bad values, are refused; nothing changes', async () => {
  const on = await world()
  const { id, version } = await coming(on)
  const ended = await on.ask('quick')
  assert.equal(
    await refused(on, ended, { type: 'hold', until: null }),
    `RUN_STATE: can't hold ${ended} in state success`,
  )
  assert.equal(await refused(on, ended, { type: 'release' }), `RUN_STATE: can't release ${ended} in state success`)
  assert.equal(await refused(on, ended, { type: 'move', time: DUE }), `RUN_STATE: can't move ${ended} in state success`)
  assert.equal(await refused(on, id, { type: 'release' }), `RUN_STATE: can't release ${id}: run is not held`)
  const past = await refused(on, id, { type: 'hold', until: START })
  assert.equal(past, `REQUEST: can't hold ${id} until ${formatInstant(START)}: expected a time to come`)
  const long = await refused(on, id, { type: 'skip', reason: 'x'.repeat(1_001) })
  assert.equal(long, 'REQUEST: the reason has 1001 characters, at most 1000 are taken')
  assert.equal((await on.store.read.run(id))?.version, version)
  await on.pass(HOUR + 1_000)
  assert.equal(await on.state(id), 'success')
})

test('HOLD9: killed at any commit of a hold, a move and a release, the run begins once, and not before its time', async () => {
  for (let nth = 1; nth <= 8; nth++) {
    for (const when of ['beforeCommit', 'afterCommit'] as const) {
      const on = new EngineWorld()
      await on.start([HOURLY], { horizon: 2 * HOUR })
      const { id } = await coming(on)
      let commits = 0
      on.hooks[when] = async () => {
        if (++commits === nth) on.kill()
      }
      const time = DUE + 10 * MINUTE
      const asked: readonly Operation[] = [{ type: 'hold', until: null }, { type: 'move', time }, { type: 'release' }]
      for (const operation of asked) {
        if (commits >= nth) break
        on.engine.operate(id, operation).catch(() => {})
        await on.pass(operation.type === 'move' ? HOUR + 20 * MINUTE : MINUTE)
      }
      await on.pass(MINUTE)
      delete on.hooks[when]
      if (commits >= nth) await on.start([HOURLY], { horizon: 2 * HOUR })
      await on.pass(3 * HOUR)
      const run = await on.store.read.run(id)
      assert.ok(run !== null)
      if (run.state === 'scheduled') {
        assert.ok(run.held !== null, `${when} ${nth}`)
        await done(on, id, { type: 'release' })
      }
      assert.equal(await on.state(id), 'success', `${when} ${nth}`)
      const began = (await on.store.read.log(id)).filter(
        ({ fact }) => fact.type === 'state' && fact.state === 'starting',
      )
      assert.equal(began.length, 1)
      const due = (await on.instants('hourly')).filter((instant) => instant.due === DUE)
      assert.equal(due.length, 1)
      assert.notEqual(due[0]?.verdict ?? null, null)
    }
  }
})

test('HOLD10: a rerun and its first run name each other, wherever the first is', async () => {
  const on = await world()
  const first = await on.ask('quick')
  const { id: later } = await coming(on)
  for (const id of [first, later]) {
    const reply = await on.answer(on.engine.rerun(id, 'once more'))
    assert.ok(reply.ok)
    assert.deepEqual(reply.value.origin, { type: 'rerun', of: id })
    assert.equal((await log(on, reply.value.id))[0], `scheduled as rerun of ${id}: once more`)
    assert.equal((await log(on, id)).at(-1), `rerun as ${reply.value.id}: once more`)
  }
  await on.pass(HOUR)
  assert.equal(await on.state(later), 'success')
})

test('HOLD11: a held run stays so when its job changes, and goes with its schedule', async () => {
  const on = await world()
  const { id } = await coming(on)
  await done(on, id, { type: 'hold', until: null })
  // A stop time makes the coming runs anew.
  const schedule = 'schedule: {start: {type: interval, interval: 3600}, stop: {type: duration, duration: 60}}'
  const stopping = job('hourly', `params: [schedule_time]\n${schedule}\nprogram: {type: no-op}`)
  await on.answer(on.engine.applyJobs([stopping, MINUTELY, QUICK]))
  await on.pass(HOUR + MINUTE)
  const due = (await on.runs('hourly')).filter(({ times }) => times.schedule === DUE)
  assert.deepEqual(
    due.map((run) => [run.id, run.state]),
    [[id, 'scheduled']],
  )
  const next = (await on.runs('hourly')).find(({ times }) => times.schedule === DUE + HOUR)
  assert.ok(next !== undefined)
  assert.equal(next.times.stop, DUE + HOUR + MINUTE)
  await done(on, next.id, { type: 'hold', until: null })
  await on.answer(on.engine.applyJobs([QUICK]))
  await on.pass(1_000)
  assert.equal(await on.store.read.run(next.id), null)
  assert.equal(await on.state(id), 'scheduled')
})

test('HOLD12: a run that a user starts is bound to the definition in force, and a waiting one to that which it waits by', async () => {
  const on = await world()
  const { id } = await coming(on)
  const [first] = [...on.engine.definitions.all()].filter((one) => one.id === 'hourly')
  const changed = job('hourly', `${HOURLY_TEXT}, duration: 5}`)
  await on.answer(on.engine.applyJobs([changed, MINUTELY, QUICK]))
  const started = await done(on, id, { type: 'start' })
  assert.ok('bound' in started && started.bound !== null)
  assert.equal(started.bound.definition, changed.hash)
  assert.notEqual(first?.hash, changed.hash)
  const waits = job('waits', 'condition: {type: dependency, job_id: quick}\nprogram: {type: no-op}')
  await on.answer(on.engine.applyJobs([waits, QUICK]))
  const waiting = await on.ask('waits')
  await on.answer(on.engine.applyJobs([job('waits', 'program: {type: no-op, duration: 7}'), QUICK]))
  const passed = await done(on, waiting, { type: 'start', reason: 'now' })
  assert.ok('bound' in passed && passed.bound !== null)
  assert.equal(passed.bound.definition, waits.hash)
})

test('HOLD13: a run that a user moved or asked for stays when its schedule goes; when its job does, its log says what becomes of it', async () => {
  const on = await world()
  const { id: moved } = await coming(on)
  await done(on, moved, { type: 'move', time: DUE + 5 * HOUR })
  const request = { jobId: 'hourly', args: { schedule_time: 'x' }, time: DUE + 6 * HOUR, stop: null, count: 1 }
  const asked = await on.answer(on.engine.schedule(request))
  const [later] = asked.ok ? asked.value : []
  assert.ok(later !== undefined)
  const notes = async (id: RunId): Promise<readonly string[]> =>
    (await on.store.read.log(id)).flatMap(({ fact }) =>
      'message' in fact && fact.message.includes('gone') ? [fact.message] : [],
    )
  // Its schedule goes, and its job stays: it is the user's, and begins when it was moved to.
  const bare = job('hourly', 'params: [schedule_time]\nprogram: {type: no-op}')
  await on.answer(on.engine.applyJobs([bare, MINUTELY, QUICK]))
  await on.pass(1_000)
  assert.deepEqual([await on.state(moved), await notes(moved)], ['scheduled', []])

  const applied = on.engine.applyJobs([MINUTELY, QUICK])
  await on.answer(applied)
  // What is left to do of it is taken up again.
  on.kill()
  await on.start([MINUTELY, QUICK])
  await on.pass(1_000)
  const said = 'the job hourly is gone: this run ends in error when it is to begin, unless the job is back by then'
  for (const id of [moved, later.id]) {
    assert.equal(await on.state(id), 'scheduled')
    assert.deepEqual(new Set(await notes(id)), new Set([said]))
  }
  assert.deepEqual(await on.store.read.records('relabel'), [])
  await on.pass(DUE + 5 * HOUR - on.clock.now() + MINUTE)
  const ended = await on.store.read.run(moved)
  assert.ok(ended?.state === 'error')
  assert.equal(ended.message, 'no job hourly')
  await on.answer(on.engine.applyJobs([bare, MINUTELY, QUICK]))
  await on.pass(2 * HOUR)
  assert.equal(await on.state(later.id), 'success')
})
