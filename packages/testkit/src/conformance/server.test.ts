import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { FeedWatch, System, TOKEN } from '../system/index.ts'
import { ExistingAgent, specsOf, texts } from './existing-agent.ts'
import { hex } from './plain.ts'

const JOBS = {
  plain: "program: {type: procstar-shell, command: 'echo hello'}",
  polite: "program: {type: procstar, argv: [/bin/sleep, '1000'], stop: {signal: TERM, grace_period: 5}}",
}

const MIB = 1 << 20

describe('a server and an agent as they exist', { timeout: 60_000 }, () => {
  let system: System
  let feed: FeedWatch
  let cert: string
  const agents: ExistingAgent[] = []

  before(async () => {
    system = await System.create({ jobs: JOBS })
    await system.startServer()
    feed = new FeedWatch(system.url)
    cert = await readFile(join(system.folder, 'data', 'agent-server.crt'), 'utf8')
  })
  after(async () => {
    feed.stop()
    for (const agent of agents) await agent.drop()
    await system.destroy()
  })

  /** The one agent that is connected. */
  async function connect(): Promise<ExistingAgent> {
    for (const agent of agents.splice(0)) {
      agent.shutDown('idling')
      await agent.drop()
    }
    const agent = new ExistingAgent({ port: system.agentPort, cert, token: TOKEN })
    agents.push(agent)
    await agent.connect()
    return agent
  }

  async function ask(jobId: string): Promise<string> {
    const { runs } = await system.client.schedule({ job_id: jobId, args: {} })
    const [runId] = Object.keys(runs)
    assert.ok(runId !== undefined)
    return runId
  }

  /** The run, and the proc that it starts. */
  async function begin(
    agent: ExistingAgent,
    jobId: string,
  ): Promise<{ readonly runId: string; readonly procId: string }> {
    const skip = agent.requests.all.length
    const runId = await ask(jobId)
    const [entry] = specsOf(await agent.request('ProcStartRequest', skip))
    assert.ok(entry !== undefined)
    await agent.bearing(feed.run(runId, 'running'))
    return { runId, procId: entry[0] }
  }

  test('CONF20: a registration is answered by exactly Registered, and nothing that was not asked for', async () => {
    const agent = await connect()
    assert.deepEqual(agent.frames[0], hex("81 a4 'type' aa 'Registered'"))
    await agent.pongs.until((all) => all.length === 1)
    assert.deepEqual(agent.pongs.all, [''])
    assert.deepEqual(agent.faults, [])
  })

  test('CONF21: a run is started by one spec that existing agents know, its output is fetched, and it is deleted once it is stored', async () => {
    const agent = await connect()
    const { runId, procId } = await begin(agent, 'plain')
    const spec = specsOf(await agent.request('ProcStartRequest'))[0]?.[1]
    assert.ok(texts(spec?.get('argv')).join(' ').includes('echo hello'))
    const output = 'x'.repeat(5 * MIB) + 'end\n'
    agent.write(procId, output)
    agent.end(procId, 0)
    await agent.bearing(feed.run(runId, 'success'))
    await agent.request('ProcDeleteRequest')
    const { data } = await system.client.output(runId, 'output')
    assert.equal(Buffer.from(data).toString(), output)
    assert.deepEqual(
      agent.requests.all.map(({ type }) => type).filter((type) => type !== 'ProcResultRequest'),
      ['ProcStartRequest', 'ProcFdDataRequest', 'ProcFdDataRequest', 'ProcDeleteRequest'],
    )
    const deletion = agent.requests.all.at(-1)
    const id = Buffer.from(procId, 'latin1')
    assert.deepEqual(
      deletion?.bytes,
      Buffer.concat([hex("82 a4 'type' b1 'ProcDeleteRequest' a7 'proc_id'"), head(id.length), id]),
    )
    assert.deepEqual(agent.faults, [])
    assert.deepEqual(agent.procIds, [])
  })

  test('CONF22: the exit code, the signal and the errors of a proc are the verdict of the run', async () => {
    const agent = await connect()
    const code = await begin(agent, 'plain')
    agent.end(code.procId, 3 << 8)
    assert.equal((await feed.run(code.runId, 'failure')).message, 'exit code 3')
    const signal = await begin(agent, 'plain')
    agent.end(signal.procId, 9)
    assert.match((await feed.run(signal.runId, 'failure', 'error')).message ?? '', /SIGKILL/)
    const error = await begin(agent, 'plain')
    const why = 'execve failed: /x: No such file or directory (os error 2)'
    agent.end(error.procId, 16128, [why])
    assert.ok(((await feed.run(error.runId, 'failure', 'error')).message ?? '').includes(why))
    assert.deepEqual(agent.faults, [])
  })

  test('CONF23: a refused start is the end of the run, with the text of the agent', async () => {
    const agent = await connect()
    agent.refusal = 'agent shutting down: idling'
    const runId = await ask('plain')
    const run = await feed.run(runId, 'error')
    assert.ok((run.message ?? '').includes('agent shutting down: idling'), run.message ?? '')
    assert.deepEqual(agent.faults, [])
  })

  test('CONF24: a stop is a signal, since existing agents know no other', async () => {
    const agent = await connect()
    const { runId } = await begin(agent, 'polite')
    await system.client.stop(runId)
    const request = await agent.request('ProcSignalRequest')
    assert.equal(request.get('signum'), 15)
    await feed.run(runId, 'success', 'failure', 'error')
    assert.deepEqual(agent.faults, [])
  })

  test('CONF25: an agent that leaves without a word and comes back is asked what became of its procs, and nothing starts twice', async () => {
    const agent = await connect()
    const over = await begin(agent, 'plain')
    const still = await begin(agent, 'plain')
    await agent.drop()
    agent.write(over.procId, 'while away\n')
    agent.end(over.procId, 0)
    const skip = agent.requests.all.length
    await agent.connect()
    await agent.requests.until((all) => all.slice(skip).some(({ message }) => message.get('proc_id') === over.procId))
    await feed.run(over.runId, 'success')
    const { data } = await system.client.output(over.runId, 'output')
    assert.equal(Buffer.from(data).toString(), 'while away\n')
    agent.end(still.procId, 0)
    await feed.run(still.runId, 'success')
    const started = agent.requests.all.flatMap(({ message }) => specsOf(message).map(([id]) => id))
    assert.equal(new Set(started).size, started.length)
    assert.deepEqual(agent.faults, [])
  })

  test('CONF26: an agent that is done takes its procs with it: their runs end, and say why', async () => {
    const agent = await connect()
    const { runId } = await begin(agent, 'plain')
    agent.shutDown('done')
    await agent.drop()
    const run = await feed.run(runId, 'error', 'failure')
    assert.ok((run.message ?? '').length > 0)
  })

  test('CONF27: a proc that an agent has no more ends its run in an error', async () => {
    const agent = await connect()
    const { runId } = await begin(agent, 'plain')
    await agent.drop()
    agents.length = 0
    // The same agent, started anew: it knows nothing.
    const fresh = new ExistingAgent({ port: system.agentPort, cert, token: TOKEN, connId: agent.connId })
    agents.push(fresh)
    await fresh.connect()
    await feed.run(runId, 'error')
    assert.deepEqual(fresh.faults, [])
  })

  test('CONF28: what an agent says wrongly costs no run: a stray result or delete is ignored, a second Register too', async () => {
    const agent = await connect()
    const { runId, procId } = await begin(agent, 'plain')
    agent.raw(hex("82 a4 'type' aa 'ProcDelete' a7 'proc_id' a2 'zz'"))
    agent.raw(hex("82 a4 'type' ab 'ProcUnknown' a7 'proc_id' a2 'zz'"))
    agent.raw(hex("81 a4 'type' a5 'Bogus'"))
    agent.end(procId, 0)
    await feed.run(runId, 'success')
    assert.deepEqual(agent.closes.all, [])
    assert.deepEqual(agent.faults, [])
  })
})

/** The head of a text of this length, by hand. */
function head(length: number): Buffer {
  return Buffer.from(length < 32 ? [0xa0 | length] : [0xd9, length])
}
