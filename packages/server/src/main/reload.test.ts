import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { ApiError, createClient } from '@apsis/api/client'
import { defaultConfig } from '@apsis/core/config'
import type { Store } from '@apsis/store/port'
import { openSqliteStore } from '@apsis/store/sqlite'
import { quietServer } from '../fixture/index.ts'
import type { RunningServer } from './options.ts'
import { startServer } from './start-server.ts'

const NO_OP = 'program: {type: no-op}\n'

/** A folder for servers, and a log that can be waited for. */
async function place(t: TestContext) {
  const base = await mkdtemp(join(tmpdir(), 'apsis-reload-'))
  const jobs = join(base, 'jobs')
  await mkdir(jobs)
  const lines: string[] = []
  let wake = (): void => {}
  const say = (message: string): void => {
    lines.push(message)
    wake()
  }
  const servers: RunningServer[] = []
  t.after(async () => {
    for (const server of servers) await server.stop()
    await rm(base, { recursive: true })
  })
  const start = async (watch: boolean) => {
    const result = await startServer({
      ...quietServer(join(base, 'data'), jobs),
      config: { ...defaultConfig(), reload: { watch } },
      log: { info: say, warn: say, error: say },
    })
    assert.ok(result.ok, result.ok ? '' : result.message)
    servers.push(result.server)
    const url = `http://127.0.0.1:${result.server.addresses[0]?.port ?? 0}`
    const client = createClient({ base: url, fetch: (target, init) => fetch(target, init) })
    return { client, stop: () => result.server.stop() }
  }
  /** Resolves when a line that was not waited for yet matches. */
  const said = async (pattern: RegExp): Promise<void> => {
    for (;;) {
      const at = lines.findIndex((line) => pattern.test(line))
      if (at !== -1) return void lines.splice(0, at + 1)
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return { base, jobs, start, said }
}

test('a watched folder is put in force by itself; while it is broken, or not there, what was in force stays', async (t) => {
  const { base, jobs, start, said } = await place(t)
  await writeFile(join(jobs, 'a.yaml'), NO_OP)
  const { client } = await start(true)
  await said(/^watching the job folder$/)
  const first = await client.jobsState()
  assert.equal(first.watching, 'events')
  await writeFile(join(jobs, 'b.yaml'), `${NO_OP}schedule: {type: interval, interval: 1h}\n`)
  await said(/^jobs reloaded: in the next 24 h 0 runs are withdrawn and 24 created$/)
  assert.notEqual((await client.jobsState()).digest, first.digest)

  await writeFile(join(jobs, 'a.yaml'), 'program: {type: no-opp}\n')
  await writeFile(join(jobs, 'c.yaml'), '[')
  await rm(join(jobs, 'b.yaml'))
  await said(/errors loading jobs in .*: what was in force stays/)
  const broken = await client.jobsState()
  assert.deepEqual(
    broken.problems.map(({ job_id, code }) => [job_id, code]),
    [
      ['a', 'JOB_TYPE_UNKNOWN'],
      ['c', 'JOB_YAML_SYNTAX'],
    ],
  )
  assert.deepEqual(
    (await client.jobs()).map(({ job_id }) => job_id),
    ['a', 'b'],
  )

  // Mended to what is in force: the last word of the log is not the error.
  await writeFile(join(jobs, 'b.yaml'), `${NO_OP}schedule: {type: interval, interval: 1h}\n`)
  await writeFile(join(jobs, 'a.yaml'), NO_OP)
  await rm(join(jobs, 'c.yaml'))
  await said(/^the jobs have no errors any more, and are those in force$/)

  await rename(jobs, join(base, 'away'))
  await said(/errors loading jobs/)
  assert.match((await client.jobsState()).problems[0]?.message ?? '', /no such job folder/)
  // As deployments do: a link to another checkout takes its place.
  await mkdir(join(base, 'next'))
  await writeFile(join(base, 'next/d.yaml'), NO_OP)
  await symlink('next', jobs)
  await said(/^jobs reloaded: in the next 24 h 24 runs are withdrawn/)
  const mended = await client.jobsState()
  assert.deepEqual([mended.problems, mended.jobs, mended.source], [[], 1, 'folder'])
})

test('a server whose folder is broken starts with the last good set, says so, and takes the folder up once it is mended', async (t) => {
  const { jobs, start } = await place(t)
  await writeFile(join(jobs, 'a.yaml'), NO_OP)
  const before = await start(false)
  const good = await before.client.jobsState()
  assert.deepEqual([good.source, good.watching, good.problem_count], ['folder', 'off', 0])
  await before.stop()
  await writeFile(join(jobs, 'a.yaml'), '{')
  const { client } = await start(false)
  const state = await client.jobsState()
  assert.deepEqual([state.source, state.jobs, state.digest, state.problem_count], ['store', 1, good.digest, 1])
  assert.equal(state.problems[0]?.job_id, 'a')
  const plan = (await client.schedule({ job_id: 'a' })).runs
  assert.equal(Object.values(plan)[0]?.job_id, 'a')
  await writeFile(join(jobs, 'a.yaml'), NO_OP)
  assert.deepEqual((await client.reloadJobs()).changed, [])
  const mended = await client.jobsState()
  assert.deepEqual([mended.source, mended.problem_count], ['folder', 0])
})

test('a job of the last good set that can no longer be read is set aside: it is named, and nothing of it goes', async (t) => {
  const { base, jobs, start, said } = await place(t)
  const scheduled = `${NO_OP}schedule: {type: interval, interval: 1h}\n`
  await writeFile(join(jobs, 'a.yaml'), scheduled)
  await writeFile(join(jobs, 'b.yaml'), NO_OP)
  const before = await start(false)
  await before.client.reloadJobs()
  await before.stop()
  const stored = async <T>(task: (store: Store) => Promise<T>): Promise<T> => {
    const store = await openSqliteStore({ folder: join(base, 'data') })
    try {
      return await task(store)
    } finally {
      await store.close()
    }
  }
  const pending = (): Promise<number> => stored(async ({ read }) => (await read.pendingInstants('a')).length)
  const coming = await pending()
  assert.ok(coming > 0)
  // As a version that no longer knows the type of its program finds it.
  await stored(async (store) => {
    const row = (await store.read.jobs()).find(({ jobId }) => jobId === 'a')
    assert.ok(row !== undefined)
    await store.commit({ jobs: [{ ...row, hash: 'other', json: { ...row.json, program: { type: 'gone' } } }] })
  })
  await writeFile(join(jobs, 'b.yaml'), '{')
  const broken = await start(false)
  await said(/can no longer be read and is set aside/)
  assert.deepEqual(
    (await broken.client.jobs()).map(({ job_id }) => job_id),
    ['b'],
  )
  await broken.stop()
  assert.equal(await pending(), coming)
  const { client } = await start(false)
  await writeFile(join(jobs, 'b.yaml'), NO_OP)
  const mended = await client.reloadJobs()
  assert.deepEqual([mended.added, mended.changed, mended.removed], [[], ['a'], []])
  assert.deepEqual((await client.jobs()).map(({ job_id }) => job_id).sort(), ['a', 'b'])
})

test('a dry run changes nothing, and two reloads at once are one after the other', async (t) => {
  const { jobs, start } = await place(t)
  await writeFile(join(jobs, 'a.yaml'), NO_OP)
  const { client } = await start(false)
  await writeFile(join(jobs, 'b.yaml'), `${NO_OP}schedule: {type: interval, interval: 6h}\n`)
  const dry = await client.reloadJobs({ dry_run: true })
  assert.deepEqual(dry.added, ['b'])
  assert.deepEqual(dry.plan?.jobs, [{ job_id: 'b', change: 'added', withdrawn: 0, created: 4, more: false }])
  assert.equal((await client.jobsState()).jobs, 1)
  const both = await Promise.all([client.reloadJobs(), client.reloadJobs()])
  assert.deepEqual(both.map(({ added }) => added.join()).sort(), ['', 'b'])
})

test('while the store takes nothing a reload is refused at once, one under way says that it waits, and a dry run answers', async (t) => {
  const { base, jobs, start, said } = await place(t)
  await writeFile(join(jobs, 'a.yaml'), NO_OP)
  const { client } = await start(false)
  await writeFile(join(jobs, 'b.yaml'), `${NO_OP}schedule: {type: interval, interval: 6h}\n`)
  const other = new DatabaseSync(join(base, 'data', 'runs.db'))
  t.after(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  const busy = async (asked: Promise<unknown>): Promise<string> => {
    const error = await asked.then(
      () => assert.fail('it was taken'),
      (why: unknown) => why,
    )
    assert.ok(error instanceof ApiError)
    assert.deepEqual([error.code, error.status], ['BUSY', 503])
    return error.message
  }
  const { since } = await client.jobsState()
  const first = busy(client.reloadJobs())
  await said(/^the store takes nothing/)
  assert.match(await first, /has taken nothing since .*; the change of the jobs waits, and is in force when the store/)
  await writeFile(join(jobs, 'c.yaml'), NO_OP)
  assert.deepEqual((await client.reloadJobs({ dry_run: true })).added, ['c'])
  assert.match(await busy(client.reloadJobs()), /nothing was changed, and the jobs of before stay in force/)
  assert.match(await busy(client.schedule({ job: { program: { type: 'no-op' } } })), /the job is not in force/)
  const waiting = await client.jobsState()
  assert.notEqual(waiting.changing, null)
  assert.equal(waiting.since, since)
  other.exec('ROLLBACK')
  await said(/^the store takes changes again/)
  await said(/^jobs reloaded/)
  const state = await client.jobsState()
  assert.deepEqual([state.jobs, state.changing], [2, null])
  assert.deepEqual((await client.reloadJobs()).added, ['c'])
})

test('a plan counts no run of an instant that has its verdict', async (t) => {
  const { jobs, start } = await place(t)
  const text = `${NO_OP}schedule: {type: interval, interval: 8h}\n`
  await writeFile(join(jobs, 'a.yaml'), text)
  const { client } = await start(false)
  const { runs } = await client.runs({ job_id: 'a' })
  const [first, second] = Object.keys(runs).sort()
  assert.ok(first !== undefined && second !== undefined)
  await client.skip(first)
  await client.start(second)
  await rm(join(jobs, 'a.yaml'))
  const counts = async (dryRun: boolean): Promise<readonly unknown[]> => {
    const { plan } = await client.reloadJobs({ dry_run: dryRun })
    return [plan?.withdrawn, plan?.created]
  }
  for (const dryRun of [true, false]) assert.deepEqual(await counts(dryRun), [1, 0])
  await writeFile(join(jobs, 'a.yaml'), text)
  for (const dryRun of [true, false]) assert.deepEqual(await counts(dryRun), [0, 1])
})
