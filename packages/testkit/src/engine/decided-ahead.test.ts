import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from '@apsis/server/engine'
import { EngineWorld, job } from './engine-world.ts'

const MINUTE = 60_000
const HALF = 30 * MINUTE

function halfHourly(more = '', params = '[]') {
  return job('half', `params: ${params}\nschedule: {type: interval, interval: 30m${more}}\nprogram: {type: no-op}`)
}

/** What the log said is kept. */
async function begun(jobs: readonly ReturnType<typeof job>[]) {
  const world = new EngineWorld()
  const said: string[] = []
  const say = (message: string): number => said.push(message)
  await world.start(jobs, { log: { info: () => {}, warn: say, error: say } })
  return { world, said }
}

async function coming(world: EngineWorld) {
  const runs = (await world.runs('half')).filter(({ state }) => state === 'scheduled')
  return runs.map(({ id, times }) => ({ id, due: times.schedule ?? 0 }))
}

const WAYS: readonly ((due: number) => Operation)[] = [
  () => ({ type: 'skip' }),
  () => ({ type: 'start' }),
  (due) => ({ type: 'move', time: due + 7 * MINUTE }),
]

for (const way of WAYS) {
  const { type } = way(0)
  test(`AHEAD1: no run is made for an instant whose run was ${type === 'move' ? 'moved' : type}, when its job goes and comes back`, async () => {
    const { world, said } = await begun([halfHourly()])
    const [first, second] = await coming(world)
    assert.ok(first !== undefined && second !== undefined)
    assert.ok((await world.answer(world.engine.operate(first.id, way(first.due)))).ok)
    await world.answer(world.engine.applyJobs([]))
    const before = await world.store.read.nextRun()
    await world.answer(world.engine.applyJobs([halfHourly()]))
    await world.pass(1_000)
    assert.deepEqual(said, [])
    assert.equal(await world.store.read.nextRun(), before + 1)
    const again = (await coming(world)).filter(({ due }) => due % HALF === 0)
    assert.deepEqual(again, [{ id: `r${before}`, due: second.due }])
    await world.pass(3 * HALF)
    assert.deepEqual(said, [])
    assert.equal((await world.answer(world.engine.sanity())).unaccounted, 0)
  })
}

for (const limit of ['', ', limit: 1']) {
  test(`AHEAD2: nor when its schedule stays${limit} and its runs are made anew; it counts for no limit`, async () => {
    const { world, said } = await begun([halfHourly(limit)])
    const [first] = await coming(world)
    assert.ok(first !== undefined)
    assert.ok((await world.answer(world.engine.operate(first.id, { type: 'skip' }))).ok)
    await world.answer(world.engine.applyJobs([halfHourly(limit, '[schedule_time]')]))
    await world.pass(1_000)
    assert.deepEqual(said, [])
    const dues = (await coming(world)).map(({ due }) => due)
    assert.deepEqual(dues, [first.due + HALF])
  })
}
