import assert from 'node:assert/strict'
import { readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Child, commandFile, FeedWatch, freePort, System } from '../system/index.ts'

const LIMIT = { timeout: 60_000 }
const JOBS = { echo: "program: {type: procstar-shell, command: 'echo said'}" }

const OUTPUTS = ['outputs.db', 'outputs.db-wal', 'outputs.db-shm']

/** What a crash, also of the machine, can leave in the data folder. */
const LEFT: readonly (readonly [string, (data: string) => Promise<void>])[] = [
  ['all its files', async () => {}],
  ['an empty runs.db-shm', (data) => truncate(join(data, 'runs.db-shm'), 0)],
  ['no shm files', (data) => removeAll(data, ['runs.db-shm', 'outputs.db-shm'])],
  ['a runs.db-wal that ends in the middle of a page', (data) => shorten(join(data, 'runs.db-wal'), 1_000)],
  [
    'garbage after the end of the log',
    (data) => writeFile(join(data, 'runs.db-wal'), 'x'.repeat(9_999), { flag: 'a' }),
  ],
  [
    'an empty outputs.db in the place of one that is gone',
    async (data) => {
      await removeAll(data, OUTPUTS)
      await writeFile(join(data, 'outputs.db'), '')
    },
  ],
  ['a lock.db-journal of nobody', (data) => writeFile(join(data, 'lock.db-journal'), '')],
]

for (const [what, damage] of LEFT) {
  test(`E2E8: after kill -9 a data folder with ${what} opens, and new runs end`, LIMIT, async (t) => {
    const { system, feed: before, id } = await ran(t)
    await system.server.kill('SIGKILL')
    before.stop()
    const data = join(system.folder, 'data')
    assert.ok((await readdir(data)).includes('runs.db-wal'), 'the log of a killed writer is there')
    await damage(data)
    await system.startServer()
    await system.server.line(/agent connected/)
    // The feed of before may have seen a change that the damage took away, and could not be resumed then.
    const feed = new FeedWatch(system.url)
    t.after(() => feed.stop())
    const next = await ask(system)
    await feed.run(next, 'success')
    assert.equal(String(Buffer.from((await system.client.output(next, 'output')).data)), 'said\n')
    // What the crash could not have taken is there still.
    const { run_id: kept } = await system.client.run(id)
    assert.equal(kept, id)
  })
}

test('E2E8: where outputs.db is gone the server does not begin another one in silence', LIMIT, async (t) => {
  const { system } = await ran(t)
  await system.stopServer()
  await removeAll(join(system.folder, 'data'), OUTPUTS)
  const args = [commandFile('apsisctl'), 'serve', '--config', system.configFile]
  const server = new Child(args, process.env)
  t.after(() => server.kill('SIGKILL'))
  assert.deepEqual(await server.ended, { code: 1, signal: null })
  assert.match(server.lines.join('\n'), /outputs\.db.* missing.*make an empty file of that name/)
  await writeFile(join(system.folder, 'data', 'outputs.db'), '')
  await system.startServer()
})

test('E2E15: a second server on a data folder says so and ends with 1; the first goes on', LIMIT, async (t) => {
  const { system, feed } = await ran(t)
  const args = [commandFile('apsisctl'), 'serve', '--config', system.configFile, '--bind', '127.0.0.1:0']
  const second = new Child(args, { ...process.env, PROCSTAR_AGENT_PORT: String(await freePort()) })
  t.after(() => second.kill('SIGKILL'))
  assert.deepEqual(await second.ended, { code: 1, signal: null })
  assert.equal(second.lines.length, 1, second.lines.join('\n'))
  assert.match(second.lines[0] ?? '', /^Error: another server has the data folder .*\/data open\. Stop it first/)
  await feed.run(await ask(system), 'success')
})

async function ran(t: TestContext): Promise<{ system: System; feed: FeedWatch; id: string }> {
  const system = await System.create({ jobs: JOBS })
  t.after(() => system.destroy())
  await system.start()
  const feed = new FeedWatch(system.url)
  t.after(() => feed.stop())
  const id = await ask(system)
  await feed.run(id, 'success')
  return { system, feed, id }
}

async function ask(system: System): Promise<string> {
  const { runs } = await system.client.schedule({ job_id: 'echo', args: {} })
  const id = Object.keys(runs)[0]
  assert.ok(id !== undefined)
  return id
}

async function removeAll(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(folder, name), { force: true })
}

async function shorten(file: string, bytes: number): Promise<void> {
  const { size } = await stat(file)
  await truncate(file, size - bytes)
}
