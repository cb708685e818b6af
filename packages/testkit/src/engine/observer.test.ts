import assert from 'node:assert/strict'
import test from 'node:test'
import type { Observer } from '@apsis/server/engine'
import { StoreError } from '@apsis/store/port'
import { EngineWorld, job } from './engine-world.ts'

const MINUTE = 60_000
const MINUTELY = job('minutely', 'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}')
const SLOW = job('slow', 'program: {type: no-op, duration: 30}')
const LIMITED = job('limited', 'condition: {type: max_running, count: 1}\nprogram: {type: no-op, duration: 10}')

interface Recorded extends Observer {
  readonly said: string[]
  of(word: string): readonly string[]
}

function recorder(): Recorded {
  const said: string[] = []
  return {
    said,
    of: (word) => said.filter((one) => one.startsWith(`${word} `)),
    made: ({ jobId }) => void said.push(`made ${jobId}`),
    started: ({ jobId, state }, lateness) => void said.push(`started ${jobId} ${state} ${lateness}`),
    running: ({ jobId }) => void said.push(`running ${jobId}`),
    finished: ({ jobId, state }) => void said.push(`finished ${jobId} ${state}`),
    committing: () => void said.push('committing '),
    committed: (took, writes) => void said.push(`committed ${took < 1_000} ${writes}`),
    commitFailed: () => void said.push('failed '),
  }
}

test('OBS1: each change of a run is told once, when it is durable', async () => {
  const world = new EngineWorld()
  const observe = recorder()
  await world.start([MINUTELY, SLOW], { observe })
  assert.equal(observe.of('made').length, (await world.runs('minutely')).length)
  await world.ask('slow')
  assert.deepEqual(observe.of('running'), ['running slow'])
  await world.pass(MINUTE)
  assert.deepEqual(observe.of('started'), ['started slow starting 0', 'started minutely starting 0'])
  assert.deepEqual(observe.of('finished'), ['finished slow success', 'finished minutely success'])
  assert.equal(observe.of('committing').length, observe.of('committed').length)
})

test('OBS2: how late a run is counts from when it was due; not for one that was started early', async () => {
  const world = new EngineWorld()
  const observe = recorder()
  await world.start([MINUTELY], { observe })
  const [first, second] = await world.runs('minutely')
  assert.ok(first !== undefined && second !== undefined)
  world.commit = async (batch, store) => {
    if ((first.times.schedule ?? 0) + 5_000 > world.clock.now()) throw new StoreError('STORE_FAILED', 'full')
    return store.commit(batch)
  }
  const early = world.engine.operate(second.id, { type: 'start' })
  await world.pass(MINUTE + 10_000)
  assert.ok(observe.of('failed').length > 10)
  const late = observe.of('started').map((one) => one.split(' ').at(-1) ?? '')
  assert.equal((await early).ok, true)
  assert.equal(late.filter((one) => one === 'null').length, 1)
  assert.ok(late.some((one) => Number(one) >= 5_000))
  assert.ok(observe.of('committed').some((one) => one.startsWith('committed false ')))
})

test('OBS3: the load counts runs by state', async () => {
  const world = new EngineWorld()
  await world.start([SLOW, LIMITED])
  await world.ask('slow', {}, { count: 3 })
  await world.ask('limited', {}, { count: 3 })
  const counts = (): readonly number[] => {
    const { scheduled, waiting, starting, running, stopping } = world.engine.load()
    return [scheduled, waiting, starting, running, stopping]
  }
  assert.deepEqual(counts(), [0, 2, 0, 4, 0])
  await world.pass(5 * MINUTE)
  assert.deepEqual(counts(), [0, 0, 0, 0, 0])
})
