import assert from 'node:assert/strict'
import test from 'node:test'
import type { OpenFlags, ProcSpec } from '@apsis/wire/spec'
import { NO_CGROUP } from './bench.fixture.ts'
import { environmentOf } from './environment.ts'
import { openFlags } from './open-flags.ts'
import { planOf } from './plan.ts'

const OWN = {
  HOME: '/root',
  PATH: '/bin',
  PROCSTAR_AGENT_HOST: 'h',
  PROCSTAR_HTTP_TOKEN: 't',
  PROCSTAR_AGENT_TOKEN: 't',
  PROCSTAR_AGENT_KEY: 'k',
  PROCSTAR_AGENT_CERT: 'c',
}

const ALONE = { credentials: null, pipes: new Map<number, number>() }
const NOTHING_ELSE = {
  limits: [],
  nice: null,
  pdeathSignal: null,
  signals: { ignored: 0n, blocked: 0n },
  credentials: null,
  searchPath: false,
  keepFds: false,
  masks: [],
  times: null,
  cgroup: null,
  timeout: null,
  perf: false,
}

test('AGT8: environment', () => {
  const table: readonly (readonly [boolean | readonly string[], Record<string, string | null>, readonly string[]])[] = [
    [true, {}, ['HOME=/root', 'PATH=/bin', 'PROCSTAR_AGENT_HOST=h']],
    [false, { B: '2', A: '1', C: null }, ['A=1', 'B=2']],
    [['PATH', 'MISSING', 'PROCSTAR_AGENT_TOKEN'], {}, ['PATH=/bin']],
    [
      true,
      { HOME: null, PROCSTAR_AGENT_TOKEN: 'given', PATH: '' },
      ['PATH=', 'PROCSTAR_AGENT_HOST=h', 'PROCSTAR_AGENT_TOKEN=given'],
    ],
  ]
  for (const [inherit, vars, expected] of table) assert.deepEqual(environmentOf({ inherit, vars }, OWN), expected)
})

test('AGT9: open flags', () => {
  const table: readonly (readonly [OpenFlags, number, number])[] = [
    ['Default', 0, 0],
    ['Default', 1, 0o1101],
    ['Default', 2, 0o1101],
    ['Default', 3, 0o1102],
    ['Read', 3, 0],
    ['Write', 0, 0o1101],
    ['Create', 0, 0o301],
    ['Replace', 0, 0o1001],
    ['CreateAppend', 0, 0o2101],
    ['Append', 0, 0o2001],
    ['ReadWrite', 0, 0o1102],
  ]
  for (const [flags, fd, expected] of table) assert.equal(openFlags(flags, fd), expected, `${flags} ${fd}`)
})

test('AGT10: actions in their order, captures to files of the segment', () => {
  const spec: ProcSpec = {
    argv: ['x', 'y'],
    exe: '/bin/x',
    cwd: '/tmp',
    umask: 0o22,
    orphans: 'kill',
    fds: [
      ['stdin', { null: {} }],
      ['1', { capture: { mode: 'memory' } }],
      ['stderr', { dup: { fd: 1 } }],
      ['7', { capture: {} }],
      ['8', { file: { path: 'log', flags: 'Append' } }],
      ['9', 'close'],
      ['10', 'inherit'],
    ],
  }
  const plan = planOf(
    'a',
    { segment: 3, index: 12 },
    spec,
    { environment: {}, restrictedExe: '/bin/x', cgroup: NO_CGROUP },
    ALONE,
  )
  assert.deepEqual(plan, {
    ...NOTHING_ELSE,
    id: 'a',
    exe: '/bin/x',
    argv: ['x', 'y'],
    env: [],
    cwd: '/tmp',
    umask: 0o22,
    segment: 3,
    orphans: 'kill',
    restrictedExe: '/bin/x',
    fds: [
      { fd: 0, kind: 'open', flags: 0, mode: 0, path: '/dev/null' },
      { fd: 1, kind: 'capture', file: { segment: 3, name: '12.1' }, options: null },
      { fd: 2, kind: 'dup', from: 1 },
      { fd: 7, kind: 'capture', file: { segment: 3, name: '12.7' }, options: null },
      { fd: 8, kind: 'open', flags: 0o2001, mode: 0o666, path: 'log' },
      { fd: 9, kind: 'close' },
      { fd: 10, kind: 'inherit' },
    ],
  })
})
