import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BoundProgram } from '@apsis/core/run'
import type { ProcResult } from '@apsis/wire/result'
import { registry } from '../../builtin/index.ts'
import { expandedOf, faultsOf, specOf } from '../../builtin/sample.test.ts'
import { runtimes, runtimesFor } from '../../runtime/index.ts'
import { procstarShell } from '../procstar-shell/spec.ts'
import { procMeta, procOutcome } from './outcome.ts'
import { DEFAULT_RUNTIME_OPTIONS, procstarRuntime } from './run.ts'
import { procstar } from './spec.ts'

const scope = { runId: 'r7', jobId: 'a/b', args: { who: "it's me", n: '5' } } as const
const run = { id: 'r7', jobId: 'a/b', args: scope.args } as const

function bound(value: Parameters<typeof specOf>[1]): BoundProgram {
  return expandedOf(specOf(procstar, value).bind(scope))
}

test('KPROG3: argv', () => {
  const program = bound({ argv: ['/bin/x', 1, true, null, '{{ who }}'] })
  assert.deepEqual(program.spec['argv'], ['/bin/x', '1', 'True', 'None', "it's me"])
  assert.equal(program.str, `/bin/x 1 True None 'it'"'"'s me'`)
  assert.deepEqual(faultsOf(procstar, { argv: 'echo hi' }), ["argv: expected a list, not text 'echo hi'"])
  assert.deepEqual(faultsOf(procstar, {}), [': missing key: argv'])
  assert.deepEqual(faultsOf(procstar, { argv: [] }), ['argv: argv is empty: it is the program and its arguments'])
})

test('KPROG4: a shell command', () => {
  const program = expandedOf(specOf(procstarShell, { command: 'echo {{ n }} | wc' }).bind(scope))
  assert.equal(program.type, 'procstar')
  assert.deepEqual(program.spec['argv'], ['/usr/bin/bash', '-c', 'echo 5 | wc'])
  assert.equal(program.str, "/usr/bin/bash -c 'echo 5 | wc'")
})

test('KPROG5: templates', () => {
  const program = bound({
    argv: ['x'],
    group_id: 'g{{ n }}',
    sudo_user: 'u{{ n }}',
    stop: { signal: '{{ n }}', grace_period: '{{ n }} min' },
    timeout: { duration: '{{ n }} h', signal: 'S{{ "IG" }}INT' },
  })
  assert.deepEqual([program.spec['group_id'], program.spec['sudo_user']], ['g5', 'u5'])
  assert.deepEqual(program.stop, { signal: 5, grace: 300_000 })
  assert.deepEqual(program.timeout, { duration: 18_000_000, signal: 2 })
  const failed = specOf(procstar, { argv: ['{{ nobody }}'] }).bind(scope)
  assert.ok(!failed.ok)
  assert.match(failed.message, /nobody/)
  assert.deepEqual(specOf(procstar, { argv: ['x'], timeout: { duration: '{{ who }}' } }).bind(scope), {
    ok: false,
    message: "can't parse as duration: it's me",
    field: ['timeout', 'duration'],
  })
  assert.match(faultsOf(procstar, { argv: ['{{ open'] })[0] ?? '', /^argv\.0: /)
})

test('KPROG6: defaults', () => {
  const program = bound({ argv: ['x'] })
  assert.deepEqual(program.spec, { argv: ['x'], group_id: 'default' })
  assert.deepEqual(program.stop, { signal: 15, grace: 60_000 })
  assert.equal(program.timeout, null)
  assert.deepEqual(bound({ argv: ['x'], stop: { grace_period: null } }).stop, { signal: 15, grace: null })
})

test('KPROG7: signals and durations are checked when the file is read', () => {
  for (const [signal, number] of [
    ['TERM', 15],
    ['SIGKILL', 9],
    ['10', 10],
    [2, 2],
  ] as const) {
    assert.equal(bound({ argv: ['x'], stop: { signal } }).stop.signal, number)
  }
  assert.deepEqual(faultsOf(procstar, { argv: ['x'], stop: { signal: 'SIGTREM', grace_period: '1 year' } }), [
    "stop.signal: not a signal: SIGTREM (did you mean 'SIGTERM'?)",
    `stop.grace_period: can't parse as duration: 1 year: unknown unit year (units are s, min, h and d: as "90 s", "1.5 h", "2 days")`,
  ])
  assert.deepEqual(faultsOf(procstar, { argv: ['x'], timeout: {} }), ['timeout: missing key: duration'])
  for (const signal of ['0', '65', 'term', ''])
    assert.equal(faultsOf(procstar, { argv: ['x'], stop: { signal } }).length, 1, signal)
})

test('KPROG8: unknown keys', () => {
  assert.deepEqual(faultsOf(procstar, { argv: ['x'], groupid: 'g', stop: { singal: 'TERM' } }), [
    "stop.singal: unexpected key: singal (did you mean 'signal'?)",
    "groupid: unexpected key: groupid (did you mean 'group_id'?)",
  ])
})

test('KPROG9: memory', () => {
  const limit = (program: BoundProgram, memMaxGb: number | null): number | null | undefined => {
    const slice = procstarRuntime({ ...DEFAULT_RUNTIME_OPTIONS, memMaxGb }).spec(program, run).systemd_properties?.[
      'slice'
    ]
    assert.ok(typeof slice === 'object' && slice !== null && 'memory_max' in slice)
    const { memory_max: bytes } = slice
    return typeof bytes === 'number' ? bytes : null
  }
  assert.equal(limit(bound({ argv: ['x'], resources: { mem_max_gb: 1.5 } }), 4), 1_500_000_000)
  assert.equal(limit(bound({ argv: ['x'], resources: { mem_max_gb: '2.0' } }), 4), 2_000_000_000)
  assert.equal(limit(bound({ argv: ['x'] }), 4), 4_000_000_000)
  assert.equal(limit(bound({ argv: ['x'] }), null), null)
  assert.deepEqual(faultsOf(procstar, { argv: ['x'], resources: { mem_max_gb: 0 } }), [
    'resources.mem_max_gb: mem_max_gb must be positive',
  ])
})

test('KPROG10: the bound form', () => {
  const program = bound({
    argv: ['a b', ''],
    sudo_user: 'me',
    resources: { mem_max_gb: 1 },
    stop: { signal: 'INT', grace_period: 1.5 },
    timeout: { duration: '1 min' },
  })
  assert.deepEqual(program.spec, {
    argv: ['a b', ''],
    group_id: 'default',
    sudo_user: 'me',
    resources: { mem_max_gb: 1 },
    stop: { signal: 2, grace_period: 1.5 },
    timeout: { duration: 60, signal: 'SIGTERM' },
  })
  assert.equal(program.str, "'a b' ''")
})

test('KPROG11: what the agent is asked for', () => {
  const spec = procstarRuntime(DEFAULT_RUNTIME_OPTIONS).spec(bound({ argv: ['/bin/x'] }), { ...run, scheduleTime: 0 })
  assert.deepEqual(spec, {
    argv: ['/bin/x'],
    env: {
      inherit: true,
      vars: { APSIS_RUN_ID: 'r7', APSIS_JOB_ID: 'a/b', APSIS_SCHEDULE_TIME: '1970-01-01T00:00:00+00:00' },
    },
    fds: [
      ['stdout', { capture: { mode: 'tempfile', encoding: null, attached: false } }],
      ['stderr', { dup: { fd: 1 } }],
    ],
    systemd_properties: {
      slice: { memory_accounting: true, tasks_accounting: true, memory_max: null, memory_swap_max: 0 },
    },
    orphans: 'kill',
  })
})

test('KPROG12: another user', () => {
  const program = bound({ argv: ['/bin/x', 'y'], sudo_user: 'me' })
  assert.deepEqual(procstarRuntime({ sudoArgv: ['/sudo', '-E'], memMaxGb: null }).spec(program, run).argv, [
    '/sudo',
    '-E',
    '--non-interactive',
    '--user',
    'me',
    '--',
    '/bin/x',
    'y',
  ])
})

const ENDED: ProcResult = {
  state: 'terminated',
  errors: [],
  pid: 1,
  proc_stat: null,
  proc_statm: null,
  cgroup_accounting: null,
  times: {
    start: '2026-01-01T00:00:00+00:00',
    now: '2026-01-01T00:00:01+00:00',
    stop: '2026-01-01T00:00:01+00:00',
    elapsed: 1,
  },
  status: { status: 0, exit_code: 0, signum: null, signal: null, core_dump: false },
  rusage: { utime: 0.1 },
  fds: {},
}
const exited = (code: number): ProcResult => ({
  ...ENDED,
  status: { status: code << 8, exit_code: code, signum: null, signal: null, core_dump: false },
})
const killed = (signum: number, signal: string | null): ProcResult => ({
  ...ENDED,
  status: { status: signum, exit_code: null, signum, signal, core_dump: false },
})

test('KPROG13: how a proc ended', () => {
  const program = bound({ argv: ['x'], timeout: { duration: 90 } })
  const outcome = (result: ProcResult, reason: 'stop' | 'timeout' | 'schedule' | null): string => {
    const ended = procOutcome(program, result, reason === null ? null : { reason })
    return `${ended.outcome}: ${ended.message}`
  }
  assert.equal(outcome(exited(0), null), 'success: null')
  assert.equal(outcome(exited(0), 'stop'), 'success: null')
  assert.equal(outcome(exited(0), 'schedule'), 'success: null')
  assert.equal(outcome(exited(0), 'timeout'), 'failure: exit code 0 (timeout after 90 s)')
  assert.equal(outcome(exited(3), null), 'failure: exit code 3')
  assert.equal(outcome(exited(3), 'timeout'), 'failure: exit code 3 (timeout after 90 s)')
  assert.equal(outcome(killed(15, 'SIGTERM'), 'timeout'), 'failure: killed by SIGTERM (timeout after 90 s)')
  assert.equal(outcome(killed(9, 'SIGKILL'), 'stop'), 'failure: killed by SIGKILL')
  assert.equal(outcome(killed(40, null), null), 'failure: killed by signal 40')
})

test('KPROG14: a proc that could not be run', () => {
  const program = bound({ argv: ['x'] })
  const failed: ProcResult = { ...ENDED, state: 'error', errors: ['execve: no such file', 'and more'], status: null }
  assert.deepEqual(procOutcome(program, failed, null), { outcome: 'error', message: 'execve: no such file; and more' })
  assert.equal(procOutcome(program, { ...failed, errors: [] }, null).outcome, 'error')
  assert.equal(procOutcome(program, { ...ENDED, status: null }, null).outcome, 'error')
})

test('KPROG15: metadata', () => {
  assert.deepEqual(procMeta({ ...ENDED, proc_stat: { rsslim: 2n ** 64n } }), {
    errors: [],
    status: ENDED.status,
    times: ENDED.times,
    rusage: { utime: 0.1 },
    proc_stat: { rsslim: 2 ** 64 },
  })
})

test('KPROG16: the normal form is accepted back', () => {
  const values = [
    { argv: ['x', 1] },
    {
      argv: ['x'],
      group_id: 'g',
      sudo_user: 'u',
      stop: { signal: 2, grace_period: null },
      timeout: { duration: '5' },
      resources: { mem_max_gb: 2 },
    },
  ]
  for (const value of values) {
    const { json } = specOf(procstar, value)
    assert.deepEqual(specOf(procstar, json).json, json)
  }
  const { json } = specOf(procstarShell, { command: 'x', stop: { grace_period: 5 } })
  assert.deepEqual(json, { type: 'procstar-shell', command: 'x', group_id: 'default', stop: { grace_period: '5' } })
  assert.deepEqual(specOf(procstarShell, json).json, json)
})

test('KPROG17: argv that no process can have', () => {
  assert.deepEqual(specOf(procstar, { argv: ['{{ "" }}'] }).bind(scope), {
    ok: false,
    message: 'argv names no program',
    field: ['argv'],
  })
  assert.deepEqual(specOf(procstar, { argv: ['x', 'a\0b'] }).bind(scope), {
    ok: false,
    message: 'argv[1] has a null character in it',
    field: ['argv'],
  })
})

test('KPROG19: a program is looked up only where the job says so', () => {
  const asked = (value: Parameters<typeof bound>[0]): unknown =>
    procstarRuntime(DEFAULT_RUNTIME_OPTIONS).spec(bound(value), run).search_path
  assert.equal(asked({ argv: ['ls'] }), undefined)
  assert.equal(asked({ argv: ['ls'], search_path: false }), undefined)
  assert.equal(asked({ argv: ['ls'], search_path: true }), true)
  assert.equal(asked({ argv: ['ls'], search_path: true, sudo_user: 'u' }), undefined)
  assert.deepEqual(specOf(procstar, { argv: ['ls'], search_path: true }).json['search_path'], true)
  assert.equal('search_path' in specOf(procstar, { argv: ['ls'], search_path: false }).json, false)
  assert.deepEqual(faultsOf(procstar, { argv: ['ls'], search_path: 'yes' }), [
    "search_path: expected true or false, not text 'yes'",
  ])
})

test('KPROG18: every type has a runtime', () => {
  const samples = {
    procstar: { argv: ['x'] },
    'procstar-shell': { command: 'x' },
    'no-op': {},
    archive: { age: 1, path: 'x', count: 1 },
    vacuum: {},
    stats: {},
  }
  assert.deepEqual(registry.programs.map(({ type }) => type).sort(), Object.keys(samples).sort())
  for (const kind of registry.programs) {
    const sample = Object.entries(samples).find(([type]) => type === kind.type)?.[1] ?? {}
    const program = expandedOf(specOf(kind, sample).bind(scope))
    const runtime = runtimes.get(program.type)
    assert.equal(runtime?.on, program.type.startsWith('procstar') ? 'agent' : 'server')
    if (runtime?.on === 'agent') assert.equal(runtime.group(program), 'default')
  }
  assert.deepEqual([...runtimesFor(DEFAULT_RUNTIME_OPTIONS).keys()], [...runtimes.keys()])
})
