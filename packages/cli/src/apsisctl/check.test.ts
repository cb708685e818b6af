import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { test, type TestContext } from 'node:test'
import { member } from '../command/fixture/member.ts'
import { recorded } from '../command/fixture/terminal.ts'
import { textWidth } from '../terminal/index.ts'
import { githubText } from './check-github.ts'
import { apsisctl } from './index.ts'
import { showLine } from './source-line.ts'

async function folderOf(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-check-'))
  t.after(() => rm(folder, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

async function check(columns: number | null, ...args: string[]) {
  const { context, out, err } = recorded('', columns)
  const terminal = { ...context.terminal, now: () => Date.UTC(2026, 10, 21) }
  const code = await apsisctl(
    ['check-jobs', ...args],
    { ...context, terminal },
    {
      serve: () => assert.fail('it is not to serve'),
      onTermination: () => assert.fail('it is not to serve'),
      restart: () => assert.fail('it is not to restart'),
    },
  )
  return { code, out: out(), err: err() }
}

const NO_OP = 'program: {type: no-op}\n'
const DAILY = 'schedule: {type: daily, tz: UTC, calendar: all, daytime: "12:00:00"}\n'

test('templates that depend on args raise no alarm; names that do not exist do', async (t) => {
  const folder = await folderOf(t, {
    'fine.yaml': `params: [date, n, kind]
program:
  type: procstar-shell
  command: >-
    {{ Date(date) + 1 }} {{ n | int + 1 }} {% set x = 1 %}{{ x }} {{ y | default('') }}
    {% if z is defined %}{{ z }}{% endif %} {% for q in kind.split(',') %}{{ q }}{% endfor %} {{ run_id }}
action: {type: schedule, job_id: fine, args: {n: "{{ n }}"}, if: {states: [failure]}}
`,
    'bad.yaml': `params: [date]
program: {type: procstar-shell, command: "echo {{ date }} {{ dat }}"}
condition: {type: dependency, job_id: fine, args: {n: "{{ m }}", kind: x}}
action: {type: schedule, job_id: fine, args: {n: "{{ run_id }}", kind: x}, if: {states: [failure]}}
`,
  })
  const { code, out } = await check(null, '-v', folder)
  const lines = out.split('\n').filter((line) => line.includes('JOB_') && !line.includes('JOB_UNREACHABLE'))
  assert.deepEqual(
    lines.map((line) => line.slice(folder.length + 1)),
    [
      "bad.yaml:2:62: warning JOB_TEMPLATE_NAME: name 'dat' is not defined",
      "bad.yaml:3:59: warning JOB_TEMPLATE_NAME: name 'm' is not defined",
      "bad.yaml:4:50: warning JOB_TEMPLATE_NAME: name 'run_id' is not defined",
    ],
  )
  assert.equal(code, 0)
  assert.equal((await check(null, '--warnings-as-errors', folder)).code, 1)
})

test('dependencies of the next day have to be scheduled, where that is asked for', async (t) => {
  const folder = await folderOf(t, {
    'a.yaml': `params: [date]\n${NO_OP}${DAILY}condition: [{type: dependency, job_id: b}, {type: dependency, job_id: c}]\n`,
    'b.yaml': `params: [date]\n${NO_OP}${DAILY}`,
    'c.yaml': `params: [date]\n${NO_OP}`,
    'loop.yaml': `${NO_OP}${DAILY}condition: {type: dependency, job_id: pool}\n`,
    'pool.yaml': `${NO_OP}${DAILY}condition: [{type: dependency, job_id: loop}, {type: max_running}, {type: skip_duplicate}]\n`,
  })
  assert.deepEqual(await check(null, folder), { code: 0, out: '', err: '' })
  const { code, out } = await check(null, '--check-dependencies-scheduled', folder)
  assert.equal(code, 1)
  assert.match(
    out,
    /^a: \S+a\.yaml:\d+:\d+: condition\[1\]: scheduled run a\(date=(\S+)\): dependency c\(date=\1\) not scheduled .*\nloop: .*dependency cycle detected: loop → pool → loop .*\n$/,
  )
})

test('a wait that is too long is shown as a tree', async (t) => {
  const folder = await folderOf(t, {
    'a.yaml': `params: [date]\n${NO_OP}schedule: {type: daily, tz: UTC, calendar: all, daytime: "01:00:00"}\ncondition: {type: dependency, job_id: b}\n`,
    'b.yaml': `params: [date]\n${NO_OP}${DAILY}`,
  })
  const { code, out } = await check(80, '--max-wait', '1h', folder)
  assert.equal(code, 1)
  assert.match(out, /a\.yaml:4:12: error JOB_WAIT: scheduled run a\(date=\S+\) waits 39600 s for its dependencies/)
  assert.match(out, /\n {2}a\(date=(\S+)\) at \S+\n {4}b\(date=\1\) at \S+T12:00:00/)
  assert.equal((await check(80, '--max-wait', '12h', folder)).code, 0)
  assert.equal((await check(80, '--max-wait', 'soon', folder)).code, 2)
})

test('on a terminal a summary ends the list, and says what is not shown', async (t) => {
  const folder = await folderOf(t, {
    'a.yaml': `${NO_OP}successors: [a]\n`,
    'b.yaml': 'program: {type: no-opp}\n',
    'c.yaml': NO_OP,
  })
  assert.match((await check(80, folder)).out, /\n1 error, 1 warning, 1 notice \(see them with -v\) in 3 files\n$/)
  assert.match((await check(80, '-v', folder)).out, /\n1 error, 1 warning, 1 notice in 3 files\n$/)
})

test('source lines fit the terminal, with the caret under the place', () => {
  assert.deepEqual(showLine('\tkey: 日本 x', 10, 160), { text: ' key: 日本 x', caret: 11 })
  for (const width of [70, 190]) {
    const line = `${'日本 '.repeat(50)}key: ${'v'.repeat(300)}`
    const { text, caret } = showLine(line, line.indexOf('key') + 1, width)
    assert.ok(textWidth(text) <= width, `${textWidth(text)}`)
    assert.match(text, /^….*key: v+…$/)
    assert.equal(textWidth(text.slice(0, text.indexOf('key'))), caret)
  }
  assert.deepEqual(showLine('abcdefghij', 11, 5), { text: '…ghij', caret: 5 })
})

test('a source line is cut where there is no terminal too', async (t) => {
  const folder = await folderOf(t, {
    'a.yaml': `{program: {type: no-op}, ${'x'.repeat(900)}: 1, k: ${'日'.repeat(100_000)}}\n`,
  })
  const { out } = await check(null, '-v', folder)
  const lines = out.split('\n').filter((line) => line.startsWith('1 | '))
  assert.equal(lines.length, 2)
  for (const line of lines) assert.ok(textWidth(line) <= 160 && line.endsWith('…'), line)
})

test('a folder that is none is told so', async (t) => {
  const folder = await folderOf(t, { 'a.yaml': NO_OP })
  const file = join(folder, 'a.yaml')
  const ofFile = await check(null, file)
  assert.equal(ofFile.code, 2)
  assert.ok(ofFile.err.includes(`${file}: not a folder: expected a folder of job files\n`), ofFile.err)
  const missing = await check(null, join(folder, 'nope'))
  assert.equal(missing.code, 2)
  assert.ok(missing.err.includes(`${join(folder, 'nope')}: no such folder\n`), missing.err)
})

test('a file that would be a job under another name is told, and so is a folder without any job', async (t) => {
  const folder = await folderOf(t, { 'a.yml': NO_OP })
  const { code, out } = await check(100, '-v', folder)
  assert.equal(code, 0)
  assert.match(out, /a\.yml: warning JOB_FILE_NAME: this is not a job: .*\n {2}hint: rename it to a\.yaml\n/)
  assert.match(out, /: notice JOB_FOLDER_EMPTY: there is no job here\n/)
  assert.equal((await check(null, '--warnings-as-errors', folder)).code, 1)
})

test('annotations for GitHub are escaped', async (t) => {
  const diagnostic = {
    code: 'JOB_VALUE',
    severity: 'notice',
    file: 'a',
    line: 3,
    column: 5,
    key: '',
    message: '100%\r\na: b, c',
    hint: 'h',
  } as const
  const file = { jobId: 'a', path: 'jobs/a,b:c%.yaml', text: '', job: null }
  assert.equal(
    githubText([{ ...file, diagnostics: [diagnostic, { ...diagnostic, line: null, column: null, hint: null }] }]),
    '::notice file=jobs/a%2Cb%3Ac%25.yaml,line=3,col=5,title=JOB_VALUE::100%25%0D%0Aa: b, c (h)\n' +
      '::notice file=jobs/a%2Cb%3Ac%25.yaml,title=JOB_VALUE::100%25%0D%0Aa: b, c\n',
  )
  const steering = githubText([
    { ...file, path: 'a\u001b[31m\u009b.yaml', diagnostics: [{ ...diagnostic, message: '\u0007' }] },
  ])
  assert.equal(steering, '::notice file=a\\x1b[31m\\x9b.yaml,line=3,col=5,title=JOB_VALUE::\\x07 (h)\n')
  const folder = await folderOf(t, { 'x/b.yaml': 'program: {type: no-opp}\n' })
  const { code, out } = await check(80, folder, '--format', 'github')
  assert.equal(code, 1)
  assert.ok(
    out.startsWith(`::error file=${join(folder, 'x/b.yaml')},line=1,col=17,title=JOB_TYPE_UNKNOWN::unknown`),
    out,
  )
})

test('SARIF names the rules, and files from the root of the sources', async (t) => {
  const here = await mkdtemp(join(process.cwd(), 'check-test-'))
  t.after(() => rm(here, { recursive: true }))
  await writeFile(join(here, 'a b.yaml'), 'program: {type: no-op}\n')
  await writeFile(join(here, 'bad.yaml'), 'program: {type: no-opp}\n')
  const { out } = await check(null, here, '-v', '--format', 'sarif')
  const log: unknown = JSON.parse(out)
  assert.equal(member(log, 'version'), '2.1.0')
  const [run] = list(member(log, 'runs'))
  const rules = list(member(member(member(run, 'tool'), 'driver'), 'rules'))
  for (const rule of rules) assert.match(String(member(member(rule, 'shortDescription'), 'text')), /\S/)
  const results = list(member(run, 'results'))
  assert.ok(results.length >= 2)
  for (const result of results) {
    assert.equal(member(rules[Number(member(result, 'ruleIndex'))], 'id'), member(result, 'ruleId'))
    assert.match(String(member(result, 'level')), /^(error|warning|note)$/)
    assert.match(String(member(member(result, 'message'), 'text')), /\S/)
  }
  const error = results.find((result) => member(result, 'level') === 'error')
  const [location] = list(member(error, 'locations'))
  const physical = member(location, 'physicalLocation')
  assert.deepEqual(physical, {
    artifactLocation: { uri: `${relative(process.cwd(), here)}/bad.yaml`, uriBaseId: '%SRCROOT%' },
    region: { startLine: 1, startColumn: 17 },
  })
})

function list(value: unknown): readonly unknown[] {
  assert.ok(Array.isArray(value))
  return value
}
