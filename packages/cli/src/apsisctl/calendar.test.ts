import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { member } from '../command/fixture/member.ts'
import { recorded } from '../command/fixture/terminal.ts'
import { apsisctl } from './index.ts'

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function calendar(args: readonly string[], color = false): Promise<Said> {
  const { context, out, err } = recorded('', 80)
  const terminal = { ...context.terminal, color, now: () => Date.UTC(2026, 10, 21) }
  const code = await apsisctl(
    ['calendar', ...args],
    { ...context, terminal },
    {
      serve: () => assert.fail('it is not to serve'),
      onTermination: () => assert.fail('it is not to serve'),
      restart: () => assert.fail('it is not to restart'),
    },
  )
  return { code, out: out(), err: err() }
}

async function folderOf(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-calendar-'))
  t.after(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'below'))
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text)
  return folder
}

const FILES = {
  'below/open.cal': 'except: [Mon-Fri, closed]\nlabel: open days\n',
  'closed.cal': 'START 2026-01-01\nSTOP 2026-07-01\n2026-01-01 New Year\n2026-04-06\n',
}

test('a year is 12 months with the dates in brackets, in at most 80 columns', async () => {
  const { code, out } = await calendar(['usa-federal-holidays'])
  assert.equal(code, 0)
  const lines = out.trimEnd().split('\n')
  assert.equal(lines[0], 'usa-federal-holidays in 2026: 11 dates')
  assert.equal(lines[2], '     January (2)             February (1)             March (0)')
  assert.equal(lines[3], ' Mo Tu We Th Fr Sa Su    Mo Tu We Th Fr Sa Su    Mo Tu We Th Fr Sa Su')
  assert.equal(lines[4], '         [ 1] 2  3  4                       1                       1')
  assert.equal(lines[7], '[19]20 21 22 23 24 25   [16]17 18 19 20 21 22    16 17 18 19 20 21 22')
  assert.ok(lines.every((line) => line.length <= 80))
  for (const name of ['all', 'none', 'Mon-Fri', 'Sat,Sun']) {
    for (const year of [1, 1900, 2024, 9999]) {
      const shown = (await calendar([name, String(year)])).out
      assert.ok(shown.split('\n').every((line) => line.length <= 80))
      const days = shown
        .split('\n')
        .slice(2)
        .join('\n')
        .match(/\b\d+\b(?!\))/g)
      assert.equal(days?.length, year === 2024 ? 366 : 365, `${name} ${year}`)
    }
  }
  assert.match((await calendar(['Mon-Fri', '2026'])).out, /\n {9}\[ 1 {2}2] 3 {2}4 /)
})

test('with colours the dates are highlighted, and nothing else is different', async () => {
  const { out } = await calendar(['usa-federal-holidays', '2026'], true)
  assert.equal(out.match(/\u001b\[1;7m[ \d]\d\u001b\[0m/g)?.length, 11)
  const plain = (await calendar(['usa-federal-holidays', '2026'])).out
  const bare = (text: string): string => text.replace(/\u001b\[[\d;]*m/g, '').replace(/ +$/gm, '')
  assert.equal(bare(out), bare(plain.replace(/[[\]]/g, ' ')))
})

test('calendars of files, their bounds, and JSON', async (t) => {
  const folder = await folderOf(t, FILES)
  const { code, out, err } = await calendar(['open', '2026', '--dir', folder])
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /^open days in 2026: 127 dates\nnothing is known of dates from 2026-07-01 on\n/)
  const json: unknown = JSON.parse((await calendar(['closed', '2026', '--dir', folder, '--format', 'json'])).out)
  assert.deepEqual(json, ['2026-01-01', '2026-04-06'])
  const config = join(folder, 'config.yaml')
  await writeFile(config, 'job_dir: elsewhere\ncalendar_dir: below\n')
  await rm(join(folder, 'closed.cal'))
  const broken = await calendar(['open', '2026', '--config', config])
  assert.equal(broken.code, 2)
  assert.match(
    broken.err,
    /open\.cal:1:19: error CALENDAR_UNKNOWN: no such calendar: closed[^]*\nError: calendar open cannot/,
  )
})

test('without a name the calendars are listed', async (t) => {
  const folder = await folderOf(t, FILES)
  const { code, out } = await calendar(['--dir', folder])
  assert.equal(code, 0)
  assert.deepEqual(
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
    ['all', 'none', 'Mon-Fri', 'closed', 'open', 'usa-federal-businessdays', 'usa-federal-holidays'],
  )
  const json: unknown = JSON.parse((await calendar(['--dir', folder, '--format', 'json'])).out)
  assert.ok(Array.isArray(json))
  assert.deepEqual(
    ['name', 'label', 'file', 'first', 'last'].map((key) => member(json[4], key)),
    ['open', 'open days', join(folder, 'below', 'open.cal'), '2026-01-01', '2026-06-30'],
  )
  await writeFile(join(folder, 'bad.cal'), 'START soon\n')
  const bad = await calendar(['--dir', folder])
  assert.equal(bad.code, 1)
  assert.match(bad.err, /bad\.cal:1:7: error CALENDAR_BOUNDS: START/)
})

test('questions about dates', async () => {
  const said = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await calendar(['usa-federal-businessdays', ...args])
    return `${code} ${(out + err).trim()}`
  }
  assert.equal(await said('--contains', '2026-07-03'), '1 no')
  assert.equal(await said('--contains', '20260702'), '0 yes')
  assert.equal(await said('--next', '2026-07-02'), '0 2026-07-06')
  assert.equal(await said('--prev', '2026-07-06'), '0 2026-07-02')
  assert.equal(await said('--after', '2026-07-02'), '0 2026-07-02')
  assert.equal(await said('--before', '2026-07-05'), '0 2026-07-02')
  assert.equal(await said('--shift', '2026-07-05', '2'), '0 2026-07-07')
  assert.equal(await said('--shift', '2026-07-05', '-2'), '0 2026-07-01')
  assert.equal(await said('--count', '2026-01-01', '2027-01-01'), '0 250')
  assert.equal(await said('--count', '2026-01-01', '2027-01-01', '--format', 'json'), '0 250')
  assert.equal(await said('--next', '2026-07-02', '--format', 'json'), '0 "2026-07-06"')
  assert.equal(await said('--prev', '1971-01-01'), '1 Error: usa-federal-businessdays has no such date')
  assert.equal(await said('--prev', '1971-01-01', '--format', 'json'), '1 null')
})

test('wrong use ends with 2, and says what is expected', async () => {
  const wrong: readonly (readonly [RegExp, ...string[]])[] = [
    [/no such calendar: nope/, 'nope'],
    [/expected a year, 1 to 9999, not 0/, 'all', '0'],
    [/expected a year, 1 to 9999, not x/, 'all', 'x'],
    [/can't parse as date: soon/, 'all', '--next', 'soon'],
    [/one question at a time/, 'all', '--next', '2026-01-01', '--prev', '2026-01-01'],
    [/a question or a year, not both/, 'all', '2026', '--next', '2026-01-01'],
    [/expected --shift DATE N/, 'all', '--shift', '2026-01-01'],
    [/--shift: expected a whole number of dates, not x/, 'all', '--shift', '2026-01-01', 'x'],
    [/expected --count FROM TO/, 'all', '--count', '2026-01-01', '2026-01-01', '2026-01-01'],
  ]
  for (const [message, ...args] of wrong) {
    const { code, err } = await calendar(args)
    assert.equal(code, 2, args.join(' '))
    assert.match(err, message)
  }
})
