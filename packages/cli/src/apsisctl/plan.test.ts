import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { member } from '../command/fixture/member.ts'
import { recorded } from '../command/fixture/terminal.ts'
import { apsisctl } from './index.ts'

const daily = (daytime: string): string =>
  `params: [date]\nschedule: {type: daily, tz: America/New_York, daytime: "${daytime}", calendar: all}\nprogram: {type: no-op}\n`
const PLAIN = 'program: {type: no-op}\n'

type Files = Readonly<Record<string, string>>

async function temporary(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'apsis-plan-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

async function write(folder: string, files: Files): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

async function folders(t: TestContext, before: Files, after: Files): Promise<[string, string]> {
  const path = await temporary(t)
  await mkdir(join(path, 'a'))
  await mkdir(join(path, 'b'))
  return [await write(join(path, 'a'), before), await write(join(path, 'b'), after)]
}

async function run(columns: number | null, ...args: string[]) {
  const { context, out, err } = recorded('', columns)
  const code = await apsisctl(['plan', ...args], context, {
    serve: async () => ({ ok: false, message: 'not here' }),
    onTermination: () => () => {},
    restart: () => assert.fail('it is not to restart'),
  })
  return { code, out: out(), err: err() }
}

async function json(...args: string[]): Promise<unknown> {
  const { out, err } = await run(null, ...args, '--format', 'json')
  assert.equal(err, '')
  return JSON.parse(out)
}

test('what a change does to jobs and runs', async (t) => {
  const [a, b] = await folders(
    t,
    {
      'report.yaml': daily('09:00:00'),
      'gone.yaml': `schedule: {type: interval, interval: 1d}\n${PLAIN}`,
      'old.yaml': `params: [x]\n${PLAIN}`,
    },
    {
      'report.yaml': daily('10:30:00'),
      'new.yaml': `schedule: {type: interval, interval: 12h}\n${PLAIN}`,
      'renamed.yaml': `params: [x]\n${PLAIN}`,
    },
  )
  const plan = await json(a, b, '--days', '10')
  assert.deepEqual(member(plan, 'jobs', 'added'), ['new'])
  assert.deepEqual(member(plan, 'jobs', 'removed'), ['gone'])
  assert.deepEqual(member(plan, 'jobs', 'moved'), [{ from: 'old', to: 'renamed' }])
  assert.deepEqual(member(plan, 'jobs', 'changed'), [
    {
      job_id: 'report',
      edits: [{ kind: 'change', path: 'schedule[0].daytime[0]', from: '09:00:00', to: '10:30:00' }],
      calendars: [],
    },
  ])
  const count = (sort: string): unknown => member(plan, 'runs', sort, 'count')
  const moved = Number(count('moved'))
  assert.ok([9, 10].includes(moved))
  // Between the two times of day, one is added and one removed that are of different days.
  assert.deepEqual([count('added'), count('removed'), count('changed')], [30 - moved, 20 - moved, 0])
  assert.deepEqual(member(plan, 'problems'), [])
  const { code, out } = await run(80, a, b)
  assert.equal(code, 0)
  assert.ok(out.includes('\nJobs changed: 1\n  report\n    schedule[0].daytime[0]: 09:00:00 → 10:30:00\n'), out)
  assert.ok(
    out.split('\n').every((line) => line.length <= 80),
    out,
  )
  assert.match((await run(80, a, a)).out, /\n\nno changes\n$/)
})

test('errors, orphans and odd days', async (t) => {
  const condition = 'condition: {type: dependency, job_id: gone}\n'
  const [a, b] = await folders(
    t,
    { 'gone.yaml': PLAIN, 'bad.yaml': PLAIN },
    {
      'left.yaml': `${PLAIN}${condition}`,
      'bad.yaml': 'program: {type: no-opp}\n',
      'odd.yaml': `schedule: {type: daily, tz: Europe/London, daytime: "01:30:00", calendar: all}\n${PLAIN}`,
    },
  )
  const plan = await json(a, b)
  assert.deepEqual(member(plan, 'jobs', 'removed'), ['gone'])
  assert.deepEqual(member(plan, 'orphans'), [{ job_id: 'left', names: 'gone', place: 'condition', index: 0 }])
  const odd = member(plan, 'odd_days')
  assert.ok(Array.isArray(odd) && odd.length > 0)
  assert.match(String(member(odd[0], 'message')), /01:30:00 Europe\/London: clocks/)
  const problems = member(plan, 'problems')
  assert.ok(Array.isArray(problems))
  assert.deepEqual(
    problems.map((one: unknown) => [member(one, 'job_id'), member(one, 'code')]),
    [
      ['bad', 'JOB_TYPE_UNKNOWN'],
      ['left', 'JOB_REFERENCE'],
    ],
  )
  assert.equal((await run(80, a, b)).code, 1)
})

test('all errors of a file are told, with their hints', async (t) => {
  const three = 'program: {type: no-op}\nshedule: 1\nparms: []\nlables: x\n'
  const [a, b] = await folders(t, {}, { 'bad.yaml': three, 'worse.yaml': 'program: {type: no-opp}\n' })
  const { out } = await run(null, a, b)
  assert.ok(out.includes('\nErrors: 4\n'), out)
  assert.match(out, /line 3: parms: .*\(did you mean 'params'\?\)\n/)
  assert.match(out, /line 4: lables: .*\(did you mean 'labels'\?\)\n/)
  assert.ok(!/and \d+ more/.test(out), out)
  const markdown = (await run(null, a, b, '--format', 'markdown')).out
  assert.ok(markdown.includes("(did you mean 'labels'?)`\n"), markdown)
  assert.ok(!/and \d+ more/.test(markdown), markdown)
  const many = Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`j${n}.yaml`, three]))
  const [c, d] = await folders(t, {}, many)
  assert.match((await run(null, c, d, '--format', 'markdown')).out, /\n- and 3 more\n/)
})

test('a folder that is not there, or has no job in it', async (t) => {
  const [a, b] = await folders(t, { 'j.yaml': PLAIN }, { 'j.yml': PLAIN })
  const missing = await run(null, a, join(a, 'nope'))
  assert.deepEqual([missing.code, missing.out], [2, ''])
  assert.match(missing.err, /^Error: .*nope: no such folder; for a git revision, name its job folder: --dir DIR, or /)
  const { code, err } = await run(null, a, b)
  assert.equal(code, 0)
  assert.ok(err.includes('j.yml: warning JOB_FILE_NAME: this is not a job'), err)
  assert.ok(err.includes('notice JOB_FOLDER_EMPTY'), err)
})

test('Markdown gives nothing of a job file a meaning', async (t) => {
  const nasty = '</details>`` <img src=x> @everyone'
  const [a, b] = await folders(t, { 'j.yaml': PLAIN }, { 'j.yaml': `${PLAIN}metadata: {x: '${nasty}'}\n` })
  const { out } = await run(null, a, b, '--format', 'markdown')
  assert.ok(out.startsWith('### Apsis plan\n\nJobs changed: 1\n'), out)
  assert.ok(out.includes(`- \`j\`\n  - \`\`\` + metadata.x: "${nasty}" \`\`\`\n`), out)
  assert.ok(out.includes('<details><summary>Jobs changed: 1</summary>\n\n'))
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`j${n}.yaml`, PLAIN]))
  const [c, d] = await folders(t, {}, many)
  assert.ok((await run(null, c, d, '--format', 'markdown')).out.includes('\n- and 30 more\n'))
})

test('git revisions, with their calendars', async (t) => {
  const repo = await temporary(t)
  const git = async (...args: string[]): Promise<void> => {
    const user = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false']
    await promisify(execFile)('git', ['-C', repo, ...user, ...args])
  }
  await git('init', '--quiet', '--initial-branch=main')
  await write(repo, {
    'etc/jobs/a.yaml': PLAIN,
    'etc/jobs/sub/b ü.yaml': daily('09:00:00'),
    'etc/jobs/.hidden.yaml': '[',
  })
  await symlink('a.yaml', join(repo, 'etc/jobs/link.yaml'))
  await symlink('../../a.yaml', join(repo, 'etc/jobs/out.yaml'))
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'one')
  await write(repo, { 'etc/jobs/sub/b ü.yaml': daily('10:00:00') })
  await rm(join(repo, 'etc/jobs/a.yaml'))
  await rm(join(repo, 'etc/jobs/link.yaml'))
  await rm(join(repo, 'etc/jobs/out.yaml'))
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'two')

  const byDir = await json('--repo', repo, '--dir', 'etc/jobs', 'HEAD~1', 'HEAD')
  assert.deepEqual(member(byDir, 'jobs', 'removed'), ['a', 'link'])
  assert.deepEqual(member(byDir, 'old_problems'), ['out'])
  const changed = member(byDir, 'jobs', 'changed')
  assert.ok(Array.isArray(changed))
  assert.deepEqual(
    changed.map((one: unknown) => member(one, 'job_id')),
    ['sub/b ü'],
  )
  const same = await run(null, '-C', repo, 'HEAD:etc/jobs', join(repo, 'etc/jobs'))
  assert.deepEqual([same.code, same.err], [0, ''])
  assert.match(same.out, /no changes/)

  await write(repo, { 'etc/jobs/new.yml': PLAIN })
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'misnamed')
  const misnamed = await run(null, '-C', repo, 'HEAD~1:etc/jobs', 'HEAD:etc/jobs')
  assert.match(misnamed.err, /^HEAD:etc\/jobs\/new\.yml: warning JOB_FILE_NAME: .*\(rename it to new\.yaml\)\n$/)
  assert.match(misnamed.out, /no changes/)
  assert.match(
    (await run(null, '-C', repo, 'HEAD~1', 'HEAD')).err,
    /HEAD~1: no such folder; .*--dir DIR, or HEAD~1:DIR/,
  )
  await rm(join(repo, 'etc/jobs/new.yml'))

  // The calendar of a revision is that revision's.
  const holiday = 'schedule: {type: daily, tz: UTC, daytime: "12:00:00", calendar: days}\n'
  await write(repo, {
    'etc/jobs/h.yaml': `${holiday}${PLAIN}`,
    'etc/jobs/days.cal': 'START 2020-01-01\nSTOP 2099-01-01\n2030-01-02\n',
  })
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'three')
  await write(repo, { 'etc/jobs/days.cal': 'START 2020-01-01\nSTOP 2099-01-01\n2030-01-03\n' })
  const calendar = await json('-C', repo, 'HEAD:etc/jobs', join(repo, 'etc/jobs'))
  assert.deepEqual(member(calendar, 'problems'), [])
  assert.deepEqual(member(calendar, 'jobs', 'changed'), [{ job_id: 'h', edits: [], calendars: ['days'] }])

  for (const [args, message] of [
    [['nope:etc/jobs', 'HEAD:etc/jobs'], /unknown git revision: nope/],
    [['HEAD:etc/nope', 'HEAD:etc/jobs'], /no folder etc\/nope at git revision HEAD/],
    [['HEAD:etc/jobs/sub/b ü.yaml', 'HEAD:etc/jobs'], /is not a folder/],
    [['--dir', '/etc', 'HEAD', 'HEAD'], /--dir: expected a path from the current folder/],
    [['--dir', '../../jobs', 'HEAD', 'HEAD'], /Error: \.\/\.\.\/\.\.\/jobs is outside of the git repository/],
    [['--dir', 'etc', '--', '--all', 'HEAD'], /not a git revision: --all/],
    [['--days', '0', 'HEAD', 'HEAD'], /whole number/],
  ] as const) {
    const { code, err } = await run(null, '-C', repo, ...args)
    assert.equal(code, 2, err)
    assert.match(err, message)
  }
  const elsewhere = await temporary(t)
  assert.match(
    (await run(null, '-C', elsewhere, 'HEAD:a', 'HEAD:b')).err,
    /unknown git revision: HEAD|not a git repository/,
  )
  assert.match(
    (await run(null, '-C', join(elsewhere, 'none'), 'HEAD:a', 'HEAD:b')).err,
    /git was not found, or there is no folder/,
  )
})

test('jobs with too many runs are named', async (t) => {
  const fast = `schedule: {type: interval, interval: 0.001}\n${PLAIN}`
  const [a, b] = await folders(t, { 'x.yaml': PLAIN }, { 'x.yaml': PLAIN, 'fast.yaml': fast })
  const plan = await json(a, b, '--days', '366')
  assert.equal(member(plan, 'runs', 'complete'), false)
  assert.equal(member(plan, 'runs', 'added', 'count'), 200_000)
  assert.equal(member(plan, 'runs', 'added', 'complete'), false)
  assert.equal(member(plan, 'runs', 'removed', 'complete'), true)
  assert.equal(member(plan, 'runs', 'cut', '0', 'job_id'), 'fast')
  const text = await run(null, a, b, '--days', '366')
  assert.equal(text.code, 0)
  assert.match(text.out, /Runs added: more than 200000\n/)
  assert.match(text.out, /and more than 199990 more/)
  assert.match(text.out, /too many runs to compare to the end: 1\n {2}fast: compared only up to /)
  const markdown = await run(null, a, b, '--format', 'markdown')
  assert.match(markdown.out, /<summary>Runs added: more than 200000<\/summary>/)
  assert.match(markdown.out, /- `fast: compared only up to /)
})
