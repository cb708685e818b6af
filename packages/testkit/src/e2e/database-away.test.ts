import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, rm, statfs, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { ApiError } from '@apsis/api/client'
import { Child, commandFile, FeedWatch, System } from '../system/index.ts'

const LIMIT = { timeout: 120_000 }
const ENDS = ['success', 'failure', 'error', 'skipped'] as const
const run = promisify(execFile)

const JOBS = {
  tick: 'schedule: {type: interval, interval: 1}\nprogram: {type: no-op}',
  work: `
params: [go]
program:
  type: procstar-shell
  command: |
    echo before
    until [ -e {{ go }} ]; do sleep 0.05; done
    head -c 200000 /dev/urandom | tee {{ go }}.copy
    exit 5
`,
}

test(
  'E2E23: a database locked by another process: waits, says so, refuses what is new, and goes on',
  LIMIT,
  async (t) => {
    const { system, feed, id, go } = await working(t)
    const other = new DatabaseSync(join(system.folder, 'data', 'runs.db'))
    other.exec('BEGIN IMMEDIATE')
    await system.server.line(/store\.failing/)
    const since = Date.now()
    await assert.rejects(
      system.client.schedule({ job_id: 'work', args: { go } }),
      (error: unknown) =>
        error instanceof ApiError && error.status === 503 && /store has taken nothing since/.test(error.message),
    )
    // A signal goes to a process that runs, though it cannot be recorded yet; what runs goes on.
    await assert.rejects(
      system.client.signal(id, 'SIGCONT'),
      (error: unknown) =>
        error instanceof ApiError &&
        error.status === 503 &&
        /^the signal of r\d+ is sent; it is not recorded/.test(error.message),
    )
    await writeFile(go, '')
    assert.equal((await system.client.run(id)).state, 'running')
    other.exec('ROLLBACK')
    other.close()
    await system.server.line(/store\.recovered/)
    await verify(system, feed, id, go)
    await ticksUntil(system, feed, since)
    const lines = (await system.client.runLog(id)).map(({ message }) => message)
    assert.ok(lines.includes('sending SIGCONT'), lines.join('\n'))
  },
)

test('E2E23: a start while another process has the database locked ends with 1 and says so', LIMIT, async (t) => {
  const { system, feed, id, go } = await working(t)
  await system.server.kill('SIGKILL')
  const other = new DatabaseSync(join(system.folder, 'data', 'runs.db'))
  other.exec('BEGIN EXCLUSIVE')
  const start = new Child([commandFile('apsisctl'), 'serve', '--config', system.configFile], process.env)
  assert.deepEqual(await start.ended, { code: 1, signal: null })
  assert.match(start.lines.join('\n'), /^Error: .*runs\.db is locked by another process .*try again when it has ended$/)
  other.close()
  await system.startServer()
  await writeFile(go, '')
  await verify(system, feed, id, go)
})

test('E2E24: the disk is full, and has room again', LIMIT, async (t) => {
  const mounted = await tmpfs(t)
  if (mounted === null) return
  const { system, feed, id, go } = await working(t, mounted)
  await fill(mounted.folder)
  await system.server.line(/store\.failing/)
  const since = Date.now()
  await writeFile(go, '')
  await assert.rejects(system.client.schedule({ job_id: 'work', args: { go } }), ApiError)
  const metrics = await (await fetch(`${system.url}/metrics`)).text()
  assert.match(metrics, /^apsis_store_failing_seconds [0-9.]*[1-9]/m)
  assert.equal((await system.client.run(id)).state, 'running')
  await rm(join(mounted.folder, 'fill'))
  await system.server.line(/store\.recovered/)
  await verify(system, feed, id, go)
  await ticksUntil(system, feed, since)
})

test(
  'E2E24: a server that was killed while the disk was full says so when it starts, and starts when there is room',
  LIMIT,
  async (t) => {
    const mounted = await tmpfs(t)
    if (mounted === null) return
    const { system, feed, id, go } = await working(t, mounted)
    await fill(mounted.folder)
    await system.server.line(/store\.failing/)
    await system.server.kill('SIGKILL')
    await writeFile(go, '')
    await fill(mounted.folder)
    const start = new Child([commandFile('apsisctl'), 'serve', '--config', system.configFile], process.env)
    assert.deepEqual(await start.ended, { code: 1, signal: null })
    assert.match(start.lines.join('\n'), /^Error: .* cannot grow .*Make room on its disk$/)
    await rm(join(mounted.folder, 'fill'))
    await system.startServer()
    await verify(system, feed, id, go)
    await ticksUntil(system, feed, Date.now())
  },
)

test(
  'E2E24: only the database of outputs is full: runs without output go on, the others end when there is room',
  LIMIT,
  async (t) => {
    const mounted = await tmpfs(t, 'outputs')
    if (mounted === null) return
    const file = join(mounted.system.folder, 'data', 'outputs.db')
    await mkdir(join(mounted.system.folder, 'data'), { mode: 0o700 })
    await symlink(join(mounted.folder, 'outputs.db'), file)
    const { system, feed, id, go } = await working(t, mounted)
    await fill(mounted.folder)
    await writeFile(go, '')
    await system.server.line(/output\.failing/)
    await ticksUntil(system, feed, Date.now())
    assert.equal((await system.client.run(id)).state, 'running')
    await rm(join(mounted.folder, 'fill'))
    await system.server.line(/output\.recovered/)
    await verify(system, feed, id, go)
    assert.ok(!system.server.lines.some((line) => line.includes('store.failing')))
  },
)

/** A system with a run under way, and one each second. */
async function working(
  t: TestContext,
  made: { readonly system: System } | null = null,
): Promise<{ system: System; feed: FeedWatch; id: string; go: string }> {
  const system = made?.system ?? (await System.create(OPTIONS))
  if (made === null) t.after(() => system.destroy())
  await system.start()
  const feed = new FeedWatch(system.url)
  t.after(() => feed.stop())
  const go = join(system.folder, 'go')
  const { runs } = await system.client.schedule({ job_id: 'work', args: { go } })
  const id = Object.keys(runs)[0] ?? ''
  await feed.run(id, 'running')
  return { system, feed, id, go }
}

const OPTIONS = { jobs: JOBS, config: 'schedule: {horizon: 100}' }

/** The run ended as its process did, with all of its output. */
async function verify(system: System, feed: FeedWatch, id: string, go: string): Promise<void> {
  const end = await feed.run(id, ...ENDS)
  assert.equal(end.message, 'exit code 5')
  const { data } = await system.client.output(id, 'output')
  const { stdout } = await run('cat', [`${go}.copy`], { encoding: 'buffer', maxBuffer: 1 << 20 })
  assert.ok(Buffer.concat([Buffer.from('before\n'), stdout]).equals(Buffer.from(data)), `${data.length} bytes`)
}

/** Every instant up to some seconds after a time has run, once. */
async function ticksUntil(system: System, feed: FeedWatch, since: number): Promise<void> {
  const until = since + 5_000
  const due = (times: Readonly<Record<string, unknown>>): number => Date.parse(String(times['schedule']))
  const later = (): boolean =>
    [...feed.runs.values()].some(({ job_id: job, state, times }) => {
      return job === 'tick' && state === 'success' && due(times) >= until
    })
  await feed.until(later)
  const { instants } = await system.client.instants({
    job_id: 'tick',
    from: since - 3_600_000,
    to: until,
    limit: 10_000,
  })
  const times = instants.map(({ due: at }) => Date.parse(at))
  for (const [index, at] of times.entries()) if (index > 0) assert.equal(at - (times[index - 1] ?? 0), 1_000)
  assert.ok(
    instants.every(({ verdict }) => verdict === 'started'),
    JSON.stringify(instants.at(-1)),
  )
  assert.deepEqual(new Set(instants.map(({ run_id: id }) => feed.runs.get(id ?? '')?.state)), new Set(['success']))
}

/** A system of which one folder is a small disk of its own; null where that may not be made. */
async function tmpfs(
  t: TestContext,
  name: string = 'data',
): Promise<{ readonly system: System; readonly folder: string } | null> {
  const system = await System.create(OPTIONS)
  const folder = join(system.folder, name)
  await mkdir(folder, { mode: 0o700 })
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=700', 'apsis-test', folder])
  } catch (error) {
    await system.destroy()
    t.skip(`no file system can be mounted here: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
  t.after(async () => {
    await rm(join(folder, 'fill'), { force: true })
    await system.destroy(() => run('umount', [folder]))
  })
  return { system, folder }
}

/** Leaves no room on the disk of a folder. */
async function fill(folder: string): Promise<void> {
  for (let chunk = 1 << 20; chunk >= 4096; chunk = chunk >> 1) {
    for (let free = await freeOf(folder); free >= chunk; free = await freeOf(folder)) {
      await writeFile(join(folder, 'fill'), Buffer.alloc(chunk), { flag: 'a' }).catch(() => {})
    }
  }
}

async function freeOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
