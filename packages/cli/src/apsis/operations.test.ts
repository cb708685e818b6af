import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { member } from '../command/fixture/member.ts'
import { startTestServer, type TestServer } from '../command/fixture/server.ts'
import { recorded } from '../command/fixture/terminal.ts'
import { apsis } from './index.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
  // Due so seldom that nothing of it is during the test, and often enough for a backfill.
  const text =
    'program: {type: no-op}\nschedule: {type: daily, tz: UTC, daytime: "00:00:01"}\nmetadata: {labels: [night]}\n'
  await writeFile(join(server.jobs, 'demo/nightly.yaml'), text)
  await run('pauses')
  const reload = await fetch(`http://${server.base}/api/control/reload_jobs`, { method: 'POST' })
  assert.equal(reload.status, 200)
})
after(() => server.stop())

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function runWith(
  options: { readonly columns?: number; readonly answer?: boolean; readonly asked?: string[] },
  ...args: string[]
): Promise<Ran> {
  const { context, out, err } = recorded(server.base, options.columns ?? null)
  const confirm = async (question: string): Promise<boolean | null> => {
    options.asked?.push(question)
    return options.answer ?? null
  }
  const code = await apsis(args, { ...context, confirm })
  return { code, out: out(), err: err() }
}

const run = (...args: string[]): Promise<Ran> => runWith({}, ...args)

async function json(...args: string[]): Promise<unknown> {
  const { code, out, err } = await run(...args, '--format', 'json')
  assert.equal(code, 0, err)
  return JSON.parse(out)
}

function list(value: unknown): readonly unknown[] {
  assert.ok(Array.isArray(value))
  return value
}

/** Makes runs an hour from now, and gives their ids. */
async function made(name: string, count: number): Promise<readonly string[]> {
  const { out, code, err } = await run('schedule', '+1h', 'hello', `name=${name}`, '--count', `${count}`)
  assert.equal(code, 0, err)
  return out.match(/r\d+(?= demo)/g) ?? []
}

test('a run is held, moved and released, with reasons in its log', async () => {
  const [id = ''] = await made('held', 1)
  assert.deepEqual(await run('hold', id, '--until', '+30m', '--reason', 'disk is full'), { code: 0, out: '', err: '' })
  const shown = await run('run', id)
  assert.match(shown.out, /\[H\] scheduled at /)
  assert.match(shown.out, /held since \S+ \S+ until \S+ \S+: disk is full/)
  assert.match((await run('runs', '--coming', `id:${id}`)).out, new RegExp(`${id} +\\[H\\]`))
  assert.equal(member(await json('run', id), 'held', 'reason'), 'disk is full')
  const again0 = await run('hold', id, '-u', '+30m', '-r', 'disk is full')
  assert.match(
    again0.err,
    new RegExp(`^${id} was held since \\S+ \\S+ until \\S+ \\S+: disk is full; that is replaced\\n$`),
  )
  assert.equal((await run('move', '+2h', id, '--reason', 'later')).code, 0)
  assert.equal((await run('release', id)).code, 0)
  const log = (await run('run', id, '-v')).out
  assert.match(log, /held until \S+: disk is full\n.*moved from .* to .*: later\n.*released\n/)
  assert.doesNotMatch(log, /held since/)
  const again = await run('release', id)
  assert.deepEqual(again, { code: 1, out: '', err: `Error: can't release ${id}: run is not held [API status: 400]\n` })
  assert.equal((await run('skip', id, '-r', 'bank holiday')).code, 0)
  assert.match((await run('run', id, '-v')).out, /skipped: bank holiday/)
})

test('runs that were skipped before their time do not push out what ran', async () => {
  const ran = /r\d+/.exec((await run('schedule', 'now', 'hello', 'name=ran')).out)?.[0] ?? ''
  await run('watch', ran)
  const ahead = await made('ahead', 5)
  await run('skip', ...ahead)
  const shown = async (...words: string[]): Promise<readonly string[]> =>
    [...(await run('runs', '--job', 'hello', ...words)).out.matchAll(/^r\d+/gm)].map(([id]) => id)
  assert.deepEqual(await shown('-n', '1'), [ran])
  assert.ok(!(await shown()).includes(ahead[0] ?? ''))
  for (const words of [['--all'], ['--state', 'skipped'], ['state:skipped'], [`id:${ahead[0]}`]]) {
    assert.ok((await shown(...words)).includes(ahead[0] ?? ''), words.join(' '))
  }
})

test('a rerun and its run name each other', async () => {
  const [id = ''] = await made('twice', 1)
  await run('skip', id)
  const { out } = await run('rerun', id, '--reason', 'once more')
  const rerun = /^run (r\d+) /.exec(out)?.[1] ?? ''
  assert.deepEqual(member(await json('run', id), 'reruns'), [rerun])
  assert.deepEqual(member(await json('run', rerun), 'origin'), { type: 'rerun', run_id: id })
  assert.match((await run('run', id, '-v')).out, new RegExp(`rerun as ${rerun}: once more`))
})

test('runs are skipped by query: shown, asked for, done, and not again', async () => {
  const ids = await made('bulk', 30)
  const query = ['--query', 'name=bulk state:scheduled']
  const dry = await runWith({ columns: 80 }, 'skip', ...query, '--dry-run')
  assert.equal(dry.code, 0)
  assert.match(dry.out, /^skip: 30 runs of 30 that match \(30 scheduled\)\n/)
  assert.match(dry.out, /and 10 more\n$/)
  assert.ok(dry.out.split('\n').every((line) => line.length <= 80))
  const asked: string[] = []
  const no = await runWith({ answer: false, asked }, 'skip', ...query)
  assert.deepEqual([no.code, no.err, asked], [1, 'nothing was done\n', ['skip 30 runs?']])
  const nobody = await run('skip', ...query)
  assert.deepEqual([nobody.code, /say --yes/.test(nobody.err)], [2, true])
  assert.equal(member(await json('run', ids[0] ?? ''), 'state'), 'scheduled')
  const yes = await runWith({ answer: true }, 'skip', ...query, '--reason', 'bank holiday')
  assert.equal(yes.code, 0, yes.err)
  assert.match(yes.out, /done: 30 runs\nundo: a skipped run stays skipped; rerun /)
  assert.match((await run('run', ids[29] ?? '', '-v')).out, /skipped: bank holiday/)
  assert.deepEqual(await run('skip', ...query, '--yes'), {
    code: 1,
    out: 'skip: 0 runs of 0 that match\n',
    err: 'there is nothing to do\n',
  })
})

test('what a bulk operation did is told to programs, with the requests that undo it', async () => {
  const ids = await made('undo', 3)
  const held = await json('hold', '--query', 'name=undo state:scheduled', '--yes')
  assert.deepEqual(member(held, 'result', 'done'), 3)
  assert.deepEqual(member(held, 'result', 'undo', 'requests'), [{ run_ids: ids, operation: { type: 'release' } }])
  assert.equal(member(await json('release', '--query', 'name=undo', '--dry-run'), 'applies'), 3)
  assert.equal((await run('release', '--query', 'name=undo', '-y')).code, 0)
  await run('skip', '--query', 'name=undo', '-y')
  await run('mark', 'error', ids[0] ?? '')
  const marked = await json('mark', 'succ', '--query', 'name=undo', '-y')
  assert.deepEqual(member(marked, 'by_state'), { error: 1, skipped: 2 })
  assert.deepEqual(member(marked, 'result', 'undo', 'requests'), [
    { run_ids: ids.slice(0, 1), operation: { type: 'mark', state: 'error' } },
    { run_ids: ids.slice(1), operation: { type: 'mark', state: 'skipped' } },
  ])
  const rerun = await json('rerun', '--query', 'name=undo', '-y')
  const again = member(rerun, 'result', 'made')
  assert.ok(Array.isArray(again) && again.length === 3)
  const few = await run('rerun', ...ids, '--dry-run')
  assert.match(few.out, /^rerun: 3 runs of 3 that match \(3 success\)\n/)
})

test('a job, a folder and a label are paused and go on', async () => {
  const one = await run('pause', 'nightly', '--until', '+2h', '--reason', 'moving house')
  assert.match(one.out, /^pause [0-9a-f]{8}: job demo\/nightly, until \S+ \S+; what comes due is skipped\n$/)
  const folder = await run('pause', 'demo/', '--hold')
  assert.match(folder.out, /job demo\/ \(4 jobs\), until: apsis resume demo\/; what comes due is held/)
  assert.match((await run('pause', '--label', 'night')).out, /label night \(1 job\)/)
  const nobody = await run('pause', '--label', 'nightt', '--until', '+1h')
  assert.match(nobody.out, /label nightt \(no job has this label now\), until/)
  assert.equal((await run('resume', 'nightt')).code, 0)
  for (const columns of [80, 200]) {
    const { out } = await runWith({ columns }, 'pauses')
    assert.equal(out.trim().split('\n').length, 5)
    assert.ok(out.split('\n').every((line) => line.length <= columns))
    assert.match(out, /demo\/nightly +\S+ \S+ +skip +moving house/)
  }
  assert.match((await run('jobs')).out, /\ndemo\/nightly .* night +until \S+ \S+, until resumed, until resumed\n/)
  assert.match(
    (await run('job', 'nightly')).out,
    /^# paused, until \S+ \S+, what comes due is skipped: moving house\n# paused by demo\/, until resumed, what comes due is held\n# paused by label night, .*\njob_id: demo\/nightly\n/,
  )
  await run('pause', 'nightly')
  const ofJob = list(await json('pauses', '--job', 'demo/hello'))
  assert.equal(ofJob.length, 1)
  const id = String(member(ofJob[0], 'pause_id'))
  const resumed = await run('resume', id.slice(0, 8), 'demo/nightly', 'night')
  assert.deepEqual([resumed.code, resumed.out], [0, ''])
  assert.match(resumed.err, /^2 pauses are of demo\/nightly, and all end: [0-9a-f]{8}, [0-9a-f]{8}\n$/)
  assert.deepEqual(await json('pauses'), [])
  const unknown = await run('resume', 'demo/nightly')
  assert.deepEqual([unknown.code, unknown.err], [1, 'Error: no pause demo/nightly is in force [API status: 404]\n'])
  assert.equal((await run('pause', 'nothing-like-it')).code, 1)
})

test('a range of the past is made up for, after a look at what that would be', async () => {
  const range = ['nightly', '--from', '2026-01-01', '--to', '2026-01-06']
  const dry = await runWith({ columns: 80 }, 'backfill', ...range, '--order', 'newest', '--dry-run')
  assert.match(dry.out, /^a backfill of demo\/nightly would make 5 runs\n/)
  assert.match(dry.out, /\n2026-01-05 00:00:01 .*\n2026-01-04 /)
  assert.deepEqual(await json('backfills'), [])
  const started = await run('backfill', ...range, '--concurrency', '2', '--schedule', '1', '--reason', 'new code')
  assert.match(started.out, /^backfill [0-9a-f]{8}: 5 runs of demo\/nightly, oldest first, 2 at a time\n$/)
  const [backfill] = list(await json('backfills'))
  const id = String(member(backfill, 'backfill_id'))
  assert.equal(member(backfill, 'reason'), 'new code')
  assert.match((await runWith({ columns: 80 }, 'backfills')).out, new RegExp(`${id.slice(0, 8)} +(active|done) `))
  assert.equal((await run('cancel-backfill', id.slice(0, 8))).code, 0)
  const wrong = await run('backfill', 'nightly', '--from', '2026-01-01', '--schedule', '2')
  assert.equal(wrong.code, 1)
  assert.match(wrong.err, /job demo\/nightly has 1 schedule; expected 1 /)
  assert.match((await run('backfill', 'nightly', '--from', '2d', '--to', '+1d')).err, /expected a time that has passed/)
})

test('wrong use is told, and ends with 2', async () => {
  const wrong = [
    ['skip'],
    ['skip', 'r1', '--query', 'state:scheduled'],
    ['skip', '--query', ''],
    ['skip', '--query', 'state:nonsense'],
    ['hold', 'r1', '--until', 'soon'],
    ['move', 'r1'],
    ['skip', 'one', '--dry-run'],
    ['pause'],
    ['pause', 'demo/', '--label', 'night'],
    ['pause', 'demo/', '--until', 'soon'],
    ['resume'],
    ['backfill', 'nightly'],
    ['backfill', 'nightly', '--from', 'soon'],
    ['backfill', 'nightly', '--from', '1d', '--concurrency', '0'],
    ['backfill', 'nightly', '--from', '1d', '--order', 'best'],
  ]
  for (const args of wrong) {
    const { code, err } = await run(...args)
    assert.deepEqual([code, err !== ''], [2, true], args.join(' '))
  }
})
