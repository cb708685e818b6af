import assert from 'node:assert/strict'
import test from 'node:test'
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
