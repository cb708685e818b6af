import assert from 'node:assert/strict'
import test from 'node:test'
import { type FdEntry, resolveSpec, type ProcSpec } from '@apsis/wire/spec'
import type { Ended, Running } from './proc.ts'
import { type Captured, type Gathered, resultOf } from './result.ts'
import { stageErrorText } from './stage-error.ts'
import { type HostUnits, parseStat, parseStatm, statStartTime } from './stat.ts'
import { rfc3339 } from './time.ts'

const UNITS: HostUnits = { page: 4096, ticksPerSecond: 100, booted: 1_700_000_000_000_000_000n }
const NOW = { wall: 1_700_000_010_000_000_000n, mono: 9_500_000_000n }
const NOTHING: Gathered = { stat: null, statm: null, cwd: null, captures: new Map() }

function running(fds: readonly FdEntry[] = []): Running {
  const started = { pid: 10, pidStart: 1, wall: 1_700_000_008_000_000_000n, mono: 8_000_000_000n }
  return {
    state: 'running',
    id: 'a',
    place: { segment: 1, index: 0 },
    fds,
    exe: '/bin/x',
    askedAt: 1n,
    stop: null,
    about: null,
    monitor: { pid: 9, start: 1 },
    started,
  }
}

function ended(end: Partial<Ended['end']>): Ended {
  const given: Ended['end'] = {
    pid: 10,
    status: 0,
    start: 1_700_000_008_000_000_000n,
    stop: 1_700_000_009_250_000_000n,
    elapsed: 1_250_000_000n,
    rusage: null,
    errors: [],
    stat: null,
    ...end,
  }
  const { monitor, started, ...held } = running()
  return { ...held, state: 'ended', monitor, started, end: given, deleting: false }
}

test('AGT36: times', () => {
  const table: readonly (readonly [bigint, string])[] = [
    [0n, '1970-01-01T00:00:00+00:00'],
    [951_782_400_000_000_000n, '2000-02-29T00:00:00+00:00'],
    [1_700_000_000_120_000_000n, '2023-11-14T22:13:20.120+00:00'],
    [1_700_000_000_120_400_000n, '2023-11-14T22:13:20.120400+00:00'],
    [1_700_000_000_000_000_001n, '2023-11-14T22:13:20.000000001+00:00'],
    [4_107_542_399_000_000_000n, '2100-02-28T23:59:59+00:00'],
    [4_107_542_400_000_000_000n, '2100-03-01T00:00:00+00:00'],
  ]
  for (const [wall, expected] of table) {
    assert.equal(rfc3339(wall), expected)
    assert.equal(new Date(expected).getTime(), Number(wall / 1_000_000n))
  }
  const { times } = resultOf(running(), NOTHING, NOW, UNITS)
  assert.deepEqual(times, {
    start: '2023-11-14T22:13:28+00:00',
    now: '2023-11-14T22:13:30+00:00',
    stop: null,
    elapsed: 1.5,
  })
  assert.equal(resultOf(ended({}), NOTHING, NOW, UNITS).times.elapsed, 1.25)
})

const STAT =
  '42 (a) b ) S 1 42 42 34817 -1 4194560 10 0 2 0 150 25 0 0 20 0 1 0 500 1000000 300 18446744073709551615 1 1 0 0 0 4096 65536 4096 16384 0 0 0 17 1 0 0 7 0 0 0 0 0 0 0 0 0 0'

test('AGT37: stat', () => {
  const stat = parseStat(STAT, UNITS)
  assert.equal(stat?.['comm'], 'a) b ')
  assert.deepEqual(
    [stat?.['pid'], stat?.['state'], stat?.['ppid'], stat?.['tpgid'], stat?.['tty_nr']],
    [42, 'S', 1, null, [136, 1]],
  )
  assert.deepEqual(
    [stat?.['utime'], stat?.['stime'], stat?.['rss'], stat?.['rsslim']],
    [1.5, 0.25, 300 * 4096, 18446744073709551615n],
  )
  assert.equal(stat?.['starttime'], '2023-11-14T22:13:25+00:00')
  assert.deepEqual(
    [stat?.['signal'], stat?.['blocked'], stat?.['sigignore'], stat?.['exit_signal']],
    [['SIGPIPE'], ['SIGCHLD'], ['SIGPIPE'], 'SIGCHLD'],
  )
  assert.deepEqual(stat?.['sigcatch'], ['SIGTERM'])
  const keys =
    'pid comm state ppid pgrp session tty_nr tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime priority nice num_threads starttime vsize rss rsslim signal blocked sigignore sigcatch wchan exit_signal processor rt_priority policy delayacct_blkio_ticks guest_time cguest_time exit_code'
  assert.deepEqual(Object.keys(stat ?? {}).join(' '), keys)
  assert.equal(statStartTime(STAT), 500)
  for (const bad of ['', '42', '42 (x) S 1 2', '42 (x S 1', STAT.replace('150', 'x')])
    assert.equal(parseStat(bad, UNITS), null, bad)
  assert.deepEqual(parseStatm('10 9 8 7 6 5 4\n', UNITS), {
    size: 40960,
    resident: 36864,
    shared: 32768,
    text: 28672,
    data: 20480,
  })
  assert.equal(parseStatm('10 9', UNITS), null)
})

test('AGT38: descriptors', () => {
  const spec: ProcSpec = {
    argv: ['x'],
    fds: [
      ['7', { capture: { encoding: 'utf-8', attached: false } }],
      ['1', { capture: { encoding: 'utf-8' } }],
      ['10', { capture: {} }],
      ['0', { null: {} }],
      ['8', { capture: {} }],
    ],
  }
  const captures = new Map<number, Captured>([
    [7, { length: 3, dropped: null }],
    [1, new Uint8Array([0x68, 0xff, 0x69])],
    [10, new Uint8Array([0xff, 0xfe])],
    [8, null],
  ])
  const { fds } = resultOf(running(resolveSpec(spec).fds), { ...NOTHING, captures }, NOW, UNITS)
  assert.deepEqual(
    fds,
    Object.fromEntries([
      ['10', { type: 'data', data: '//4=', encoding: 'base64' }],
      ['7', { type: 'detached', length: 3, encoding: 'utf-8' }],
      ['8', { type: 'error' }],
      ['stdin', null],
      ['stdout', { type: 'text', text: 'h\ufffdi', encoding: 'utf-8' }],
    ]),
  )
})

test('AGT39: usage, state and errors', () => {
  const rusage = {
    utime: 1_500_000,
    stime: 250_000,
    maxrss: 10,
    minflt: 1,
    majflt: 2,
    nswap: 0,
    inblock: 3,
    oublock: 4,
    nvcsw: 5,
    nivcsw: 6,
  }
  const result = resultOf(ended({ rusage, status: 139 }), NOTHING, NOW, UNITS)
  assert.deepEqual(result.rusage, { ...rusage, utime: 1.5, stime: 0.25, maxrss: 10240 })
  assert.deepEqual(
    [result.state, result.status],
    ['terminated', { status: 139, exit_code: null, signum: 11, signal: 'SIGSEGV', core_dump: true }],
  )
  const failed = resultOf(ended({ errors: ['x'], status: null }), NOTHING, NOW, UNITS)
  assert.deepEqual([failed.state, failed.errors, failed.status, failed.rusage], ['error', ['x'], null, null])
})

test('AGT39: words of errors', () => {
  const table: readonly (readonly [string, number | null, number, string, string])[] = [
    ['exec', null, 2, '', 'execve failed: /bin/x: No such file or directory (os error 2)'],
    ['fd', 7, 9, '', 'failed to set up fd 7: Bad file descriptor (os error 9)'],
    ['session', null, 1, '', 'setsid failed: Operation not permitted (os error 1)'],
    ['restrict', null, 0, '/bin/only', 'restricted executable: /bin/only'],
    ['cwd', null, 2, '', 'cwd failed: No such file or directory (os error 2)'],
    ['output', 1, 999, 'Strange', 'output failed: Strange (os error 999)'],
  ]
  for (const [stage, fd, errno, text, expected] of table)
    assert.equal(stageErrorText({ stage, fd, errno, text }, '/bin/x'), expected)
})
