import assert from 'node:assert/strict'
import test from 'node:test'
import { AgentsWorld } from './agents-world.ts'
import { job } from './engine-world.ts'

const PROC = job('proc', 'program: {type: procstar, argv: [/bin/true]}')
const HOUR = 3_600_000

test('AGENT3: a run whose agents are gone before they are asked waits no longer in total, nor anew after each of them', async () => {
  const world = new AgentsWorld()
  await world.serve([PROC])
  const id = await world.ask('proc')
  const begin = world.clock.monotonic()
  // Each commit takes a while, in which the agent that was chosen is lost.
  world.commit = async (batch, store) => {
    await new Promise<void>((resolve) => void world.clock.after(200, resolve))
    return store.commit(batch)
  }
  let asked = 0
  while ((await world.state(id)) === 'starting' && world.clock.monotonic() - begin < HOUR) {
    const agent = await world.agent('c')
    asked += agent.asked.length
    agent.lose()
    await world.pass(10_000)
  }
  assert.equal(asked, 0)
  assert.equal(await world.state(id), 'error')
  assert.match((await world.log(id)).at(-1) ?? '', /no connected agent in group: default/)
  const waited = world.clock.monotonic() - begin
  assert.ok(waited > 60_000 && waited < 150_000, String(waited))
})

test('AGENT3: after a restart of the server it waits anew', async () => {
  const world = new AgentsWorld()
  await world.serve([PROC])
  const id = await world.ask('proc')
  await world.pass(50_000)
  world.hub.close()
  world.kill()
  await world.serve([PROC])
  await world.pass(50_000)
  assert.equal(await world.state(id), 'starting')
  const agent = await world.agent('c')
  assert.equal(agent.asked.length, 1)
})
