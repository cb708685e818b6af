import assert from 'node:assert/strict'
import test from 'node:test'
import type { RunId } from '@apsis/core/run'
import { AgentsWorld, PROC, running, TestAgent, unreachable } from './agents-world.ts'
import { job } from './engine-world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

async function endedWith(world: AgentsWorld, id: RunId): Promise<string> {
  const run = await world.store.read.run(id)
  return run?.state === 'error' ? String(run.message) : `it is ${run?.state}`
}

test('LOST1: the runs of an agent that is lost are shown as unreachable, each is told, and they go on when it is back', async () => {
  const { world, agent, ids, procIds } = await running(3)
  agent.lose()
  await world.pass(HOUR)
  for (const id of ids) {
    assert.ok(await unreachable(world, id))
    assert.ok((await world.log(id)).includes('agent not connected: unreachable; the process goes on'))
  }
  const back = await world.agent('c', { procIds })
  for (const id of ids) {
    assert.equal(await unreachable(world, id), false)
    assert.ok((await world.log(id)).includes('agent connected again'))
  }
  for (const procId of procIds) back.result(procId, 'terminated')
  await world.pass(1_000)
  for (const id of ids) assert.equal(await world.state(id), 'success')
})

test('LOST2: an agent that stays away for too long is given up, with all of its runs', async () => {
  const { world, agent, ids } = await running(2, { reconnectTimeout: 5 * MINUTE })
  agent.lose()
  await world.pass(5 * MINUTE - 1_000)
  for (const id of ids) assert.ok(await unreachable(world, id))
  await world.pass(2_000)
  for (const id of ids) assert.equal(await endedWith(world, id), 'procstar: agent reconnect timeout: conn_id c')
  assert.equal(world.hub.view('c'), null)
  assert.equal(world.changes.at(-1)?.listed, false)
})

test('LOST3: an agent that is not there after a restart of the server is given up as one that was lost then', async () => {
  const { world, ids } = await running(1, { reconnectTimeout: 5 * MINUTE })
  world.hub.close()
  world.kill()
  await world.serve([PROC], { reconnectTimeout: 5 * MINUTE })
  const [id] = ids
  assert.ok(id !== undefined)
  assert.ok(await unreachable(world, id))
  await world.pass(5 * MINUTE)
  assert.equal(await endedWith(world, id), 'procstar: agent reconnect timeout: conn_id c')
})

test('LOST4: an agent that is away for a day is listed no longer; its runs are not touched by that', async () => {
  const { world, agent, ids, procIds } = await running(1)
  agent.lose()
  await world.pass(23 * HOUR)
  assert.equal(world.hub.views().length, 1)
  await world.pass(2 * HOUR)
  assert.equal(world.hub.views().length, 0)
  const [id] = ids
  const [procId] = procIds
  assert.ok(id !== undefined && procId !== undefined && (await unreachable(world, id)))
  const back = await world.agent('c', { procIds })
  back.result(procId, 'terminated')
  await world.pass(1_000)
  assert.equal(await world.state(id), 'success')
})

test('LOST5: an agent that comes back as another process without the procs ends their runs, which say why', async () => {
  const { world, agent, ids } = await running(2)
  agent.lose()
  await world.pass(MINUTE)
  await world.agent('c', { pid: 2 })
  for (const id of ids) {
    assert.equal(await endedWith(world, id), 'the agent came back without the process: its result is lost')
  }
})

test('LOST6: an agent that idles gets no new procs, and those that it has go on', async () => {
  const { world, agent, ids, procIds } = await running(1)
  agent.say({ type: 'ShutDown', shutdown_state: 'idling' })
  await world.pass(100)
  const later = await world.ask('proc')
  assert.equal(await world.state(later), 'starting')
  assert.equal(agent.asked.length, 1)
  const [id] = ids
  const [procId] = procIds
  assert.ok(id !== undefined && procId !== undefined)
  agent.result(procId, 'terminated')
  await world.pass(1_000)
  assert.equal(await world.state(id), 'success')
  const other = await world.agent('d')
  assert.deepEqual(other.asked.length, 1)
})

test('LOST7: an agent that shuts down with procs is listed no longer, and their runs end', async () => {
  const { world, agent, ids } = await running(1)
  agent.say({ type: 'ShutDown', shutdown_state: 'done' })
  agent.lose()
  await world.pass(1_000)
  const [id] = ids
  assert.ok(id !== undefined)
  assert.equal(await endedWith(world, id), 'procstar: the agent shut down')
  assert.equal(world.hub.views().length, 0)
})

test('LOST11: an agent that comes back with another group is refused', async () => {
  const { world, agent } = await running(1)
  agent.lose()
  const back = await world.agent('c', { group: 'other' })
  assert.equal(back.closed, 'agent c is of group default')
  assert.deepEqual(back.got, [])
})

test('LOST12: a run that was starting when its agent was lost says so, and is asked for again when the agent is back', async () => {
  const world = new AgentsWorld()
  await world.serve([PROC])
  const agent = await world.agent('c')
  const id = await world.ask('proc')
  agent.lose()
  await world.pass(MINUTE)
  assert.ok((await world.log(id)).includes('agent not connected: it may not have been asked'))
  const back = await world.agent('c')
  assert.deepEqual(back.asked, agent.asked)
})

test('LOST13: an agent too many takes the place of the one that has been away the longest, and is refused if none is', async () => {
  const world = new AgentsWorld()
  await world.serve([PROC])
  for (let n = 0; n < 9_998; n++) new TestAgent().connect(world.hub, `a${n}`, {})
  for (const connId of ['first', 'second']) (await world.agent(connId)).lose()
  assert.equal((await world.agent('third')).closed, null)
  assert.deepEqual([world.hub.view('first'), world.hub.view('second')?.connected], [null, false])
  assert.equal((await world.agent('fourth')).closed, null)
  const fifth = await world.agent('fifth')
  assert.deepEqual([fifth.closed, fifth.got.length], ['too many agents', 0])
  assert.equal(world.hub.views().length, 10_000)
})

/** How many procs each was asked to start. */
function counts(...agents: readonly TestAgent[]): readonly number[] {
  return agents.map(({ asked }) => asked.length)
}

test('AGENT1: a run goes to the agent of its group that has the fewest runs, and in turn to those that have as many', async () => {
  const world = new AgentsWorld()
  await world.serve([PROC])
  const agents = [await world.agent('a'), await world.agent('b'), await world.agent('c')]
  const other = await world.agent('x', { group: 'other' })
  await world.ask('proc', {}, { count: 30 })
  assert.deepEqual(counts(...agents, other), [10, 10, 10, 0])
  const [first] = agents
  for (const procId of first?.asked.slice(0, 5) ?? []) first?.result(procId, 'terminated')
  await world.pass(1_000)
  await world.ask('proc', {}, { count: 4 })
  assert.deepEqual(counts(...agents), [14, 10, 10])
})

test('AGENT4: a run that waits for conditions takes no turn before it starts, nor does looking for an agent', async () => {
  const world = new AgentsWorld()
  const text = 'program: {type: procstar, argv: [/bin/true]}\ncondition: {type: max_running, count: 100}'
  await world.serve([job('proc', text)])
  const agents = [await world.agent('a'), await world.agent('b')]
  for (let n = 0; n < 10; n++) {
    await world.ask('proc')
    // It ends at once, so that both have as few again.
    for (const agent of agents) for (const procId of agent.asked) agent.result(procId, 'terminated')
    await world.pass(1_000)
  }
  assert.deepEqual(counts(...agents), [5, 5])
})

test('AGENT5: a run that could have gone to several agents says which, with their runs; with one it says nothing', async () => {
  const world = new AgentsWorld()
  await world.serve([PROC])
  await world.agent('x', { group: 'other' })
  await world.agent('a')
  assert.deepEqual((await world.log(await world.ask('proc'))).slice(1), ['starting'])
  await world.agent('b')
  const second = await world.ask('proc')
  assert.deepEqual((await world.log(second)).slice(1), ['starting', 'agent b of group default: 0 runs; others: a 1'])
  await world.agent('c')
  const third = await world.ask('proc')
  const line = 'agent c of group default: 0 runs; others: a 1, b 1'
  assert.deepEqual((await world.log(third)).slice(1), ['starting', line])
})

test('AGENT2: runs that waited for an agent are spread as they would have been', async () => {
  const world = new AgentsWorld()
  await world.serve([PROC])
  await world.agent('x', { group: 'other' })
  await world.ask('proc', {}, { count: 40 })
  const ends = [world.agent('a'), world.agent('b')]
  const [a, b] = await Promise.all(ends)
  assert.ok(a !== undefined && b !== undefined)
  assert.equal(a.asked.length + b.asked.length, 40)
  // Each run has one agent only.
  assert.equal(new Set([...a.asked, ...b.asked]).size, 40)
})

test('DRAIN1: an agent that drains gets no new procs, those that it has go on, and it is said to be drained when none is left', async () => {
  const { world, agent, procIds } = await running(1)
  const reply = await world.answer(world.engine.drains.drain('c', 'new disk'))
  assert.ok(reply.ok)
  assert.equal(reply.value.reason, 'new disk')
  const waits = await world.ask('proc')
  assert.equal(await world.state(waits), 'starting')
  const other = await world.agent('d')
  assert.deepEqual(counts(agent, other), [1, 1])
  const drained = async (): Promise<readonly unknown[]> => {
    const facts = await world.store.read.facts(0, 10_000)
    return facts.flatMap(({ fact }) =>
      fact.type === 'agent' && fact.connId === 'c' && fact.change === 'changed' ? [fact.data['drained']] : [],
    )
  }
  assert.deepEqual(await drained(), [false])
  const [procId] = procIds
  assert.ok(procId !== undefined)
  agent.result(procId, 'terminated')
  await world.pass(1_000)
  assert.deepEqual(await drained(), [false, true])
})

test('DRAIN2: a drain outlives restarts and absence, until it is taken back', async () => {
  const world = new AgentsWorld()
  await world.serve([PROC])
  await world.agent('c')
  assert.ok((await world.answer(world.engine.drains.drain('c'))).ok)
  world.hub.close()
  world.kill()
  await world.serve([PROC])
  assert.equal(world.engine.drains.of('c')?.reason, null)
  const agent = await world.agent('c', { pid: 2 })
  const id = await world.ask('proc')
  assert.deepEqual([agent.asked, await world.state(id)], [[], 'starting'])
  assert.ok((await world.answer(world.engine.drains.undrain('c'))).ok)
  assert.equal(agent.asked.length, 1)
  assert.equal(world.engine.drains.of('c'), null)
  assert.deepEqual(await world.store.read.records('drain'), [])
})

test('DRAIN3: an agent that is not known cannot drain, one that does not drain cannot be taken back, and a reason has its bound', async () => {
  const world = new AgentsWorld()
  await world.serve([PROC])
  await world.agent('c')
  const codes: unknown[] = []
  for (const command of [
    world.engine.drains.drain('gone'),
    world.engine.drains.undrain('c'),
    world.engine.drains.drain('c', 'x'.repeat(1_001)),
  ]) {
    const reply = await world.answer(command)
    codes.push(reply.ok ? 'ok' : reply.rejection.code)
  }
  assert.deepEqual(codes, ['AGENT_UNKNOWN', 'AGENT_UNKNOWN', 'REQUEST'])
  assert.deepEqual(await world.store.read.records('drain'), [])
})

test('DRAIN4: a drain too many takes the place of the oldest of an agent that is gone, and is refused if none is', async () => {
  const world = new AgentsWorld()
  await world.serve([PROC])
  const gone = await world.agent('gone')
  assert.ok((await world.answer(world.engine.drains.drain('gone'))).ok)
  for (let n = 0; n <= 1_000; n++) new TestAgent().connect(world.hub, `a${n}`, {})
  const drains = Array.from({ length: 999 }, (_, n) => world.engine.drains.drain(`a${n}`))
  assert.ok((await world.answer(Promise.all(drains))).every(({ ok }) => ok))
  const refused = await world.answer(world.engine.drains.drain('a999'))
  assert.equal(refused.ok ? 'ok' : refused.rejection.code, 'TOO_MANY')
  gone.say({ type: 'ShutDown', shutdown_state: 'done' })
  gone.lose()
  assert.ok((await world.answer(world.engine.drains.drain('a999'))).ok)
  assert.equal(world.engine.drains.of('gone'), null)
  assert.equal((await world.store.read.records('drain')).length, 1_000)
})

test('LOST14: after a restart the agents of before are listed as away, and runs at them are not orphaned', async () => {
  const { world, ids, procIds } = await running(1)
  const left = await world.agent('left', { group: 'others', pid: 3 })
  left.lose()
  await world.pass(HOUR)
  world.kill()
  await world.serve([PROC], {})
  const listed = (): readonly string[] =>
    world.hub.views().map(({ conn, connected }) => `${conn.conn_id} of ${conn.group_id}: ${connected}`)
  assert.deepEqual(new Set(listed()), new Set(['c of default: false', 'left of others: false']))
  const [gone, lost] = [world.hub.view('left')?.lastDisconnect ?? 0, world.hub.view('c')?.lastDisconnect ?? 0]
  assert.ok(world.clock.now() - gone > HOUR - 1_000 && world.clock.now() - lost < 5_000)
  const report = await world.answer(world.engine.sanity())
  assert.deepEqual(report.orphaned.list, [])
  await world.pass(23 * HOUR + MINUTE)
  assert.deepEqual(
    world.hub.views().map(({ conn }) => conn.conn_id),
    ['c'],
  )
  const moved = await world.agent('c', { group: 'elsewhere', procIds })
  assert.equal(moved.closed, null)
  for (const procId of procIds) moved.result(procId, 'terminated')
  await world.pass(1_000)
  for (const id of ids) assert.equal(await world.state(id), 'success')
  world.kill()
  await world.serve([PROC])
  assert.deepEqual(
    world.hub.views().map(({ conn, connects }) => [conn.conn_id, conn.group_id, connects]),
    [['c', 'elsewhere', 2]],
  )
})

test('LOST15: a run that is due before the agents of its group had time to come back waits for them', async () => {
  const lonely = job('lonely', 'program: {type: procstar, argv: [/bin/true], group_id: nobody}')
  const { world } = await running(0)
  world.kill()
  await world.serve([PROC, lonely])
  const waits = await world.ask('proc')
  const fails = await world.ask('lonely')
  await world.pass(70_000)
  assert.equal(await world.state(waits), 'starting')
  assert.match(await endedWith(world, fails), /no connected agent in group: nobody/)
  const back = await world.agent('c')
  assert.equal(back.asked.length, 1)
  // Lost now, and not back in time.
  back.lose()
  const late = await world.ask('proc')
  await world.pass(72_000)
  assert.equal(await world.state(late), 'starting')
  await world.pass(5_000)
  assert.match(await endedWith(world, late), /no connected agent in group: default/)
})

test('LOST16: a signal to a run whose agent is away is refused and changes nothing; a stop waits for the agent', async () => {
  const { world, agent, ids, procIds } = await running(1)
  const [id, procId] = [ids[0], procIds[0]]
  assert.ok(id !== undefined && procId !== undefined)
  const signal = { type: 'signal', signum: 10, name: 'SIGUSR1' } as const
  assert.ok((await world.answer(world.engine.operate(id, signal))).ok)
  agent.lose()
  await world.pass(100)
  const before = await world.log(id)
  const refused = await world.answer(world.engine.operate(id, signal))
  assert.ok(!refused.ok && refused.rejection.code === 'AGENT_UNREACHABLE')
  assert.equal(refused.rejection.message, 'sending SIGUSR1 failed: agent c is not connected')
  assert.deepEqual(await world.log(id), before)
  assert.ok((await world.answer(world.engine.operate(id, { type: 'stop' }))).ok)
  const back = await world.agent('c', { procIds: [procId] })
  assert.deepEqual(
    back.got.filter(({ type }) => type === 'ProcStopRequest' || type === 'ProcSignalRequest').map(({ type }) => type),
    ['ProcStopRequest'],
  )
})
