import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type JobsStateJson, jobsState } from '@apsis/api/routes'
import { recorded } from '../command/fixture/terminal.ts'
import { startTestServer, type TestServer } from '../command/fixture/server.ts'
import { textWidth } from '../terminal/index.ts'
import { apsisctl, type ServeHost } from './index.ts'
import { stateText } from './show-reload.ts'

const noServer: ServeHost = {
  serve: async () => ({ ok: false, message: 'not here' }),
  onTermination: () => () => {},
  restart: () => assert.fail('it is not to restart'),
}

async function run(server: TestServer, columns: number | null, ...args: string[]) {
  const { context, out, err } = recorded(server.base, columns)
  const code = await apsisctl(args, context, noServer)
  return { code, out: out(), err: err() }
}

const hourly = (name: string): string => `program: {type: no-op}\nschedule: {type: interval, interval: ${name}}\n`

test('a dry run says which coming runs go and come, and what is left without its job, at any width', async (t) => {
  const server = await startTestServer()
  t.after(() => server.stop())
  await writeFile(join(server.jobs, 'often.yaml'), hourly('1h'))
  await writeFile(join(server.jobs, 'demo/child.yaml'), `${hourly('6h')}condition: {type: dependency, job_id: often}\n`)
  assert.equal((await run(server, null, 'reload-jobs')).code, 0)
  await writeFile(join(server.jobs, 'often.yaml'), hourly('30min'))
  await writeFile(join(server.jobs, `demo/${'very-long-name-'.repeat(8)}.yaml`), hourly('2h'))
  for (const columns of [80, 200]) {
    const { code, out } = await run(server, columns, 'reload-jobs', '--dry-run')
    assert.equal(code, 0)
    assert.match(out, /^Coming runs until .*: 0 withdrawn, 36 created$/m)
    assert.match(out, /^ +0 +24 {2}changed {2}often$/m)
    assert.match(out, /^ +0 +12 {2}added {4}demo\/very-long/m)
    assert.match(out, /Dry run; no changes made\.\n$/)
    const rows = out.split('\n').filter((line) => /^( +0|withdrawn|-----)/.test(line))
    assert.equal(rows.length, 4)
    for (const row of rows) assert.ok(textWidth(row) <= columns, row)
    assert.ok(columns === 80 || out.includes('very-long-name-'.repeat(8)))
  }
})

test('removing a job that others name is an error of theirs, and changes nothing', async (t) => {
  const server = await startTestServer()
  t.after(() => server.stop())
  await writeFile(join(server.jobs, 'often.yaml'), hourly('1h'))
  await writeFile(join(server.jobs, 'child.yaml'), `${hourly('6h')}condition: {type: dependency, job_id: often}\n`)
  assert.equal((await run(server, null, 'reload-jobs')).code, 0)
  const before = await run(server, null, 'jobs-state')
  assert.equal(before.code, 0)
  assert.match(before.out, /^jobs: 5, and 0 ad hoc\n/)
  await rm(join(server.jobs, 'often.yaml'))
  assert.equal((await run(server, null, 'reload-jobs')).code, 1)
  const after = await run(server, null, 'jobs-state')
  assert.equal(after.code, 1)
  assert.match(after.out, /^Errors of the folder, which is therefore not in force: 1\n- .*child\.yaml:2.*often/m)
  const { out } = await run(server, null, 'jobs-state', '--format', 'json')
  const state = jobsState.reply?.parse(JSON.parse(out))
  assert.equal(state?.problems[0]?.job_id, 'child')
  assert.equal(state?.jobs, 5)
  await rm(server.jobs, { recursive: true })
  assert.match((await run(server, null, 'reload-jobs')).err, /errors loading jobs in .*\n: .*no such job folder/)
})

test('a change that the store has not taken is told of as not in force', () => {
  const state: JobsStateJson = {
    digest: 'd1',
    jobs: 4,
    ad_hoc_jobs: 0,
    source: 'folder',
    since: '2026-11-21T11:00:00Z',
    changing: null,
    read: '2026-11-21T11:21:24Z',
    watching: 'off',
    lock: null,
    problems: [],
    problem_count: 0,
  }
  const screen = { columns: null, zone: 'UTC' }
  assert.doesNotMatch(stateText(state, screen), /not durable/)
  assert.match(
    stateText({ ...state, changing: '2026-11-21T11:21:24Z' }, screen),
    /^in force since: .*11:00:00.*\nnot durable yet, and so not in force: the change of .*11:21:24.*, which waits for the store\n/m,
  )
})
