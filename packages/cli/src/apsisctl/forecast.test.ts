import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { recorded } from '../command/fixture/terminal.ts'
import { apsisctl } from './index.ts'

const DAILY = `params: [date]
schedule: {start: {type: daily, tz: America/New_York, daytime: "09:00:00", calendar: all}, stop: {type: duration, duration: 1h}}
program: {type: no-op}
metadata: {labels: [reports]}
`
const HOURLY = 'schedule: {type: interval, interval: 1h}\nprogram: {type: no-op}\n'

async function folder(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'apsis-forecast-'))
  t.after(() => rm(path, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), text)
  }
  return path
}

async function run(columns: number | null, ...args: string[]) {
  const { context, out, err } = recorded('', columns)
  const code = await apsisctl(['forecast', ...args], context, {
    serve: async () => ({ ok: false, message: 'not here' }),
    onTermination: () => () => {},
    restart: () => assert.fail('it is not to restart'),
  })
  return { code, out: out(), err: err() }
}

test('a forecast by days, with the offset where it changes', async (t) => {
  const jobs = await folder(t, { 'a/daily.yaml': DAILY, 'hourly.yaml': HOURLY })
  const options = ['--from', '2026-10-31', '--to', '+2d', '--tz', 'America/New_York']
  const shown = await run(80, jobs, ...options, '--job', 'a/daily')
  assert.equal(
    shown.out,
    `time             job_id   args             stop
---------------  -------  ---------------  --------
2026-10-31 Saturday  America/New_York -04:00
09:00:00         a/daily  date=2026-10-31  10:00:00

2026-11-01 Sunday  America/New_York -04:00 to -05:00
09:00:00 -05:00  a/daily  date=2026-11-01  10:00:00
`,
  )
  assert.equal(shown.code, 0)
  const labelled = await run(null, jobs, ...options, '--label', 'reports', '--format', 'json')
  const json: unknown = JSON.parse(labelled.out)
  assert.ok(Array.isArray(json))
  assert.deepEqual(
    { ...json[0], schedule: null },
    {
      job_id: 'a/daily',
      due: '2026-10-31T13:00:00+00:00',
      args: { date: '2026-10-31' },
      stop: '2026-10-31T14:00:00+00:00',
      schedule: null,
    },
  )
  const csv = await run(null, jobs, ...options, '-j', 'a/daily', '--format', 'csv')
  assert.equal(
    csv.out.split('\n')[1],
    '2026-10-31T13:00:00+00:00,2026-10-31T09:00:00-04:00,a/daily,"{""date"":""2026-10-31""}",2026-10-31T14:00:00+00:00,0',
  )
})

test('runs are limited, and counted', async (t) => {
  const jobs = await folder(t, { 'a/daily.yaml': DAILY, 'hourly.yaml': HOURLY })
  const window = ['--from', '2026-01-01T00:00:00Z', '--to', '2026-01-03T00:00:00Z']
  const first = await run(null, jobs, ...window, '-n', '3', '--format', 'csv')
  assert.equal(first.out.split('\n').length, 5)
  assert.match(first.err, /the first 3 runs; there are more/)
  const counted = await run(80, jobs, ...window, '--count')
  assert.equal(counted.out, 'runs  job_id\n----  -------\n   2  a/daily\n  48  hourly\n  50  total\n')
  const json = await run(null, jobs, ...window, '--count', '--format', 'json')
  assert.deepEqual(JSON.parse(json.out), {
    total: 50,
    jobs: { 'a/daily': 2, hourly: 48 },
    complete: true,
    cut: [],
  })
  assert.equal((await run(80, jobs, '--job', 'a/daily', '--from', '2026-01-01', '--to', '+1h')).out, 'no runs\n')
})

test('lines fit the terminal', async (t) => {
  const name = `${'long-'.repeat(20)}job`
  const jobs = await folder(t, { [`${name}.yaml`]: DAILY })
  const shown = await run(80, jobs, '--to', '+2d')
  assert.ok(
    shown.out.split('\n').every((line) => line.length <= 80),
    shown.out,
  )
  assert.ok((await run(200, jobs, '--to', '+2d')).out.includes(name))
})

test('wrong use is told', async (t) => {
  const jobs = await folder(t, { 'a/daily.yaml': DAILY })
  for (const [args, message] of [
    [['--job', 'a/dialy'], /no such job: a\/dialy; did you mean 'a\/daily'\?/],
    [['--label', 'report'], /no such label: report; did you mean 'reports'\?/],
    [['--tz', 'Mars/One'], /--tz: .*Mars\/One/],
    [['--from', 'soon'], /--from: not a time: soon; expected now/],
    [['--from', '2026-02-30'], /--from: not a time: 2026-02-30/],
    [['--from', '2026-01-02', '--to', '2026-01-01'], /--to: the end is not after the start/],
    [['--from', 'now', '--to', '+-1h'], /--to: not a time/],
    [['--limit', '0'], /whole number/],
    [['--format', 'xml'], /Allowed choices/],
  ] as const) {
    const { code, err } = await run(80, jobs, ...args)
    assert.equal(code, 2, err)
    assert.match(err, message)
  }
  assert.equal((await run(80, join(jobs, 'none'))).code, 2)
})

test('files with errors end it, unless it is to go on', async (t) => {
  const jobs = await folder(t, { 'bad.yaml': 'program: {type: no-opp}\n', 'hourly.yaml': HOURLY })
  const ended = await run(null, jobs)
  assert.equal(ended.code, 1)
  assert.equal(ended.out, '')
  assert.match(ended.err, /^bad: \S+bad\.yaml:1:17: program.*\nError: files have errors; --keep-going/)
  const went = await run(null, jobs, '--keep-going', '--count', '--format', 'csv')
  assert.equal(went.code, 0)
  assert.match(went.out, /^job_id,runs\nhourly,2[45]\n$/)
  assert.match(went.err, /^bad: \S+bad\.yaml:1:17: program/)
})

test('errors of other jobs do not matter to the jobs asked for', async (t) => {
  const jobs = await folder(t, { 'bad.yaml': 'program: {type: no-opp}\n', 'hourly.yaml': HOURLY, 'x.yml': HOURLY })
  const one = await run(null, jobs, '-j', 'hourly', '--count', '--format', 'csv')
  assert.deepEqual([one.code, /^job_id,runs\nhourly,2[45]\n$/.test(one.out)], [0, true], one.err)
  assert.match(one.err, /^.*x\.yml: warning JOB_FILE_NAME: .*\n$/)
  const both = await run(null, jobs, '-j', 'hourly', 'bad')
  assert.deepEqual([both.code, both.out], [1, ''])
  const none = await run(null, `${jobs}/nope`)
  assert.deepEqual([none.code, none.err], [2, `Error: ${jobs}/nope: no such folder\n`])
  assert.match((await run(null, jobs, '--tz', 'Paris')).err, /unknown time zone: Paris; did you mean 'Europe\/Paris'\?/)
})

test('what is too much to count is said', async (t) => {
  const fast = 'schedule: {type: interval, interval: 0.001}\nprogram: {type: no-op}\n'
  const jobs = await folder(t, { 'fast.yaml': fast, 'hourly.yaml': HOURLY })
  const options = ['--from', '2026-01-01T00:00:00Z', '--to', '2026-01-01T01:00:00Z', '--count']
  const shown = await run(80, jobs, ...options)
  assert.equal(shown.code, 0)
  assert.match(shown.out, /more than 200000 {2}fast\n +1 {2}hourly\nmore than 200001 {2}total\n$/)
  assert.match(shown.err, /fast: schedule\[0\]: counted up to 2026-01-01T00:03:20\+00:00, and there are more/)
  const json = await run(null, jobs, ...options, '--format', 'json')
  assert.equal(json.err, '')
  assert.deepEqual(JSON.parse(json.out), {
    total: 200_001,
    jobs: { fast: 200_000, hourly: 1 },
    complete: false,
    cut: [{ job_id: 'fast', schedule: 0, until: '2026-01-01T00:03:20+00:00' }],
  })
})
