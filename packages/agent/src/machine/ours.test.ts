import assert from 'node:assert/strict'
import test from 'node:test'
import { resolveSpec, type ProcSpec } from '@apsis/wire/spec'
import { Bench, endLine, kinds, startRequest } from './bench.fixture.ts'
import { droppedIn, droppedOf, keptStart } from './dropped.ts'
import { type EndLine, parseJournalLine } from './journal.ts'
import { type DetachedOutput, type Gathered, resultOf } from './result.ts'
import type { HostUnits } from './stat.ts'

const UNITS: HostUnits = { page: 4096, ticksPerSecond: 100, booted: 0n }
const NOTHING: Gathered = { stat: null, statm: null, cwd: null, captures: new Map() }
const OURS = { output: 2, results: 1 }
const TIMES = { start: '1700000000000000000', stop: '1700000001000000000', elapsed: '1000000000' }

function resultIn(bench: Bench, id: string, gathered: Partial<Gathered> = {}) {
  const proc = bench.machine.proc(id)
  assert.ok(proc !== undefined)
  return resultOf(proc, { ...NOTHING, ...gathered }, bench.now, UNITS)
}

function read(more: object): EndLine {
  const line = parseJournalLine(JSON.stringify({ t: 'end', v: 1, id: 'a', pid: 5, status: 0, ...TIMES, ...more }))
  assert.ok(line?.t === 'end')
  return line
}

const FULL = {
  errors: [{ stage: 'output', fd: 1, errno: 28, text: 'No space left on device' }],
  out: [
    { fd: 1, len: 20, masked: 3 },
    { fd: 2, len: 0 },
  ],
  tree: { left: 2, killed: 1, empty: true, proof: 'cgroup' },
  ended_by: 'timeout',
  cgroup: {
    kind: 'v2',
    path: '/sys/fs/cgroup/x',
    memory_peak: 4096,
    cpu_usage_usec: 30,
    cpu_user_usec: 20,
    pids_peak: 4,
    oom_kill: 1,
    pressure: { cpu: 7, memory: 0 },
  },
  perf: { 'task-clock': 1000, instructions: 99 },
}

test('AGT64: the members of an end record', () => {
  const { tree, endedBy, cgroup, perf, masked, lengths } = read(FULL)
  assert.deepEqual([tree, endedBy, perf], [FULL.tree, 'timeout', FULL.perf])
  assert.deepEqual(
    [masked, lengths],
    [
      new Map([[1, 3]]),
      new Map([
        [1, 20],
        [2, 0],
      ]),
    ],
  )
  const figures = { memory_peak: 4096, cpu_usage_usec: 30, cpu_user_usec: 20, pids_peak: 4, oom_kill: 1 }
  assert.deepEqual(cgroup, { kind: 'v2', path: '/sys/fs/cgroup/x', figures, pressure: { cpu: 7, memory: 0 } })
  const old = read({ rusage: {}, errors: [], out: [{ fd: 1, len: 2 }], tree: { left: 0, killed: 0, empty: true } })
  assert.deepEqual(old.tree, { left: 0, killed: 0, empty: true, proof: null })
  for (const key of ['endedBy', 'cgroup', 'perf', 'masked']) assert.ok(!(key in old), key)
  const odd = read({ tree: 5, ended_by: {}, cgroup: [], perf: { a: 'x', b: 1 }, out: [{ fd: 1, len: 2, masked: -1 }] })
  assert.deepEqual([odd.tree, odd.endedBy, odd.cgroup, odd.masked], [undefined, undefined, undefined, undefined])
  assert.deepEqual(odd.perf, { b: 1 })
})

test('AGT65: cgroup_accounting', () => {
  const accounting = (cgroup: object): unknown => {
    const bench = Bench.ready(OURS)
    bench.running('a')
    bench.line({ ...endLine('a'), ...read({ cgroup }), t: 'end', id: 'a' })
    return resultIn(bench, 'a').cgroup_accounting
  }
  const none = { nr_periods: null, nr_throttled: null, throttled_usec: null, nr_bursts: null, burst_usec: null }
  assert.deepEqual(accounting(FULL.cgroup), {
    pids: { current: null, peak: 4 },
    cpu_stat: { usage_usec: 30, user_usec: 20, system_usec: null, ...none },
    memory: { current: null, peak: 4096, swap_current: null, swap_peak: null },
  })
  assert.deepEqual(accounting({ kind: 'v2', cpu_usage_usec: 1 }), {
    pids: null,
    cpu_stat: { usage_usec: 1, user_usec: null, system_usec: null, ...none },
    memory: null,
  })
  assert.equal(accounting({ kind: 'v2', memory_peak: 1 }), null)
})

const NAMES = ['tree', 'ended_by', 'cgroup', 'perf', 'cwd', 'env', 'limits', 'masked', 'errors_detail'] as const

test('AGT66: what is ours in a result', () => {
  const bench = Bench.ready(OURS)
  bench.running('plain')
  const plain = resultIn(bench, 'plain')
  for (const name of NAMES) assert.equal(plain[name], null, name)
  assert.equal(resultIn(bench, 'plain', { cwd: '/now' }).cwd, '/now')
  const spec: ProcSpec = { argv: ['x'], cwd: '/tmp', limits: { nofile: [10, 20] }, fds: [['1', { capture: {} }]] }
  bench.running('a', spec)
  bench.line({ ...read(FULL), id: 'a' })
  const {
    tree,
    ended_by: endedBy,
    cgroup,
    perf,
    cwd,
    env,
    limits,
    masked,
    errors_detail: errors,
  } = resultIn(bench, 'a')
  assert.deepEqual([tree, endedBy, cgroup, perf], [FULL.tree, 'timeout', FULL.cgroup, FULL.perf])
  assert.deepEqual([cwd, env, limits, masked], ['/tmp', null, { nofile: [10, 20] }, { stdout: 3 }])
  assert.deepEqual(errors, FULL.errors)
  bench.running('lost')
  const gone = bench.machine.proc('lost')
  assert.ok(gone?.state === 'running')
  bench.give({ kind: 'gone', monitor: gone.monitor })
  for (const name of NAMES) assert.equal(resultIn(bench, 'lost')[name], null, name)
})

const SECRET_64 = Buffer.from('hunter2').toString('base64')

test('AGT67: the environment in a result', () => {
  const spec: ProcSpec = {
    argv: ['x'],
    env: { inherit: true, vars: { B: 'x-hunter2-y', C: 'a=b', D: SECRET_64, E: 'é=%C3%A9-hunter2' } },
    mask: ['hunter2'],
    result_env: true,
  }
  const bench = Bench.ready(OURS, { environment: { A: '1', PROCSTAR_AGENT_TOKEN: 't' } })
  const asked = bench.ask(startRequest({ a: spec, b: { argv: ['x'] } }))
  const [record] = asked
  assert.ok(record?.do === 'record')
  const env = ['A=1', 'B=x-hunter2-y', 'C=a=b', `D=${SECRET_64}`, 'E=é=%C3%A9-hunter2']
  assert.deepEqual(
    record.lines.map((line) => ('env' in line ? line.env : null)),
    [env, null],
  )
  bench.record(asked)
  assert.deepEqual(resultIn(bench, 'a').env, { A: '1', B: 'x-***-y', C: 'a=b', D: '***g==', E: 'é=%C3%A9-***' })
  assert.equal(resultIn(bench, 'b').env, null)
  const [line] = record.lines
  assert.ok(line?.t === 'asked')
  // An agent with another environment takes it over before it has started.
  const later = new Bench({ environment: { A: '2' } })
  later.give({ kind: 'journal', segment: 1, line: { t: 'segment', boot: 'boot-1' } })
  later.give({ kind: 'journal', segment: 1, line })
  later.give({ kind: 'recovered', current: 1, segments: [1] })
  const [launch] = later.give({ kind: 'launcherReady' })
  assert.ok(launch?.do === 'launch')
  assert.deepEqual(launch.plan.env, env)
})

test('AGT89: secrets in error texts and in the name of the program', () => {
  const bench = Bench.ready(OURS)
  const spec: ProcSpec = { argv: ['/opt/hunter2-tool'], mask: ['hunter2', '/top/a-long-password'] }
  bench.running('a', spec)
  bench.line(
    endLine('a', {
      status: null,
      errors: [
        { stage: 'exec', fd: null, errno: 2, text: 'No such file or directory' },
        { stage: 'restrict', fd: null, errno: 13, text: '/opt/hunter2' },
      ],
    }),
  )
  const { errors, errors_detail: steps } = resultIn(bench, 'a')
  assert.deepEqual(errors, [
    'execve failed: /opt/***-tool: No such file or directory (os error 2)',
    'restricted executable: /opt/***',
  ])
  assert.deepEqual(
    steps?.map(({ text }) => text),
    ['No such file or directory', '/opt/***'],
  )
  bench.asked('b', spec)
  bench.record(bench.give({ kind: 'launchFailed', id: 'b', error: { stage: 'exec', fd: null, errno: 2, text: '' } }))
  assert.deepEqual(resultIn(bench, 'b').errors, [
    'execve failed: /opt/***-tool: No such file or directory (os error 2)',
  ])
  bench.running('c', spec)
  const comm = (name: string): unknown =>
    resultIn(bench, 'c', { stat: `9 (${name}) S ${'1 '.repeat(50)}` }).proc_stat?.['comm']
  const names = {
    sh: 'sh',
    'x-hunter2': 'x-***',
    'a-long-password': '***',
    'tool-of-a-hunte': 'tool-of-a-***',
    'tool-of-ahunter': 'tool-of-a***',
  }
  for (const [name, shown] of Object.entries(names)) assert.equal(comm(name), shown, name)
  // Not cut, so it is no beginning of one.
  assert.equal(comm('a-hunter'), 'a-hunter')
})

test('AGT68: outputs with a limit', () => {
  const bench = Bench.ready(OURS)
  const capture = { limit: 6, keep: 'both' } as const
  bench.running('a', {
    argv: ['x'],
    fds: [
      ['1', { capture: { ...capture, attached: false } }],
      ['2', { capture: { ...capture, encoding: 'utf-8' } }],
      ['3', { capture: { ...capture, attached: false } }],
    ],
  })
  const bytes = (text: string): Uint8Array => Buffer.from(text)
  const cut = { length: 26, dropped: { start: 3, stop: 23 }, head: bytes('abc'), tail: bytes('xyz') }
  const { fds } = resultIn(bench, 'a', {
    captures: new Map<number, DetachedOutput | typeof cut>([
      [1, { length: 26, dropped: { start: 3, stop: 23 } }],
      [2, cut],
      [3, { length: 6, dropped: null }],
    ]),
  })
  assert.deepEqual(fds, {
    stdout: { type: 'detached', length: 26, encoding: 'base64', dropped: [3, 23] },
    stderr: {
      type: 'text',
      text: 'abc\n... 20 bytes dropped ...\nxyz',
      encoding: 'utf-8',
      length: 26,
      dropped: [3, 23],
    },
    '3': { type: 'detached', length: 6, encoding: 'base64' },
  })
})

test('AGT69: limited outputs that are pushed', () => {
  for (const [keep, least] of [
    ['start', 10],
    ['both', 5],
    ['end', 0],
  ] as const) {
    const spec: ProcSpec = { argv: ['x'], fds: [['1', { capture: { limit: 10, keep, attached: false } }]] }
    const [capture] = resolveSpec(spec).fds
    assert.ok(capture?.action.kind === 'capture')
    assert.equal(keptStart(capture.action), least)
    const bench = Bench.ready(OURS)
    bench.running('a', spec)
    const open = { type: 'ProcOutputRequest', proc_id: 'a', fd: '1', start: 0, window: 1000 } as const
    const first = bench.ask(open).find((one) => one.do === 'push')
    assert.equal(first === undefined, keep === 'end')
    if (first?.do === 'push') {
      assert.deepEqual([first.ended, first.length, first.keep.limit], [false, null, 10])
      const { id, fd, generation } = first
      bench.give({ kind: 'pushed', id, fd, generation, length: least, more: false })
    }
    // Nothing more is sure to be kept.
    assert.deepEqual(bench.give({ kind: 'grown', file: { segment: 1, name: '0.1' } }), [])
    const over = bench.line(endLine('a', { lengths: new Map([[1, 100]]) }))
    const last = over.find((one) => one.do === 'push')
    assert.ok(last?.do === 'push')
    assert.deepEqual([last.start, last.ended, last.length, last.keep.keep], [least, true, 100, keep])
    const older = Bench.ready({ output: 1 })
    older.running('a', spec)
    const whole = older.ask(open).find((one) => one.do === 'push')
    assert.ok(whole?.do === 'push')
    assert.equal(whole.keep.limit, null)
  }
})

test('AGT70: results from time to time', () => {
  const bench = Bench.ready(OURS)
  bench.running('a')
  bench.running('b')
  const every = (id: string, interval: number | null) => bench.ask({ type: 'ProcResultEvery', proc_id: id, interval })
  const updates = () => bench.after(1).flatMap((one) => (one.do === 'sendUpdate' ? [one.proc.id] : []))
  assert.deepEqual([updates(), updates()], [[], []])
  assert.deepEqual(kinds(every('a', 2)), [])
  every('b', 0.001)
  assert.deepEqual([updates(), updates(), updates(), updates()], [['b'], ['a', 'b'], ['b'], ['a', 'b']])
  every('b', null)
  assert.deepEqual([updates(), updates()], [[], ['a']])
  bench.line(endLine('a'))
  every('a', 1)
  assert.deepEqual([updates(), updates()], [[], []])
  every('b', 1)
  bench.give({ kind: 'disconnected' })
  bench.give({ kind: 'connected', extensions: OURS })
  assert.deepEqual(updates(), [])
  assert.deepEqual(kinds(every('nobody', 1)), ['send'])
})

test('AGT71: a file that ends early', () => {
  const keep = { limit: 10, keep: 'end' } as const
  assert.deepEqual(droppedIn(keep, 100, 100), droppedOf(keep, 100))
  assert.deepEqual(droppedIn(keep, 100, 10), { start: 10, stop: 100 })
  assert.equal(droppedIn(keep, 10, 10), null)
})
