import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { FeedWatch, fileThere, System } from '../system/index.ts'

const LIMIT = { timeout: 60_000 }

/** Each writes its first part, waits until the test says so, and writes the rest before it ends. */
const JOB = `
params: [code, folder]
program:
  type: procstar-shell
  command: |
    echo $$ >> {{ folder }}/pid.{{ code }}
    echo "before {{ code }}"
    until [ -e {{ folder }}/go ]; do sleep 0.05; done
    head -c 300000 /dev/zero | tr '\\0' 'z'
    echo "after {{ code }}"
    touch {{ folder }}/done.{{ code }}
    exit {{ code }}
`
const CODES = ['0', '1', '7']

test('E2E7: runs that end while the server is away end as they did, with all their output', LIMIT, async (t) => {
  const { system, feed, folder, ids } = await running(t)
  await system.server.kill('SIGKILL')
  await letGo(folder, CODES)
  // Now nothing of the runs is alive but what the agent keeps.
  await system.startServer()
  await ended(feed, ids)
  await verify(system, feed, folder, ids)
})

test('E2E7: so it is when the agent was killed as well, and both come back later', LIMIT, async (t) => {
  const { system, feed, folder, ids } = await running(t)
  await Promise.all([system.server.kill('SIGKILL'), system.agent.kill('SIGKILL')])
  await letGo(folder, CODES)
  await system.startServer()
  system.startAgent()
  await ended(feed, ids)
  await verify(system, feed, folder, ids)
})

test('E2E14: a run whose agent is away is stopped when the agent is back', LIMIT, async (t) => {
  const { system, feed, ids } = await running(t)
  const id = ids[0]
  assert.ok(id !== undefined)
  await system.agent.kill('SIGKILL')
  await system.server.line(/agent disconnected/)
  await system.client.stop(id)
  await feed.run(id, 'stopping')
  system.startAgent()
  const end = await feed.run(id, 'success', 'failure', 'error')
  assert.equal(end.message, 'killed by SIGTERM')
})

/** A system with three runs under way whose first line is stored. */
async function running(
  t: TestContext,
): Promise<{ system: System; feed: FeedWatch; folder: string; ids: readonly string[] }> {
  const system = await System.create({ jobs: { worker: JOB } })
  t.after(() => system.destroy())
  await system.start()
  const feed = new FeedWatch(system.url)
  t.after(() => feed.stop())
  const folder = join(system.folder, 'signs')
  await mkdir(folder)
  const ids: string[] = []
  for (const code of CODES) {
    const { runs } = await system.client.schedule({ job_id: 'worker', args: { code, folder } })
    ids.push(...Object.keys(runs))
  }
  assert.equal(ids.length, CODES.length)
  for (const id of ids) await feed.run(id, 'running')
  return { system, feed, folder, ids }
}

/** Lets the processes go on, and resolves when each has written all that it writes. */
async function letGo(folder: string, codes: readonly string[]): Promise<void> {
  await writeFile(join(folder, 'go'), '')
  for (const code of codes) await fileThere(join(folder, `done.${code}`))
}

async function ended(feed: FeedWatch, ids: readonly string[]): Promise<void> {
  for (const id of ids) await feed.run(id, 'success', 'failure', 'error')
}

async function verify(system: System, feed: FeedWatch, folder: string, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    const code = CODES[index] ?? ''
    const run = feed.runs.get(id)
    assert.equal(run?.state, code === '0' ? 'success' : 'failure', JSON.stringify(run))
    if (code !== '0') assert.equal(run.message, `exit code ${code}`)
    const { data } = await system.client.output(id, 'output')
    assert.equal(Buffer.from(data).toString(), `before ${code}\n${'z'.repeat(300_000)}after ${code}\n`)
    const pids = (await readFile(join(folder, `pid.${code}`), 'utf8')).trim().split('\n')
    assert.equal(pids.length, 1, 'the process ran once')
  }
}
