import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  essentialMembers,
  extendedMembers,
  fdName,
  fdNumber,
  type ProcSpec,
  resolveSpec,
  withoutExtended,
} from './index.ts'

test('PSPEC16: descriptor names', () => {
  const cases: readonly (readonly [string, number | null])[] = [
    ['stdin', 0],
    ['stdout', 1],
    ['stderr', 2],
    ['7', 7],
    ['+7', 7],
    ['007', 7],
    ['-3', -3],
    ['2147483647', 2147483647],
    ['2147483648', null],
    ['-2147483649', null],
    [' 1', null],
    ['1 ', null],
    ['0x1', null],
    ['1e1', null],
    ['STDIN', null],
    ['+', null],
    ['9'.repeat(400), null],
  ]
  for (const [name, fd] of cases) assert.equal(fdNumber(name), fd, name)
  assert.ok(Object.is(fdNumber('-0'), 0))
  assert.deepEqual([0, 1, 2, 3, -1].map(fdName), ['stdin', 'stdout', 'stderr', '3', '-1'])
})

const CAPTURE = {
  kind: 'capture',
  encoding: null,
  attached: true,
  path: null,
  limit: null,
  keep: 'start',
  times: false,
} as const

test('PSPEC17: defaults', () => {
  assert.deepStrictEqual(resolveSpec({ argv: ['/bin/x', 'a'] }), {
    exe: '/bin/x',
    argv: ['/bin/x', 'a'],
    env: { inherit: true, vars: {} },
    fds: [],
    systemdProperties: {},
    cwd: null,
    umask: null,
    orphans: 'keep',
    user: null,
    group: null,
    groups: null,
    limits: [],
    nice: null,
    pdeathSignal: null,
    signals: { ignored: 0n, blocked: 0n },
    searchPath: false,
    closeFds: true,
    timeout: null,
    stop: null,
    cgroup: {},
    perf: false,
    mask: [],
    resultEnv: false,
  })
  const resolved = resolveSpec({
    exe: '/bin/y',
    argv: ['x'],
    env: { inherit: ['HOME'] },
    fds: [
      ['0', { null: {} }],
      ['stdout', { capture: {} }],
      ['2', { dup: { fd: 1 } }],
      ['03', { file: { path: '/f' } }],
      ['4', 'pipe-write'],
      ['5', { 'pipe-read': { proc_id: 'q', fd: 'stdout' } }],
    ],
  })
  assert.equal(resolved.exe, '/bin/y')
  assert.deepStrictEqual(resolved.env, { inherit: ['HOME'], vars: {} })
  assert.deepStrictEqual(resolved.fds, [
    { fd: 0, name: 'stdin', action: { kind: 'null', flags: 'Default' } },
    { fd: 1, name: 'stdout', action: { ...CAPTURE, mode: 'tempfile' } },
    { fd: 2, name: 'stderr', action: { kind: 'dup', from: 1 } },
    { fd: 3, name: '3', action: { kind: 'file', path: '/f', flags: 'Default', mode: 0o666 } },
    { fd: 4, name: '4', action: { kind: 'pipe-write' } },
    { fd: 5, name: '5', action: { kind: 'pipe-read', procId: 'q', from: 1 } },
  ])
  assert.throws(() => resolveSpec({ argv: [] }), RangeError)
})

test('PSPEC18: for existing agents', () => {
  const spec = { argv: ['a'], exe: '/x', cwd: '/tmp', umask: 0, orphans: 'kill', mask: ['secret'], nice: 0 } as const
  assert.deepStrictEqual(withoutExtended(spec), { argv: ['a'], exe: '/x' })
  assert.deepEqual(extendedMembers(spec), ['cwd', 'umask', 'orphans', 'nice', 'mask'])
  const defaults = { cwd: null, umask: null, orphans: 'keep', close_fds: true, search_path: false } as const
  assert.deepEqual(extendedMembers({ argv: ['a'], ...defaults, perf: true, result_env: true }), [])
  assert.deepEqual(extendedMembers({ argv: ['a'], close_fds: false, search_path: true }), ['search_path', 'close_fds'])
  assert.deepEqual(essentialMembers(spec), ['cwd', 'umask', 'mask'])
  assert.deepEqual(essentialMembers({ argv: ['a'], close_fds: false, search_path: true }), ['search_path'])
  assert.deepEqual(
    essentialMembers({ argv: ['a'], user: 'u', group: 1, groups: [], timeout: 5, limits: { core: 0 } }),
    ['user', 'group', 'groups'],
  )
  assert.deepEqual(essentialMembers({ argv: ['a'], ...defaults, user: null, mask: null }), [])
})

test('PSPEC18: descriptors for existing agents', () => {
  const capture = { encoding: 'utf-8', attached: false } as const
  const spec: ProcSpec = {
    argv: ['a'],
    fds: [
      ['stdin', { data: { text: 'x' } }],
      ['1', { capture: { ...capture, mode: 'file', path: '/f' } }],
      ['2', { capture: { ...capture, limit: 5, keep: 'end', times: true } }],
      ['3', { capture: { mode: 'memory' } }],
      ['4', 'close'],
    ],
  }
  assert.deepStrictEqual(withoutExtended(spec).fds, [
    ['stdin', { null: { flags: 'Read' } }],
    ['1', { capture: { ...capture, mode: 'tempfile' } }],
    ['2', { capture }],
    ['3', { capture: { mode: 'memory' } }],
    ['4', 'close'],
  ])
  assert.deepEqual(extendedMembers(spec), ['fds.stdin.data', 'fds.1.path', 'fds.2.limit'])
  assert.deepEqual(essentialMembers(spec), ['fds.stdin.data'])
})

test('PSPEC26: what a spec means', () => {
  const resolved = resolveSpec({
    argv: ['a'],
    cwd: '/w',
    limits: { nofile: 10, core: [0, 'unlimited'], as: 'unlimited' },
    pdeath_signal: 0,
    signals: { ignore: ['PIPE', 'SIGHUP'], block: [64] },
    timeout: 0.0001,
    stop: { signal: 'INT', grace: 1.5 },
    fds: [
      ['0', { data: { text: 'é' } }],
      ['1', { capture: { mode: 'file', path: 'f', limit: 9, keep: 'both', times: true } }],
      ['3', { data: { base64: 'AP8=' } }],
    ],
  })
  assert.deepEqual(resolved.limits, [
    { resource: 4, soft: 0, hard: null },
    { resource: 7, soft: 10, hard: 10 },
    { resource: 9, soft: null, hard: null },
  ])
  assert.equal(resolved.pdeathSignal, 0)
  assert.deepEqual(resolved.signals, { ignored: (1n << 12n) | 1n, blocked: 1n << 63n })
  assert.deepEqual(resolved.timeout, { after: 1, signum: 2, grace: 1500 })
  assert.deepEqual(resolved.stop, { signum: 2, grace: 1500 })
  assert.deepEqual(
    resolved.fds.map(({ action }) => action),
    [
      { kind: 'data', bytes: Uint8Array.of(0xc3, 0xa9) },
      { ...CAPTURE, mode: 'file', path: '/w/f', limit: 9, keep: 'both', times: true },
      { kind: 'data', bytes: Uint8Array.of(0, 0xff) },
    ],
  )
  const one = resolveSpec({ argv: ['a'], fds: [['1', { capture: { limit: 1, keep: 'both' } }]] })
  assert.deepEqual(one.fds[0]?.action, { ...CAPTURE, mode: 'tempfile', limit: 1, keep: 'start' })
  const own = resolveSpec({ argv: ['a'], timeout: { duration: 2, signal: 9 }, stop: {} })
  assert.deepEqual(own.timeout, { after: 2000, signum: 9, grace: 60_000 })
  assert.deepEqual(own.stop, { signum: 15, grace: 60_000 })
  assert.equal(resolveSpec({ argv: ['a'], timeout: 1 }).stop, null)
})

test('PSPEC27: descriptors by number', () => {
  const fds = [
    ['stdout', { capture: {} }],
    ['7', 'inherit'],
  ] as const
  const names = (more: Partial<ProcSpec>): readonly string[] =>
    resolveSpec({ argv: ['a'], fds, ...more }).fds.map(({ name }) => name)
  assert.deepEqual(names({}), ['stdout', '7'])
  assert.deepEqual(names({ fd_names: 'name' }), ['stdout', '7'])
  assert.deepEqual(names({ fd_names: 'number' }), ['1', '7'])
  assert.deepEqual(extendedMembers({ argv: ['a'], fd_names: 'number' }), ['fd_names'])
  assert.deepEqual(extendedMembers({ argv: ['a'], fd_names: 'name' }), [])
})
