import assert from 'node:assert/strict'
import test from 'node:test'
import type { Run, RunId } from '@apsis/core/run'
import type { CommandReply, Operation } from '@apsis/server/engine'
import type { Reader } from '@apsis/store/port'
import { EngineWorld, job, START } from './engine-world.ts'

const HOUR = 3_600_000
const HOURLY = job('hourly', 'schedule: {type: interval, interval: 3600}\nprogram: {type: no-op}')
const DAILY = job('hourly', 'schedule: {type: daily, tz: UTC, daytime: "12:34:00"}\nprogram: {type: no-op}')
const STOPPED = job(
  'hourly',
  'schedule: {start: {type: interval, interval: 3600}, stop: {type: duration, duration: 60}}\nprogram: {type: no-op}',
)
/** The first full hour after the start. */
const DUE = START - 1_000 + HOUR

/** Replaces one read of the world's store by another that may call it. */
function intercept<K extends 'run' | 'pendingInstants'>(
  world: EngineWorld,
  name: K,
  by: (read: Reader[K]) => Reader[K],
): void {
  const { read } = world.store
  Object.defineProperty(read, name, { value: by(read[name].bind(read) as Reader[K]), configurable: true })
}

/** A reload to `next`, with these operations on the first coming run after its coming runs were read and before it is in force. */
async function reloaded(next: ReturnType<typeof job>, operations: readonly Operation[]) {
  const world = new EngineWorld()
  await world.start([HOURLY], { horizon: 5 * HOUR })
  const run = (await world.runs('hourly')).find(({ times }) => times.schedule === DUE)
  assert.ok(run !== undefined && world.engine.live(run.id) === undefined)
  intercept(world, 'pendingInstants', (read) => async (jobId) => {
    const rows = await read(jobId)
    await new Promise<void>((resolve) => void world.clock.after(1_000, resolve))
    return rows
  })
  const applied = world.engine.applyJobs([next])
  await world.pass(100)
  for (const operation of operations) {
    const reply: CommandReply<Run> = await world.answer(world.engine.operate(run.id, operation))
    assert.ok(reply.ok)
  }
  assert.equal(world.engine.live(run.id), undefined, 'it is the store that has it')
  await world.pass(5_000)
  assert.deepEqual((await applied).changed, ['hourly'])
  const coming = (await world.runs('hourly')).filter(({ state }) => state === 'scheduled')
  return { world, id: run.id, coming }
}

function idsAt(runs: readonly Run[], due: number): readonly RunId[] {
  return runs.filter(({ times }) => times.schedule === due).map(({ id }) => id)
}

test('BACK1: a reload reads the coming runs by pages, however often something happened to them', async () => {
  const each = (label: string, interval: number) =>
    job(
      'a',
      `metadata: {labels: [${label}]}\nschedule: {type: interval, interval: ${interval}}\nprogram: {type: no-op}`,
    )
  const world = new EngineWorld()
  await world.start([each('x', 1)])
  await world.pass(30_000)
  await world.answer(world.engine.applyJobs([each('y', 1)]))
  await world.pass(30_000)
  let reads = 0
  intercept(world, 'run', (read) => (id) => {
    reads++
    return read(id)
  })
  const applied = world.engine.applyJobs([each('y', 2)])
  await world.pass(1_000)
  assert.deepEqual((await applied).changed, ['a'])
  assert.equal(reads, 0)
})

test('BACK2: a run that is held, or held and released, while its schedule goes, goes with it', async () => {
  const hold = { type: 'hold', until: null } as const
  for (const operations of [[hold], [hold, { type: 'release' } as const]]) {
    const { world, id, coming } = await reloaded(DAILY, operations)
    assert.equal(await world.store.read.run(id), null)
    assert.ok(coming.every(({ times }) => (times.schedule ?? 0) % HOUR !== 0))
    assert.ok((await world.instants('hourly')).every(({ due }) => due % HOUR !== 0))
  }
})

test('BACK3: one that is held while its schedule changes stays, and one that is moved while it goes stays where it was moved to', async () => {
  const held = await reloaded(STOPPED, [{ type: 'hold', until: null }])
  assert.deepEqual(idsAt(held.coming, DUE), [held.id])
  const time = DUE + HOUR / 2
  const moved = await reloaded(DAILY, [{ type: 'move', time }])
  assert.deepEqual(idsAt(moved.coming, time), [moved.id])
  await moved.world.pass(2 * HOUR)
  assert.equal(await moved.world.state(moved.id), 'success')
})

test('BACK4: one that something happened to while its schedule changed, and that nobody holds, is made anew', async () => {
  const { coming, id } = await reloaded(STOPPED, [{ type: 'hold', until: null }, { type: 'release' }])
  const [anew] = idsAt(coming, DUE)
  assert.ok(anew !== undefined && anew !== id)
  assert.equal(idsAt(coming, DUE).length, 1)
  assert.ok(coming.every(({ times }) => times.stop === (times.schedule ?? 0) + 60_000))
  assert.equal(coming.length, 5)
})
