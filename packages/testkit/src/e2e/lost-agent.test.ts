import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { RunSummary } from '@apsis/api/json'
import { FeedWatch, System, type SystemOptions, TOKEN } from '../system/index.ts'

const LIMIT = { timeout: 60_000 }
const ENDS = ['success', 'failure', 'error', 'skipped'] as const
const CONN = 'farm'

/** Says who it is, waits for its sign, and ends with 3. */
const JOB = `
params: [go]
program:
  type: procstar-shell
  command: |
    echo "before $$"
    until [ -e {{ go }} ]; do sleep 0.05; done
    echo after
    exit 3
`

test('E2E17: an agent that was killed comes back, and its run goes on', LIMIT, async (t) => {
  const lost = await Lost.begin(t)
  await lost.killAgent()
  const away = await lost.when(({ unreachable_since: since }) => since !== undefined)
  assert.equal(away.state, 'running')
  lost.startAgent()
  await lost.when(({ unreachable_since: since }) => since === undefined)
  await lost.letGo()
  assert.equal((await lost.end()).message, 'exit code 3')
  assert.match(await lost.output(), /^before \d+\nafter\n$/)
  const log = (await lost.system.client.runLog(lost.id)).map(({ message }) => message)
  assert.deepEqual(log.slice(2), [
    'running',
    'agent not connected: unreachable; the process goes on',
    'agent connected again',
    'failure: exit code 3',
  ])
})

test('E2E17: one that comes back without its state folder ends the run in error, which says why', LIMIT, async (t) => {
  const lost = await Lost.begin(t)
  await lost.killAgent()
  await rm(join(lost.system.folder, 'agent'), { recursive: true, maxRetries: 5 })
  lost.startAgent()
  const end = await lost.end()
  assert.equal(end.state, 'error')
  assert.equal(end.message, 'the agent came back without the process: its result is lost')
  await lost.works()
})

test('E2E17: one that stays away ends the run in error after the time that the config gives it', LIMIT, async (t) => {
  const lost = await Lost.begin(t, { connection: '{reconnect_timeout: 2}' })
  await lost.killAgent()
  const end = await lost.end()
  assert.equal(end.state, 'error')
  assert.equal(end.message, `procstar: agent reconnect timeout: conn_id ${CONN}`)
  assert.deepEqual(await lost.system.client.connections(), {})
  lost.startAgent()
  await lost.works()
})

test(
  'E2E18: another agent with its id is refused while it answers, and takes its place when it is gone',
  LIMIT,
  async (t) => {
    const lost = await Lost.begin(t)
    const first = lost.system.agent
    lost.startAgent('other')
    const second = lost.system.agent
    await second.line(new RegExp(`${CONN}.*${first.process.pid}`))
    assert.equal(lost.run.state, 'running')
    await first.kill('SIGKILL')
    const end = await lost.end()
    assert.equal(end.state, 'error')
    assert.equal(end.message, 'the agent came back without the process: its result is lost')
    await lost.works()
  },
)

test('E2E19: an agent told to end softly lets its run end, and gets no other', LIMIT, async (t) => {
  const lost = await Lost.begin(t)
  const first = lost.system.agent
  first.process.kill('SIGUSR1')
  await lost.feed.until(() =>
    lost.feed.messages.some((message) => message.type === 'agent' && message.data['state'] === 'idling'),
  )
  const next = await lost.ask()
  await lost.feed.run(next, 'starting')
  await lost.letGo()
  assert.equal((await lost.end()).message, 'exit code 3')
  assert.deepEqual(await first.ended, { code: 0, signal: null })
  assert.equal((await lost.feed.run(next, 'starting', ...ENDS)).state, 'starting')
  lost.startAgent()
  assert.equal((await lost.feed.run(next, ...ENDS)).message, 'exit code 3')
})

test('E2E19: an agent that is told to end ends its runs, and the server has their results', LIMIT, async (t) => {
  const lost = await Lost.begin(t)
  lost.system.agent.process.kill('SIGTERM')
  const end = await lost.end()
  assert.equal(end.state, 'failure')
  assert.equal(end.message, 'killed by SIGTERM')
  assert.deepEqual(await lost.system.agent.ended, { code: 0, signal: null })
})

test(
  'E2E20: a drained agent keeps its run and gets no other, over kills of both; undrained it does',
  LIMIT,
  async (t) => {
    const lost = await Lost.begin(t)
    const { system, feed } = lost
    const { client } = system
    await client.drain(CONN, { reason: 'new disk' })
    const next = await lost.ask()
    await feed.run(next, 'starting')
    await Promise.all([system.server.kill('SIGKILL'), system.agent.kill('SIGKILL')])
    await system.startServer()
    lost.startAgent()
    await system.server.line(/agent connected/)
    await lost.letGo()
    assert.equal((await lost.end()).message, 'exit code 3')
    const drained = (await client.connections())[CONN]?.drain
    assert.deepEqual([drained?.reason, drained?.drained], ['new disk', true])
    assert.equal((await client.run(next)).state, 'starting')
    await client.undrain(CONN)
    assert.equal((await feed.run(next, ...ENDS)).message, 'exit code 3')
  },
)

/** A system with a run under way whose agent is about to be lost. */
class Lost {
  readonly system: System
  readonly feed: FeedWatch
  readonly id: string
  readonly #go: string

  private constructor(system: System, feed: FeedWatch, id: string, go: string) {
    this.system = system
    this.feed = feed
    this.id = id
    this.#go = go
  }

  static async begin(t: TestContext, options: Partial<SystemOptions> = {}): Promise<Lost> {
    const system = await System.create({ jobs: { work: JOB }, ...options })
    const go = join(system.folder, 'go')
    t.after(async () => {
      // What an agent no longer knows of ends by itself.
      await writeFile(go, '')
      await system.destroy()
    })
    await system.startServer()
    system.startAgent(TOKEN, { connId: CONN })
    const feed = new FeedWatch(system.url)
    t.after(() => feed.stop())
    const id = await ask(system, go)
    const lost = new Lost(system, feed, id, go)
    await lost.when(({ state }) => state === 'running')
    return lost
  }

  get run(): RunSummary {
    const run = this.feed.runs.get(this.id)
    assert.ok(run !== undefined)
    return run
  }

  /** Kills the agent; resolves when the server knows. */
  async killAgent(): Promise<void> {
    await this.system.agent.kill('SIGKILL')
    await this.system.server.line(/agent disconnected/)
  }

  /** Starts an agent of the same id. */
  startAgent(state: string = 'agent'): void {
    this.system.startAgent(TOKEN, { connId: CONN, state })
  }

  ask(): Promise<string> {
    return ask(this.system, this.#go)
  }

  letGo(): Promise<void> {
    return writeFile(this.#go, '')
  }

  async when(holds: (run: RunSummary) => boolean): Promise<RunSummary> {
    await this.feed.until((runs) => {
      const run = runs.get(this.id)
      return run !== undefined && holds(run)
    })
    return this.run
  }

  end(): Promise<RunSummary> {
    return this.feed.run(this.id, ...ENDS)
  }

  async output(): Promise<string> {
    return Buffer.from((await this.system.client.output(this.id, 'output')).data).toString()
  }

  /** Whether the next run ends as it should. */
  async works(): Promise<void> {
    await this.letGo()
    assert.equal((await this.feed.run(await this.ask(), ...ENDS)).message, 'exit code 3')
  }
}

async function ask(system: System, go: string): Promise<string> {
  const { runs } = await system.client.schedule({ job_id: 'work', args: { go } })
  const id = Object.keys(runs)[0]
  assert.ok(id !== undefined)
  return id
}
