import assert from 'node:assert/strict'
import test from 'node:test'
import type { LaunchPlan } from '../../machine/index.ts'
import { commandFrame, FRAME_MAX, startFrame, unpipeFrame, watchFrame } from './frame.ts'
import { ReplyReader } from './reply.ts'

const PATHS = {
  journal: (segment: number): string => `/j${segment}`,
  output: (file: { segment: number; name: string }): string => `/o/${file.name}`,
}
const PLAN: LaunchPlan = {
  id: 'a',
  exe: '/x',
  argv: ['x'],
  env: ['A=1'],
  cwd: null,
  umask: null,
  fds: [],
  segment: 2,
  orphans: 'keep',
  restrictedExe: null,
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

function hex(bytes: Uint8Array | null): string {
  assert.ok(bytes)
  return Buffer.from(bytes).toString('hex')
}

function field(tag: number, value: string): string {
  const bytes = Buffer.from(value, 'hex')
  return `${tag.toString(16).padStart(2, '0')}00${bytes.length.toString(16).padStart(2, '0')}000000${value}`
}

function frame(op: string, request: string, body: string): string {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(8 + body.length / 2)
  return `${length.toString('hex')}01${op}0000${request}${body}`
}

test('a start, byte by byte', () => {
  const text = (value: string): string => Buffer.from(value).toString('hex')
  const body = [
    field(1, text('a')),
    field(2, text('/x')),
    field(3, text('x')),
    field(4, text('A=1')),
    field(8, text('/j2')),
    field(9, '00'),
  ].join('')
  assert.equal(hex(startFrame(7, PLAN, PATHS)), frame('01', '07000000', body))
})

test('descriptor actions, byte by byte', () => {
  const plan: LaunchPlan = {
    ...PLAN,
    fds: [
      { fd: 0, kind: 'inherit' },
      { fd: -1, kind: 'close' },
      { fd: 1, kind: 'open', flags: 0o1101, mode: 0o644, path: '/f' },
      { fd: 2, kind: 'dup', from: 1 },
      { fd: 3, kind: 'capture', file: { segment: 2, name: '5.3' }, options: null },
      { fd: 4, kind: 'data', bytes: Buffer.from('hi') },
      { fd: 5, kind: 'pipe', pipe: 258, side: 'read' },
      { fd: 6, kind: 'pipe', pipe: 7, side: 'write' },
    ],
  }
  const whole = hex(startFrame(7, plan, PATHS))
  const actions = [
    '0000000000',
    'ffffffff01',
    '010000000241020000a40100002f66',
    '020000000301000000',
    '03000000042f6f2f352e33',
    '04000000056869',
    '05000000060201000000',
    '06000000060700000001',
  ]
  assert.ok(whole.includes(actions.map((action) => field(7, action)).join('')))
})

test('attributes, byte by byte', () => {
  const plan: LaunchPlan = {
    ...PLAN,
    orphans: 'wait',
    limits: [{ resource: 7, soft: 258, hard: null }],
    nice: -5,
    pdeathSignal: 0,
    signals: { ignored: 1n << 12n, blocked: 1n << 63n },
    credentials: { uid: 1000, gid: 100, groups: [27] },
    searchPath: true,
    keepFds: true,
    timeout: { after: 1500, signum: 15, grace: 2 ** 33 },
    perf: true,
  }
  const whole = hex(startFrame(7, plan, PATHS))
  const fields = [
    field(9, '02'),
    field(11, '070201000000000000ffffffffffffffff'),
    field(12, 'fbffffff'),
    field(13, '00'),
    field(14, '00100000000000000000000000000080'),
    field(15, 'e8030000640000001b000000'),
    field(16, '01'),
    field(17, '01'),
    field(32, 'dc0500000ffeffffff'),
    field(34, '01'),
  ]
  assert.ok(whole.endsWith(fields.join('')), whole)
})

test('captures with options and control groups, byte by byte', () => {
  const file = { segment: 2, name: '5.1' }
  const plan: LaunchPlan = {
    ...PLAN,
    fds: [
      { fd: 1, kind: 'capture', file, options: { limit: 258, keep: 'both', times: true, isNamed: false } },
      { fd: 2, kind: 'capture', file, options: { limit: null, keep: 'start', times: false, isNamed: true } },
    ],
    masks: [Buffer.from('secret')],
    times: { segment: 2, name: '5.times' },
    cgroup: { parents: ['/g', '/h'], settings: ['pids.max=5', 'memory.max=max'] },
  }
  const text = (value: string): string => Buffer.from(value).toString('hex')
  const fields = [
    field(20, '0100000002010000000000000201'),
    field(20, '0200000000000000000000000002'),
    field(21, text('secret')),
    field(22, text('/o/5.times')),
    field(30, text('/g')),
    field(30, text('/h')),
    field(31, text('pids.max=5')),
    field(31, text('memory.max=max')),
  ]
  assert.ok(hex(startFrame(7, plan, PATHS)).endsWith(fields.join('')))
})

test('giving up a pipe, byte by byte', () => {
  assert.equal(hex(unpipeFrame(9, 258)), frame('04', '09000000', '02010000'))
})

test('commands and watches, byte by byte', () => {
  const monitor = { pid: 258, start: 2 ** 40 }
  assert.equal(
    hex(commandFrame(1, monitor, { what: 'signal', signum: 10 })),
    frame('02', '01000000', '020100000000000000010000000a00000000'),
  )
  assert.equal(
    hex(commandFrame(1, monitor, { what: 'stop', signum: 15, grace: 1000 })),
    frame('02', '01000000', '020100000000000000010000010fe8030000'),
  )
  assert.ok(hex(commandFrame(1, monitor, { what: 'stop', signum: 15, grace: null })).endsWith('ffffffff'))
  assert.ok(hex(commandFrame(1, monitor, { what: 'stop', signum: 15, grace: 1e15 })).endsWith('feffffff'))
  assert.equal(hex(watchFrame(1, monitor)), frame('03', '01000000', '020100000000000000010000'))
})

test('a start that the launcher would not take is none', () => {
  assert.ok(startFrame(1, { ...PLAN, argv: ['x'.repeat(FRAME_MAX - 200)] }, PATHS))
  assert.equal(startFrame(1, { ...PLAN, argv: ['x'.repeat(FRAME_MAX)] }, PATHS), null)
})

test('replies, cut anywhere', () => {
  const bytes = Buffer.from(
    [
      frame('10', '00000000', '01000000'),
      frame('12', '05000000', '020100000000000000010000'),
      frame('13', '06000000', '020b000000666f726b'),
      frame('14', '07000000', '03000000'),
      frame('15', '00000000', '020100000000000000010000'),
    ].join(''),
    'hex',
  )
  const monitor = { pid: 258, start: 2 ** 40 }
  const expected = [
    { op: 'ready' },
    { op: 'launched', request: 5, monitor },
    { op: 'failed', request: 6, stage: 'fork', errno: 11, text: 'fork' },
    { op: 'done', request: 7, errno: 3 },
    { op: 'gone', monitor },
  ]
  for (let cut = 0; cut <= bytes.length; cut++) {
    const reader = new ReplyReader()
    assert.deepEqual([...reader.read(bytes.subarray(0, cut)), ...reader.read(bytes.subarray(cut))], expected)
  }
  assert.throws(() => new ReplyReader().read(Buffer.from('ffffffff', 'hex')), /frame of 4294967295 bytes/)
  assert.throws(() => new ReplyReader().read(Buffer.from(frame('63', '00000000', ''), 'hex')), /unknown kind: 99/)
})
