import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extendedMembers, fdName, fdNumber, resolveSpec, withoutExtended } from './index.ts'

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
    { fd: 1, name: 'stdout', action: { kind: 'capture', mode: 'tempfile', encoding: null, attached: true } },
    { fd: 2, name: 'stderr', action: { kind: 'dup', from: 1 } },
    { fd: 3, name: '3', action: { kind: 'file', path: '/f', flags: 'Default', mode: 0o666 } },
    { fd: 4, name: '4', action: { kind: 'pipe-write' } },
    { fd: 5, name: '5', action: { kind: 'pipe-read', procId: 'q', from: 1 } },
  ])
  assert.throws(() => resolveSpec({ argv: [] }), RangeError)
})

test('PSPEC18: for existing agents', () => {
  const spec = { argv: ['a'], exe: '/x', cwd: '/tmp', umask: 0, orphans: 'kill' } as const
  assert.deepStrictEqual(withoutExtended(spec), { argv: ['a'], exe: '/x' })
  assert.deepEqual(extendedMembers(spec), ['cwd', 'umask', 'orphans'])
  assert.deepEqual(extendedMembers({ argv: ['a'], cwd: null, umask: null, orphans: 'keep' }), [])
})
