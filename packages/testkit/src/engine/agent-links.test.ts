import assert from 'node:assert/strict'
import test from 'node:test'
import { AgentsWorld, PROC, running, TestAgent, unreachable } from './agents-world.ts'

test('LOST8: a second agent under the id of one that answers is refused, and the runs of the first go on', async () => {
  const { world, agent, ids, procIds } = await running(1)
  const second = await world.agent('c', { pid: 2 })
  assert.equal(second.closed, 'agent c is connected already, as process 1 on farm')
  assert.deepEqual(second.got, [])
  assert.equal(agent.closed, null)
  const [id] = ids
  const [procId] = procIds
  assert.ok(id !== undefined && procId !== undefined)
  assert.equal(await world.state(id), 'running')
  agent.result(procId, 'terminated')
  await world.pass(1_000)
  assert.equal(await world.state(id), 'success')
})

test('LOST9: a second agent under the id of one that does not answer takes its place, after five seconds or as the other goes', async () => {
  for (const goes of [false, true]) {
    const world = new AgentsWorld()
    await world.serve([PROC])
    const dead = await world.agent('c', { answers: false })
    const second = await world.agent('c', { pid: 2 })
    assert.deepEqual([second.got.length, second.closed], [0, null])
    await world.pass(goes ? 100 : 4_000)
    assert.equal(second.got.length, 0)
    if (goes) dead.lose()
    await world.pass(goes ? 100 : 1_000)
    assert.equal(second.got[0]?.type, 'Registered')
    assert.equal(dead.closed, goes ? null : 'replaced by a newer connection')
    const id = await world.ask('proc')
    assert.equal(second.asked.length, 1)
    assert.equal(await world.state(id), 'starting')
  }
})

test('LOST10: the same process on a newer connection takes the place of the older one at once', async () => {
  const { world, agent, ids, procIds } = await running(1)
  const newer = await world.agent('c', { procIds })
  assert.equal(agent.closed, 'replaced by a newer connection')
  assert.equal(newer.got[0]?.type, 'Registered')
  const [id] = ids
  assert.ok(id !== undefined)
  assert.equal(await world.state(id), 'running')
  assert.equal(await unreachable(world, id), false)
})

test('LOST17: a refusal that comes late on a link that a newer one has replaced does not end the run', async () => {
  const world = new AgentsWorld()
  await world.serve([PROC])
  const older = await world.agent('c', { goes: false })
  const id = await world.ask('proc')
  const newer = await world.agent('c')
  const [procId] = newer.asked
  assert.ok(procId !== undefined)
  assert.deepEqual(older.asked, newer.asked)
  const specs = older.got.flatMap((message) => (message.type === 'ProcStartRequest' ? [message.specs] : []))[0]
  older.say({ type: 'RequestError', msg: { type: 'ProcStartRequest', specs }, err: 'cannot record the request' })
  older.say({ type: 'ProcUnknown', proc_id: procId })
  await world.pass(1_000)
  assert.equal(await world.state(id), 'starting')
  newer.result(procId, 'terminated')
  await world.pass(1_000)
  assert.equal(await world.state(id), 'success')
})

test('LOST18: a registration on a link older than the newest is refused, while that one is there and after', async () => {
  for (const gone of [false, true]) {
    const world = new AgentsWorld()
    await world.serve([PROC])
    const older = new TestAgent()
    older.open(world.hub, {})
    const newer = await world.agent('c')
    const id = await world.ask('proc')
    const [procId] = newer.asked
    assert.ok(procId !== undefined)
    newer.result(procId, 'running')
    if (gone) newer.lose()
    older.register('c', {})
    await world.pass(1_000)
    assert.equal(older.closed, 'a newer connection of this agent has registered')
    assert.equal(newer.closed, null)
    assert.equal(await world.state(id), 'running')
    const back = await world.agent('c', { procIds: [procId] })
    back.result(procId, 'terminated')
    await world.pass(1_000)
    assert.equal(await world.state(id), 'success')
  }
})

test('LOST19: who asks for the id of an agent that comes back meanwhile on a newer link is refused, and no run of it ends', async () => {
  const world = new AgentsWorld()
  await world.serve([PROC])
  const older = await world.agent('c', { answers: false })
  const id = await world.ask('proc')
  const [procId] = older.asked
  assert.ok(procId !== undefined)
  older.result(procId, 'running')
  await world.pass(100)
  const rival = await world.agent('c', { pid: 2 })
  assert.equal(rival.closed, null)
  const back = await world.agent('c', { procIds: [procId] })
  assert.equal(older.closed, 'replaced by a newer connection')
  assert.equal(rival.closed, 'agent c is connected already, as process 1 on farm')
  assert.equal(back.closed, null)
  assert.deepEqual(rival.got, [])
  assert.equal(await world.state(id), 'running')
  back.result(procId, 'terminated')
  await world.pass(1_000)
  assert.equal(await world.state(id), 'success')
})
