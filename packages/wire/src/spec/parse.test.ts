import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseInput, parseProcSpec } from './index.ts'

function fails(value: unknown, error: string): void {
  assert.deepEqual(parseProcSpec(value), { ok: false, error })
}

function passes(value: unknown, expected: unknown = value): void {
  assert.deepStrictEqual(parseProcSpec(value), { ok: true, value: expected })
}

test('PSPEC1: as existing servers send it', () => {
  passes({
    argv: ['/usr/bin/bash', '-c', 'echo hi'],
    env: { inherit: true, vars: { APSIS_RUN_ID: 'r1', GONE: null } },
    fds: [
      ['stdout', { capture: { mode: 'tempfile', encoding: null, attached: false } }],
      ['stderr', { dup: { fd: 1 } }],
    ],
    systemd_properties: {
      slice: { tasks_accounting: true, memory_accounting: true, memory_max: 1024, memory_swap_max: 0 },
    },
  })
  passes({ argv: ['true'] })
  passes({ id: 'ignored', exe: null, argv: ['true'] }, { exe: null, argv: ['true'] })
  passes({ argv: ['a'], cwd: '/tmp', umask: 0o22, orphans: 'kill' })
})

test('PSPEC2: unknown keys', () => {
  fails({ argv: ['a'], env: { inherits: true } }, 'spec.env.inherits: unknown key; expected "inherit" or "vars"')
  fails({ argv: ['a'], fds: [['1', { dup: { fd: 1, x: 0 } }]] }, 'spec.fds[0][1].dup.x: unknown key; expected "fd"')
  fails(
    { argv: ['a'], systemd_properties: { scope: { tasks_max: 1 } } },
    'spec.systemd_properties.scope.tasks_max: unknown key; expected "oom_policy", "runtime_max_usec" or "runtime_randomized_extra_usec"',
  )
  assert.equal(parseProcSpec({ argv: ['a'], retries: 5 }).ok, false)
  fails({ argv: ['a'], stop: { after: 1 } }, 'spec.stop.after: unknown key; expected "signal" or "grace"')
})

test('PSPEC3: wrong values have a path', () => {
  const capture = {
    argv: ['a'],
    fds: [
      ['stdin', 'close'],
      ['stdout', { capture: { mode: 'x' } }],
    ],
  }
  assert.deepEqual(parseInput({ specs: { abc: capture } }), {
    ok: false,
    error: 'specs.abc.fds[1][1].capture.mode: expected "tempfile", "memory" or "file", got "x"',
  })
  fails({ argv: ['a', 1] }, 'spec.argv[1]: expected a string, got 1')
  fails({ argv: 'a b' }, 'spec.argv: expected an array of strings, got "a b"')
  fails({ argv: ['a'], umask: 512 }, 'spec.umask: expected a whole number from 0 to 511, got 512')
  fails(
    { argv: ['a'], env: { inherit: 'all' } },
    'spec.env.inherit: expected true, false or an array of names, got "all"',
  )
  fails({ argv: ['a'], env: { vars: { X: 5 } } }, 'spec.env.vars.X: expected a string or null, got 5')
  fails({ argv: ['a'], fds: [['1', { file: {} }]] }, 'spec.fds[0][1].file.path: missing; expected a string')
  fails({ argv: ['a'], fds: ['close'] }, 'spec.fds[0]: expected a pair [name, fd], got "close"')
  fails(
    { argv: ['a'], systemd_properties: { scope: { oom_policy: 'x' } } },
    'spec.systemd_properties.scope.oom_policy: expected "continue", "stop" or "kill", got "x"',
  )
  fails(undefined, 'spec: missing; expected a map')
})

test('PSPEC4: every form of a descriptor', () => {
  const fds = [
    ['stdin', 'inherit'],
    ['1', 'close'],
    ['2', { null: {} }],
    ['3', { null: { flags: 'Read' } }],
    ['4', { file: { path: '/x', flags: 'CreateAppend', mode: 0o600 } }],
    ['5', { dup: { fd: 4 } }],
    ['6', { capture: {} }],
    ['7', { capture: { mode: 'memory', encoding: 'utf-8', attached: true } }],
    ['8', 'pipe-write'],
    ['9', { 'pipe-read': { proc_id: 'p', fd: 'stdout' } }],
  ]
  passes({ argv: ['a'], fds })
  passes({ argv: ['a'], fds: [['0', { inherit: null }]] }, { argv: ['a'], fds: [['0', 'inherit']] })
  assert.match(
    String(parseError({ argv: ['a'], fds: [['0', 'null']] })),
    /expected "inherit", "close", "pipe-write", or a map/,
  )
  assert.match(String(parseError({ argv: ['a'], fds: [['0', { null: {}, dup: { fd: 1 } }]] })), /a map with one key/)
  assert.match(
    String(parseError({ argv: ['a'], fds: [['0', { capture: null }]] })),
    /capture: expected a map, got null/,
  )
  assert.match(String(parseError({ argv: ['a'], fds: [['0', { close: 1 }]] })), /close: expected null, got 1/)
  assert.match(String(parseError({ argv: ['a'], fds: [['0', { tee: {} }]] })), /expected "inherit", .* got "tee"/)
})

function parseError(value: unknown): string | null {
  const result = parseProcSpec(value)
  return result.ok ? null : result.error
}

test('PSPEC5: descriptors as a mapping', () => {
  const given = { stderr: { dup: { fd: 1 } }, '10': 'close', stdout: { capture: {} }, '3': 'inherit' }
  const fds = [
    ['stdout', { capture: {} }],
    ['stderr', { dup: { fd: 1 } }],
    ['3', 'inherit'],
    ['10', 'close'],
  ]
  passes({ argv: ['a'], fds: given }, { argv: ['a'], fds })
  fails(
    { argv: ['a'], fds: { stdout: { dup: {} } } },
    'spec.fds.stdout.dup.fd: missing; expected a whole number from -2147483648 to 2147483647',
  )
})

test('PSPEC6: null', () => {
  fails({ argv: ['a'], env: null }, 'spec.env: expected a map, got null')
  fails(
    { argv: ['a'], env: { inherit: null } },
    'spec.env.inherit: expected true, false or an array of names, got null',
  )
  fails({ argv: ['a'], fds: null }, 'spec.fds: expected an array of [name, fd] pairs, or a map, got null')
  fails({ argv: null }, 'spec.argv: expected an array of strings, got null')
  passes(
    { argv: ['a'], systemd_properties: { scope: null, slice: { memory_max: null } } },
    { argv: ['a'], systemd_properties: { slice: {} } },
  )
  passes({ argv: ['a'], exe: null, cwd: null, umask: null }, { argv: ['a'], exe: null })
})

test('PSPEC7: positional arrays', () => {
  passes([null, '/bin/x', ['x'], [false, { A: '1' }], [['1', { dup: [2] }]]], {
    exe: '/bin/x',
    argv: ['x'],
    env: { inherit: false, vars: { A: '1' } },
    fds: [['1', { dup: { fd: 2 } }]],
  })
})

test('PSPEC8: input documents', () => {
  assert.deepEqual(parseInput({ specs: {} }), { ok: true, value: {} })
  assert.deepEqual(parseInput([{ p: { argv: ['a'] } }]), { ok: true, value: { p: { argv: ['a'] } } })
  assert.deepEqual(parseInput({}), { ok: false, error: 'specs: missing; expected a map' })
  assert.deepEqual(parseInput({ specs: {}, procs: {} }), { ok: false, error: 'procs: unknown key; expected "specs"' })
})

test('PSPEC9: 64 bits', () => {
  passes({ argv: ['a'], systemd_properties: { slice: { memory_max: 2n ** 64n - 1n } } })
  assert.equal(parseProcSpec({ argv: ['a'], systemd_properties: { slice: { memory_max: 2n ** 64n } } }).ok, false)
  assert.equal(parseProcSpec({ argv: ['a'], systemd_properties: { slice: { memory_max: -1 } } }).ok, false)
})

test('PSPEC10: no input makes it throw', () => {
  const keys = fc.constantFrom(
    'argv',
    'env',
    'fds',
    'inherit',
    'vars',
    'capture',
    'file',
    'dup',
    'null',
    'pipe-read',
    'stdout',
    'slice',
    'systemd_properties',
  )
  fc.assert(
    fc.property(fc.anything({ key: keys, maxDepth: 5 }), (value) => {
      assert.equal(typeof parseProcSpec(value).ok, 'boolean')
      assert.equal(typeof parseInput({ specs: { p: value } }).ok, 'boolean')
    }),
    { numRuns: 1000 },
  )
  assert.equal(parseInput(JSON.parse('{"specs": {"__proto__": {"argv": ["a"]}}}')).ok, false)
  assert.equal(parseProcSpec(JSON.parse('{"argv": ["a"], "env": {"vars": {"__proto__": "x"}}}')).ok, false)
})
