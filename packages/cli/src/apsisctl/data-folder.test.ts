import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import type { RetentionRule } from '@apsis/core/config'
import { quietServer } from '@apsis/server/fixture'
import { type RunningServer, startServer } from '@apsis/server/main'
import { apsis } from '../apsis/index.ts'
import { member } from '../command/fixture/member.ts'
import { recorded } from '../command/fixture/terminal.ts'
import { apsisctl } from './index.ts'

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

const JOBS = {
  'quick.yaml': 'program: {type: no-op}\n',
  'archive.yaml':
    'program: {type: apsis.program.internal.archive.ArchiveProgram, age: 1e-9, path: old.db, count: 100}\n',
  'vacuum.yaml': 'program: {type: vacuum}\n',
  'stats.yaml': 'program: {type: stats, path: stats.jsonl}\n',
}

test('a data folder is made, copied, put back, checked and migrated', async (t) => {
  const folder = await tempFolder(t)
  const data = join(folder, 'data')
  assert.equal((await ctl('create', data)).code, 0)
  const again = await ctl('create', data)
  assert.deepEqual([again.code, /\[STORE_FOLDER\]/.test(again.err)], [1, true])
  assert.match((await ctl('check-db', '--data', data)).out, /data: sound\n$/)
  assert.match((await ctl('backup', join(folder, 'copy'), '--data', data)).out, /copy: 2 files, /)
  assert.match((await ctl('restore', join(folder, 'copy'), '--data', data)).err, /not empty/)
  assert.match(
    (await ctl('restore', join(folder, 'copy'), '--data', data, '--force')).out,
    /is now .*before-restore-\d{8}T\d{6}\nrestored /,
  )
  assert.match(
    (await ctl('migrate', '--data', data)).out,
    /runs.db: version \d+\noutputs.db: version \d+\nnothing to do\n/,
  )
  const db = new DatabaseSync(join(data, 'outputs.db'))
  db.exec('PRAGMA auto_vacuum = 0; VACUUM')
  db.close()
  assert.match((await ctl('migrate', '--data', data, '--dry-run')).out, /outputs.db: version 1; to be written anew/)
  assert.match((await ctl('migrate', '--data', data)).out, /backup: .*before-migrate-.*\nmigrated\n$/)
  assert.match((await ctl('migrate', '--data', data)).out, /nothing to do/)
  const edited = new DatabaseSync(join(data, 'runs.db'))
  edited.exec(`INSERT INTO run_meta VALUES (5, '{}')`)
  edited.close()
  const damaged = await ctl('check-db', '--data', data, '--quick')
  assert.deepEqual([damaged.code, /error: runs.db: not so: metadata is of a run/.test(damaged.out)], [1, true])
  for (const name of ['runs.db', 'outputs.db']) {
    const cut = join(folder, `cut-${name}`)
    assert.equal((await ctl('create', cut)).code, 0)
    await truncate(join(cut, name), 5_000)
    const checked = await ctl('check-db', '--data', cut)
    assert.equal(checked.code, 1)
    assert.match(checked.out, new RegExp(`^error: ${name}: \\S+${name} is damaged .*\n\\S+: 1 error\n$`))
    const audited = await ctl('audit', '--data', cut)
    assert.deepEqual([audited.code, audited.out], [1, ''])
    assert.match(audited.err, new RegExp(`^Error: \\S+${name} is damaged .* \\[STORE_DAMAGED\\]\n$`))
  }
  const missing = await ctl('import-db', join(folder, 'none.db'), '--data', data)
  assert.deepEqual([missing.code, /STORE_IMPORT/.test(missing.err)], [1, true])
})

test('after a restore that died, a start names the command that makes an empty folder, and that makes one', async (t) => {
  const folder = await tempFolder(t)
  const data = join(folder, 'data')
  await mkdir(`${data}.before-restore-20260131T090000.unfinished`)
  const refused = await startServer(quietServer(data, folder))
  assert.ok(!refused.ok)
  const [, words = ''] = /to begin with nothing: apsisctl (.*)$/.exec(refused.message) ?? []
  assert.equal(words, `create ${data}`, refused.message)
  assert.equal((await ctl(...words.split(' '))).code, 0)
  assert.match((await ctl('check-db', '--data', data)).out, /data: sound\n$/)
})

test('a server archives, vacuums and keeps figures by its programs; an archive is listed; a copy is made meanwhile', async (t) => {
  const { folder, base } = await serverWith(t, [])
  for (let index = 0; index < 3; index++) await runToEnd(base, 'quick')
  const archived = await runToEnd(base, 'archive')
  assert.equal(archived.state, 'success')
  assert.equal(member(archived.run, 'meta', 'program', 'run count'), 3)
  assert.deepEqual(await apsisOut(base, 'runs', '--format', 'json', '--job', 'quick'), '{}\n')
  const listed = await apsisOut('', 'runs', '--archive', join(folder, 'data', 'old.db'), '--format', 'json')
  assert.deepEqual(keysOf(listed), ['r1', 'r2', 'r3'])
  assert.match(await apsisOut('', 'runs', '--archive', join(folder, 'data', 'old.db')), /r1 .*quick/)
  const inArchive = async (...words: string[]): Promise<readonly string[]> =>
    keysOf(await apsisOut('', 'runs', '--archive', join(folder, 'data', 'old.db'), '--format', 'json', ...words))
  assert.deepEqual(await inArchive('id:r2'), ['r2'])
  assert.deepEqual(await inArchive('job:quick', 'since:1h', '--limit', '1'), ['r3'])
  assert.deepEqual(await inArchive('!job:quick'), [])
  assert.deepEqual(await inArchive('state:failure'), [])
  const archive = ['--archive', join(folder, 'data', 'old.db')]
  assert.match(
    await apsisOut('', 'run', 'r1', '-v', ...archive),
    /^run r1 quick\(\)\n.*\n.*\n\[\+\] success at .*\n.*\+00:00 success/s,
  )
  const missing = recorded('')
  assert.equal(await apsis(['run', 'r99', ...archive], missing.context), 1)
  assert.match(missing.err(), /^Error: no run r99 is in the archive \S+old\.db \[STORE_ARCHIVE\]\n$/)
  const silent = recorded('')
  assert.equal(await apsis(['output', 'r1', ...archive], silent.context), 1)
  assert.equal(silent.err(), 'Error: r1 has no output\n')
  const gone = recorded(base)
  assert.equal(await apsis(['output', 'r1'], gone.context), 1)
  assert.match(gone.err(), /^a run that was archived is shown with --archive FILE\nError: unknown run r1 /)
  const none = recorded('')
  assert.equal(await apsis(['runs', '--archive', join(folder, 'no.db')], none.context), 1)
  assert.equal((await runToEnd(base, 'vacuum')).state, 'success')
  const stats = await runToEnd(base, 'stats')
  assert.equal(stats.state, 'success')
  const line = await readFile(join(folder, 'data', 'stats.jsonl'), 'utf8')
  assert.ok(typeof member(JSON.parse(line), 'rusage_maxrss') === 'number')
  assert.equal(await apsisOut(base, 'output', stats.id), line.trimEnd())
  assert.equal((await ctl('backup', join(folder, 'copy'), '--data', join(folder, 'data'))).code, 0)
  assert.equal((await ctl('check-db', '--data', join(folder, 'data'))).code, 0)
  assert.match(
    (await ctl('restore', join(folder, 'copy'), '--data', join(folder, 'data'), '--force')).err,
    /another server has/,
  )
  assert.ok((await readdir(join(folder, 'copy'))).includes('backup.json'))
})

test('what a start would make up for is read from the folders that the config names, and broken jobs are named', async (t) => {
  const folder = await tempFolder(t)
  await mkdir(join(folder, 'sources'))
  await writeFile(join(folder, 'sources', 'bad.yaml'), 'program: {type: no-opp}\n')
  await writeFile(join(folder, 'apsis.yaml'), 'data: kept\njob_dir: sources\n')
  assert.equal((await ctl('create', join(folder, 'kept'))).code, 0)
  const said = await ctl('catch-up', '--config', join(folder, 'apsis.yaml'))
  assert.deepEqual([said.code, said.out], [0, 'nothing is due\n'])
  assert.equal(said.err, `Warning: bad has errors: see apsisctl check-jobs ${join(folder, 'sources')}\n`)
  const other = await ctl('catch-up', '--config', join(folder, 'apsis.yaml'), '--data', join(folder, 'none'))
  assert.deepEqual([other.code, /none is no data folder/.test(other.err)], [1, true])
})

test('a server keeps what the config says of retention', async (t) => {
  const rule: RetentionRule = { job: 'quick', states: ['success'], age: null, count: 1, archive: 'kept.db' }
  const { base, folder, stop } = await serverWith(t, [rule])
  await runToEnd(base, 'quick')
  await runToEnd(base, 'quick')
  // A server that starts begins with a pass.
  await stop()
  const second = await serverWith(t, [rule], folder)
  let left = ''
  while (left !== 'r2') {
    left = keysOf(await apsisOut(second.base, 'runs', '--format', 'json', '--job', 'quick')).join(' ')
  }
  assert.match(await apsisOut('', 'runs', '--archive', join(folder, 'data', 'kept.db')), /r1 /)
})

async function tempFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-data-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

async function serverWith(
  t: TestContext,
  retention: readonly RetentionRule[],
  before?: string,
): Promise<{ readonly folder: string; readonly base: string; readonly stop: () => Promise<void> }> {
  const folder = before ?? (await tempFolder(t))
  const jobs = join(folder, 'jobs')
  await mkdir(jobs, { recursive: true })
  for (const [name, text] of Object.entries(JOBS)) await writeFile(join(jobs, name), text)
  const quiet = quietServer(join(folder, 'data'), jobs)
  const result = await startServer({ ...quiet, config: { ...quiet.config, retention } })
  if (!result.ok) throw new Error(result.message)
  const server: RunningServer = result.server
  t.after(() => server.stop())
  return { folder, base: `127.0.0.1:${server.addresses[0]?.port ?? 0}`, stop: () => server.stop() }
}

/** Schedules a run for now and waits for its end. */
async function runToEnd(
  base: string,
  job: string,
): Promise<{ readonly id: string; readonly state: unknown; readonly run: unknown }> {
  const made = await apsisOut(base, 'schedule', '--format', 'json', 'now', job)
  const [id = ''] = made.match(/\br\d+\b/) ?? []
  for (;;) {
    const response = await fetch(`http://${base}/api/v1/runs/${id}`)
    const run = member(await response.json(), 'runs', id)
    const state = member(run, 'state')
    if (state === 'success' || state === 'failure' || state === 'error' || run === undefined) return { id, state, run }
  }
}

function keysOf(text: string): readonly string[] {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}

async function apsisOut(base: string, ...args: readonly string[]): Promise<string> {
  const { context, out, err } = recorded(base)
  const code = await apsis(args, context)
  assert.equal(code, 0, err())
  return out()
}

async function ctl(...args: readonly string[]): Promise<Said> {
  const { context, out, err } = recorded('')
  const code = await apsisctl(args, context, {
    serve: () => assert.fail('it is not to serve'),
    onTermination: () => assert.fail('it is not to serve'),
    restart: () => assert.fail('it is not to restart'),
  })
  return { code, out: out(), err: err() }
}
