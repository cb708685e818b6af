import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EngineWorld, job } from './engine-world.ts'

const DAY = 86_400_000
const HOURLY = job('hourly', 'schedule: {type: interval, interval: 1h}\nprogram: {type: no-op}')
const OTHER = job('other', 'schedule: {type: interval, interval: 1h}\nprogram: {type: no-op}')

test('BEHIND1: a start whose clock is behind what a server before it reached says by how much, and when schedules go on', async () => {
  const world = new EngineWorld()
  const said: string[] = []
  const log = {
    info: () => {},
    warn: (text: string, data?: Readonly<Record<string, unknown>>): void => {
      if (data?.['event'] === 'clock.behind') said.push(text)
    },
    error: () => {},
  }
  await world.start([HOURLY], { log })
  await world.pass(2 * DAY)
  world.kill()
  world.clock.stepBy(10 * DAY)
  await world.start([HOURLY], { log })
  world.kill()
  assert.equal(said.length, 0)
  world.clock.stepBy(-10 * DAY)
  const now = world.clock.now()
  await world.start([HOURLY, OTHER], { log })
  assert.equal(said.length, 1)
  assert.match(
    said[0] ?? '',
    /^the clock is 10d behind what was decided before: .* the schedules of one job go on at 2026-01-13T00:00:0/,
  )
  // What it says is so.
  await world.pass(3 * DAY)
  const began = (await world.runs('hourly')).map(({ times }) => times.running ?? 0)
  assert.deepEqual(
    began.filter((at) => at > now + 1_000 && at <= world.clock.now()),
    [],
  )
  // It is so at the next start too, and past at one after that time.
  world.kill()
  await world.start([HOURLY, OTHER], { log })
  assert.equal(said.length, 2)
  await world.pass(8 * DAY)
  world.kill()
  await world.start([HOURLY, OTHER], { log })
  assert.equal(said.length, 2)
  assert.equal((await world.answer(world.engine.sanity())).unaccounted, 0)
})
