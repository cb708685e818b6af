import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createClient } from '@apsis/api/client'
import { Child, FeedWatch, freePort } from '../system/index.ts'

const START = join(import.meta.dirname, '../../../../scripts/start.ts')
const LIMIT = { timeout: 60_000 }

test(
  'E2E16: a start that was killed leaves nothing in the way of the next, which takes up what runs',
  LIMIT,
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'apsis-start-'))
    const started: Child[] = []
    t.after(async () => {
      // The processes of a start that failed half-way, then what it ran.
      for (const child of started) child.process.kill('SIGTERM')
      await Promise.all(started.map(({ ended }) => ended))
      await rm(folder, { recursive: true, maxRetries: 5 })
    })
    const go = join(folder, 'go')
    await mkdir(join(folder, 'jobs'))
    await writeFile(
      join(folder, 'jobs', 'slow.yaml'),
      `program: {type: procstar-shell, command: 'echo before; until [ -e ${go} ]; do sleep 0.05; done; echo after'}\n`,
    )
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const client = createClient({ base: url, fetch: (address, init) => fetch(address, init) })
    const first = await start(folder, port)
    started.push(first)
    const feed = new FeedWatch(url)
    t.after(() => feed.stop())
    const { runs } = await client.schedule({ job_id: 'slow', args: {} })
    const id = Object.keys(runs)[0]
    assert.ok(id !== undefined)
    await feed.run(id, 'running')
    const left = await agentPid(folder)
    // Its agent goes on and holds its output open: what is waited for is the end of the process alone.
    const killed = once(first.process, 'exit')
    first.process.kill('SIGKILL')
    await killed
    const second = await start(folder, port)
    started.push(second)
    await writeFile(go, '')
    await feed.run(id, 'success')
    assert.equal(Buffer.from((await client.output(id, 'output')).data).toString(), 'before\nafter\n')
    assert.notEqual(await agentPid(folder), left)
    // A terminal and npm both send it: two within a moment are one.
    second.process.kill('SIGINT')
    second.process.kill('SIGINT')
    assert.deepEqual(await second.ended, { code: 0, signal: null })
    assert.ok(second.lines.includes('Apsis has ended.'))
  },
)

async function start(folder: string, port: number): Promise<Child> {
  const data = join(folder, 'data')
  const args = [START, '--data', data, '--jobs', join(folder, 'jobs'), '--port', String(port)]
  const child = new Child(args, process.env)
  await child.line(/^Apsis is at http/)
  return child
}

async function agentPid(folder: string): Promise<number> {
  return Number(await readFile(join(folder, 'data', 'agent.pid'), 'utf8'))
}
