import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { FeedWatch, System } from '../system/index.ts'

const JOBS = {
  greet: `
params: [name]
program:
  type: procstar-shell
  command: echo "hello {{ name }}"; echo oops >&2; exit {{ name | length }}
`,
  bytes: `
program:
  type: procstar
  argv: [/usr/bin/env, node, -e, "process.stdout.write(Buffer.alloc(3_000_000, 'abcdefg\\\\n'))"]
`,
  first: `
program: {type: procstar-shell, command: 'true'}
`,
  second: `
condition: {type: dependency, job_id: first}
program: {type: procstar-shell, command: echo second}
`,
  tick: `
schedule: {type: interval, interval: 1s}
program: {type: no-op}
`,
  stubborn: `
program:
  type: procstar-shell
  command: trap '' TERM; (trap '' TERM; setsid sleep 1000 & wait) & echo up; sleep 1000 & wait; wait
  stop: {grace_period: 1}
`,
  missing: `
program: {type: procstar, argv: [/no/such/program]}
`,
}

describe('one server and one agent', () => {
  let system: System
  let feed: FeedWatch

  before(async () => {
    system = await System.create({ jobs: JOBS, config: 'schedule: {horizon: 100}' })
    await system.start()
    feed = new FeedWatch(system.url)
  })
  after(async () => {
    feed.stop()
    await system.destroy()
  })

  const ask = async (jobId: string, args: Record<string, string> = {}): Promise<string> => {
    const { runs } = await system.client.schedule({ job_id: jobId, args })
    const id = Object.keys(runs)[0]
    assert.ok(id !== undefined)
    return id
  }
  const output = async (id: string): Promise<Buffer> => Buffer.from((await system.client.output(id, 'output')).data)

  test('E2E1: a run is a real process, with its exit code, output and log', async () => {
    const good = await ask('greet', { name: '' })
    assert.equal((await feed.run(good, 'success', 'failure', 'error')).state, 'success')
    assert.equal(String(await output(good)), 'hello \noops\n')
    const bad = await ask('greet', { name: 'you' })
    assert.equal((await feed.run(bad, 'success', 'failure', 'error')).message, 'exit code 3')
    const log = (await system.client.runLog(bad)).map(({ message }) => message)
    assert.deepEqual(log, ['scheduled: now', 'starting', 'running', 'failure: exit code 3'])
    const { meta } = await system.client.run(bad)
    assert.ok(JSON.stringify(meta).includes('"exit_code":3'))
  })

  test('E2E1: a large output is stored whole', async () => {
    const id = await ask('bytes')
    assert.equal((await feed.run(id, 'success', 'failure', 'error')).state, 'success')
    const hash = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')
    assert.equal(hash(await output(id)), hash(Buffer.alloc(3_000_000, 'abcdefg\n')))
  })

  test('E2E2: a schedule makes runs, and a dependency waits for the run that it needs', async () => {
    const second = await ask('second')
    await feed.run(second, 'waiting')
    await feed.run(await ask('first'), 'success')
    await feed.run(second, 'success')
    const ticks = (): number =>
      [...feed.runs.values()].filter((run) => run.job_id === 'tick' && run.state === 'success').length
    await feed.until(() => ticks() >= 2)
    const { instants } = await system.client.instants({ job_id: 'tick', from: Date.now() - 60_000, to: Date.now() })
    assert.ok(instants.some(({ verdict }) => verdict === 'started'))
  })

  test('E2E3: stop ends the tree, also of what ignores SIGTERM', async () => {
    const id = await ask('stubborn')
    await feed.run(id, 'running')
    const { proc } = await system.client.run(id)
    assert.ok(proc !== undefined)
    await system.client.stop(id)
    const end = await feed.run(id, 'success', 'failure', 'error')
    assert.equal(end.message, 'killed by SIGKILL')
  })

  test('E2E4: what cannot start is an error on its run', async () => {
    const end = await feed.run(await ask('missing'), 'success', 'failure', 'error')
    assert.equal(end.state, 'error')
    assert.match(end.message ?? '', /\/no\/such\/program: No such file or directory/)
    await feed.run(await ask('first'), 'success')
  })
})
