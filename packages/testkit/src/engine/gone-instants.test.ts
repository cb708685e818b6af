import assert from 'node:assert/strict'
import test from 'node:test'
import type { InstantRow } from '@apsis/store/port'
import { EngineWorld, job, START } from './engine-world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const FIRST = START - (START % 1_000)

const OTHER = job('other', 'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}')
const SECONDLY = job('secondly', 'schedule: {type: interval, interval: 1}\nprogram: {type: no-op}')

/** A world in which a job of every second ran, and no server did for so long since, ms; each commit takes so long from then on. */
async function away(time: number, commit = 5): Promise<EngineWorld> {
  const world = new EngineWorld()
  await world.start([OTHER, SECONDLY])
  await world.pass(MINUTE)
  world.kill()
  await world.pass(time)
  world.commit = async (batch, store) => {
    await new Promise<void>((resolve) => void world.clock.after(commit, resolve))
    return store.commit(batch)
  }
  return world
}

async function secondly(world: EngineWorld, until: number): Promise<readonly InstantRow[]> {
  return world.store.read.instants('secondly', START, until, 1_000_000)
}

function assertAll(rows: readonly InstantRow[], until: number): void {
  assert.deepEqual(
    rows.map(({ due }) => due),
    Array.from({ length: (until - FIRST) / 1_000 }, (_, n) => FIRST + n * 1_000),
  )
  assert.ok(rows.every(({ verdict }) => verdict !== null))
}

test('GONE1: a start with days of instants of a job that is gone waits for none of them; all are missed in the end', async () => {
  const world = await away(24 * HOUR)
  const began = world.clock.now()
  let first: number | null = null
  const started = (): void => void (first ??= world.clock.now() - began)
  const nothing = (): void => {}
  const rest = { made: nothing, running: nothing, finished: nothing, committing: nothing, committed: nothing }
  await world.start([OTHER], { observe: { ...rest, started, commitFailed: nothing } })
  assert.ok(first !== null && first < 100, `${first} ms`)
  await world.pass(5_000)
  const rows = await secondly(world, began)
  assertAll(rows, began)
  const missed = rows.filter(({ verdict }) => verdict === 'missed')
  assert.ok(missed.length > 86_000)
  assert.ok(missed.every(({ reason }) => reason?.endsWith('; its schedule is no longer there')))
  assert.deepEqual(await world.store.read.records('gone'), [])
})

test('GONE2: killed and started again while they get their rows, each gets one; the check finds nothing meanwhile, nor when the job is back', async () => {
  const world = await away(12 * HOUR, 50)
  const began = world.clock.now()
  for (let kills = 0; kills < 3; kills++) {
    await world.start([OTHER])
    assert.equal((await world.store.read.records('gone')).length, 1)
    world.kill()
  }
  const back = world.clock.now()
  await world.start([OTHER, SECONDLY])
  const { unaccounted, unscheduled } = await world.answer(world.engine.sanity())
  assert.deepEqual([unaccounted, unscheduled.total], [0, 0])
  await world.pass(10 * MINUTE)
  assert.deepEqual(await world.store.read.records('gone'), [])
  const rows = await secondly(world, world.clock.now())
  const gone = rows.filter(({ due }) => due < began)
  assertAll(gone, began)
  const again = rows.filter(({ due }) => due > back)
  assert.ok(again.length > 500 && again.every(({ verdict }) => verdict === 'started'))
  const after = await world.answer(world.engine.sanity())
  assert.deepEqual([after.unaccounted, after.unscheduled.total], [0, 0])
})

test('GONE3: those of a schedule that is there, disabled, say so', async () => {
  const world = await away(HOUR)
  const disabled = job('secondly', 'schedule: {type: interval, interval: 1, enabled: false}\nprogram: {type: no-op}')
  const began = world.clock.now()
  await world.start([OTHER, disabled])
  const rows = await secondly(world, began)
  assertAll(rows, began)
  const missed = rows.filter(({ verdict }) => verdict === 'missed')
  assert.ok(missed.length > 3_000)
  assert.ok(missed.every(({ reason }) => reason?.endsWith('; its schedule is disabled')))
})

test('GONE4: a change that does not come in force misses nothing of schedules that stay', async () => {
  const world = await away(HOUR)
  const starting = world.start([OTHER])
  world.store.read.pendingInstants = () => new Promise(() => {})
  await starting
  world.kill()
  await world.start([OTHER, SECONDLY])
  await world.pass(MINUTE)
  const until = FIRST + HOUR + MINUTE
  const rows = await secondly(world, until)
  assertAll(rows, until)
  assert.deepEqual([...new Set(rows.map(({ verdict }) => verdict))], ['started'])
})
