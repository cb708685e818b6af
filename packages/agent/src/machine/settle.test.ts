import assert from 'node:assert/strict'
import test from 'node:test'
import type { ProcSpec } from '@apsis/wire/spec'
import { credentialsOf } from './accounts.ts'
import { ACCOUNTS, Bench, kinds, NO_CGROUP, sent, startRequest } from './bench.fixture.ts'
import { cgroupSettings, type PlaceCgroup } from './cgroup-settings.ts'
import type { Instruction } from './instruction.ts'
import { type JournalLine, journalText, parseJournalLine } from './journal.ts'
import { maskPatterns, maskProblem } from './mask.ts'
import { planOf } from './plan.ts'

const OURS = { output: 1 }
const PLACE = { segment: 3, index: 12 }
const GROUP: PlaceCgroup = (settings) => ({ parents: ['/group'], settings, refused: [] })
const AROUND = { environment: {}, restrictedExe: null, cgroup: GROUP }
const ALONE = { credentials: null, pipes: new Map<number, number>() }

function plans(out: readonly Instruction[]): readonly Extract<Instruction, { do: 'launch' }>['plan'][] {
  return out.flatMap((one) => (one.do === 'launch' ? [one.plan] : []))
}

test('AGT44: a plan has what the spec says, and nothing for what it does not say', () => {
  const spec: ProcSpec = {
    argv: ['x'],
    limits: { nofile: [5, 'unlimited'] },
    nice: 3,
    pdeath_signal: 'TERM',
    signals: { block: ['INT'] },
    search_path: true,
    close_fds: false,
    orphans: 'wait',
    timeout: 2,
    stop: { grace: 1 },
    perf: true,
    fds: [
      ['0', { data: { text: 'in' } }],
      ['1', { capture: { mode: 'file', path: '/log', times: true } }],
      ['2', { capture: { limit: 8, keep: 'end' } }],
    ],
  }
  const plan = planOf('a', PLACE, spec, AROUND, ALONE)
  assert.deepEqual(plan.limits, [{ resource: 7, soft: 5, hard: null }])
  assert.deepEqual([plan.nice, plan.pdeathSignal, plan.signals.blocked], [3, 15, 2n])
  assert.deepEqual([plan.searchPath, plan.keepFds, plan.orphans, plan.perf], [true, true, 'wait', true])
  assert.deepEqual(plan.timeout, { after: 2000, signum: 15, grace: 1000 })
  assert.deepEqual(plan.times, { segment: 3, name: '12.times' })
  assert.deepEqual(plan.cgroup, { parents: ['/group'], settings: [] })
  assert.deepEqual(plan.fds, [
    { fd: 0, kind: 'data', bytes: new Uint8Array(Buffer.from('in')) },
    {
      fd: 1,
      kind: 'capture',
      file: { segment: 3, name: '12.1', path: '/log' },
      options: { limit: null, keep: 'start', times: true, isNamed: true },
    },
    {
      fd: 2,
      kind: 'capture',
      file: { segment: 3, name: '12.2' },
      options: { limit: 8, keep: 'end', times: false, isNamed: false },
    },
  ])
})

test('AGT45: control groups, and what systemd calls them', () => {
  const slice = { memory_max: 2n ** 64n - 1n, memory_low: 1, memory_high: 5n, tasks_max: 9, tasks_accounting: true }
  assert.deepEqual(cgroupSettings({}, { slice }), ['memory.high=5', 'memory.low=1', 'memory.max=max', 'pids.max=9'])
  const own = { pids_max: 3, memory_max: 0, memory_swap_max: 1, cpu_max: 0.015, cpu_weight: 50, io_weight: 60 }
  assert.deepEqual(cgroupSettings(own, { slice: { tasks_max: 9, memory_max: 1 }, scope: {} }), [
    'cpu.max=1500 100000',
    'cpu.weight=50',
    'io.weight=60',
    'memory.max=0',
    'memory.swap.max=1',
    'pids.max=3',
  ])
  const plan = planOf(
    'a',
    PLACE,
    { argv: ['x'], systemd_properties: { slice } },
    { ...AROUND, cgroup: NO_CGROUP },
    ALONE,
  )
  assert.equal(plan.cgroup, null)
})

test('AGT45: what an agent after this one cannot set is lost', () => {
  const bench = Bench.ready(OURS)
  const [record] = bench.ask(startRequest({ a: { argv: ['x'], cgroup: { pids_max: 5 } }, b: { argv: ['x'] } }))
  const next = new Bench({ cgroup: NO_CGROUP })
  next.give({ kind: 'journal', segment: 1, line: { t: 'segment', boot: 'boot-1' } })
  assert.ok(record?.do === 'record')
  for (const line of record.lines) if (line.t === 'asked') next.give({ kind: 'journal', segment: 1, line })
  next.give({ kind: 'recovered', current: 1, segments: [1] })
  assert.deepEqual(
    plans(next.give({ kind: 'launcherReady' })).map(({ id }) => id),
    ['b'],
  )
  const proc = next.machine.proc('a')
  assert.deepEqual(proc?.state === 'ended' && proc.end.errors, ['lost: cannot set pids.max: a: no cgroup here'])
})

test('AGT46: whom a proc runs as', () => {
  const of = (spec: Partial<ProcSpec>): unknown => credentialsOf({ argv: ['x'], ...spec }, ACCOUNTS)
  assert.equal(of({}), null)
  assert.deepEqual(of({ user: 'ann' }), { uid: 1000, gid: 100, groups: [100, 27] })
  assert.deepEqual(of({ user: 1000, group: 'audio', groups: [] }), { uid: 1000, gid: 29, groups: [] })
  assert.deepEqual(of({ user: 5, group: 6 }), { uid: 5, gid: 6, groups: [] })
  assert.deepEqual(of({ group: 6 }), { uid: 0, gid: 6, groups: [0] })
  assert.deepEqual(of({ groups: ['audio', 5] }), { uid: 0, gid: 0, groups: [29, 5] })
  assert.equal(of({ user: 0, group: 0 }), null)
  assert.deepEqual(of({ user: 'nobody' }), { problem: 'unknown user: nobody' })
  assert.deepEqual(of({ group: 'x' }), { problem: 'unknown group: x' })
  assert.deepEqual(of({ user: 'ann', groups: ['audio', 'y'] }), { problem: 'unknown group: y' })
  assert.deepEqual(of({ user: 5 }), { problem: 'no group: user 5 has no entry, so "group" is needed' })
})

test('AGT47: an unknown user refuses the request; a known one is recorded by number', () => {
  const bench = Bench.ready(OURS)
  const bad = startRequest({ a: { argv: ['x'] }, b: { argv: ['x'], user: 'nobody' } })
  assert.deepEqual(sent(bench.ask(bad)), ['error unknown user: nobody'])
  assert.deepEqual(bench.machine.procIds(), [])
  const [record] = bench.ask(startRequest({ a: { argv: ['x'], user: 'ann' } }))
  assert.ok(record?.do === 'record')
  const [line] = record.lines
  const as = { uid: 1000, gid: 100, groups: [100, 27] }
  assert.deepEqual(line?.t === 'asked' && line.as, as)
  assert.deepEqual(plans(bench.record([record]))[0]?.credentials, as)

  bench.give({ kind: 'accounts', accounts: { ...ACCOUNTS, user: () => null } })
  assert.deepEqual(sent(bench.ask(startRequest({ c: { argv: ['x'], user: 'ann' } }))), ['error unknown user: ann'])

  // A restarted agent asks for the same, whatever the accounts are by then.
  const next = new Bench({ accounts: { ...ACCOUNTS, user: () => null } })
  next.give({ kind: 'journal', segment: 1, line: { t: 'segment', boot: 'boot-1' } })
  assert.ok(line?.t === 'asked')
  const read = parseJournalLine(journalText(line).trim())
  assert.ok(read !== null)
  next.give({ kind: 'journal', segment: 1, line: read })
  next.give({ kind: 'recovered', current: 1, segments: [1] })
  assert.deepEqual(plans(next.give({ kind: 'launcherReady' }))[0]?.credentials, as)
})

test('AGT48: secrets are masked in every form, whatever is around them', () => {
  const secret = 'pä/ss "wörd"+1'
  const patterns = maskPatterns([secret]).map((bytes) => Buffer.from(bytes).toString())
  assert.equal(new Set(patterns).size, patterns.length)
  const holds = (text: string): boolean => patterns.some((pattern) => text.includes(pattern))
  const shown = [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ a: secret }).toString(),
    JSON.stringify(secret),
  ]
  for (const text of [...shown, JSON.stringify(secret).replaceAll('ä', '\\u00e4').replaceAll('ö', '\\u00f6')])
    assert.ok(holds(text), text)
  for (let before = 0; before < 6; before++) {
    for (let after = 0; after < 3; after++) {
      const bytes = Buffer.from(`${'x'.repeat(before)}${secret}${'y'.repeat(after)}`)
      for (const encoding of ['base64', 'base64url'] as const)
        assert.ok(holds(bytes.toString(encoding)), `${before} ${after} ${encoding}`)
    }
  }
  assert.ok(!holds(Buffer.from('qä/ss "wörd"+1').toString('base64')))
})

test('AGT49: secrets that the launcher would not take are refused', () => {
  assert.equal(maskProblem('a', ['long enough', 'abc']), 'secret too short: a mask[1], at least 4 bytes')
  const many = Array.from({ length: 100 }, (_, index) => `secret number ${index}`)
  assert.match(maskProblem('a', many) ?? '', /^too many secrets: a needs \d+ patterns, at most 256$/)
  assert.match(
    maskProblem('a', ['x'.repeat(30_000)]) ?? '',
    /^secrets too long: a needs \d+ bytes of patterns, at most 65536$/,
  )
  assert.equal(maskProblem('a', ['abcd', 'x'.repeat(9_000)]), null)
  const bench = Bench.ready(OURS)
  assert.match(sent(bench.ask(startRequest({ a: { argv: ['x'], mask: many } })))[0] ?? '', /^error too many secrets/)
})

test('AGT50: a stop is what was asked for, not what the spec says', () => {
  const spec: ProcSpec = { argv: ['x'], stop: { signal: 'INT', grace: 2 } }
  const bench = Bench.ready(OURS)
  bench.running('a', spec)
  bench.running('b')
  const stop = (id: string, signum: number, grace: number | null): unknown => {
    const [one] = bench.ask({ type: 'ProcStopRequest', proc_id: id, signum, grace })
    return one?.do === 'command' ? one.command : one?.do === 'send' && one.message
  }
  assert.deepEqual(stop('a', 15, null), { what: 'stop', signum: 15, grace: null })
  assert.deepEqual(stop('a', 15, 1), { what: 'stop', signum: 15, grace: 1000 })
  assert.deepEqual(stop('b', 2, null), { what: 'stop', signum: 2, grace: null })
  for (const signum of [0, -1, 65]) {
    const msg = { type: 'ProcStopRequest', proc_id: 'a', signum, grace: 1 }
    assert.deepEqual(stop('a', signum, 1), { type: 'RequestError', msg, err: 'EINVAL: Invalid argument' })
  }
})

test('AGT51: the agent’s end stops a proc as its spec says, where that is sooner', () => {
  const bench = Bench.ready(OURS)
  bench.running('a', { argv: ['x'], stop: { signal: 'INT', grace: 2 } })
  bench.running('b', { argv: ['x'], stop: { grace: 600 } })
  bench.running('c')
  const commands = (out: readonly Instruction[]): unknown =>
    out.flatMap((one) => (one.do === 'command' ? [one.command] : []))
  assert.deepEqual(commands(bench.give({ kind: 'shutdown', how: 'terminate' })), [
    { what: 'stop', signum: 2, grace: 2000 },
    { what: 'stop', signum: 15, grace: 60_000 },
    { what: 'stop', signum: 15, grace: 60_000 },
  ])
  const kill = { what: 'stop', signum: 9, grace: 0 }
  assert.deepEqual(commands(bench.give({ kind: 'shutdown', how: 'kill' })), [kill, kill, kill])
})

test('AGT52: a named file is the user’s and stays', () => {
  const bench = Bench.ready(OURS)
  const fds = [
    ['1', { capture: { mode: 'file', path: '/log' } }],
    ['2', { capture: { times: true } }],
  ] as const
  bench.ended('a', { argv: ['x'], fds })
  const [read] = bench.ask({ type: 'ProcFdDataRequest', proc_id: 'a', fd: 'stdout', start: 0, stop: null })
  assert.deepEqual(read?.do === 'sendFdData' && read.file, { segment: 1, name: '0.1', path: '/log' })
  const out = bench.record(bench.ask({ type: 'ProcDeleteRequest', proc_id: 'a' }))
  const erase = out.find((one) => one.do === 'erase')
  assert.deepEqual(erase?.do === 'erase' && erase.files.map(({ name }) => name), ['0.2', '0.times'])
})

test('AGT53: records of before these members are read as they were written', () => {
  const asked =
    '{"t":"asked","id":"a","n":0,"wall":"5","spec":{"argv":["/bin/x"],"cwd":null,"umask":18,"orphans":"kill","fds":[["stdout",{"capture":{"mode":"tempfile","encoding":null,"attached":false}}]]}}'
  const end =
    '{"t":"end","v":1,"id":"a","pid":11,"status":0,"start":"5","stop":"9","elapsed":"4","rusage":{"utime":1},"errors":[],"out":[{"fd":1,"len":7}],"stat":null,"statm":null,"tree":{"left":0,"killed":0,"empty":true,"proof":"subreaper"}}'
  const bench = new Bench()
  const lines: readonly (JournalLine | null)[] = [{ t: 'segment', boot: 'boot-1' }, parseJournalLine(asked)]
  for (const line of lines) {
    assert.ok(line !== null)
    bench.give({ kind: 'journal', segment: 1, line })
  }
  bench.give({ kind: 'recovered', current: 1, segments: [1] })
  const out = bench.give({ kind: 'launcherReady' })
  assert.deepEqual(kinds(out), ['launch'])
  assert.deepEqual(plans(out)[0]?.fds, [{ fd: 1, kind: 'capture', file: { segment: 1, name: '0.1' }, options: null }])
  const line = parseJournalLine(end)
  assert.ok(line?.t === 'end')
  bench.line(line)
  const proc = bench.machine.proc('a')
  assert.deepEqual(proc?.state === 'ended' && [proc.end.status, proc.end.lengths?.get(1)], [0, 7])
})

test('AGT53: a record whose user cannot be read is none', () => {
  const line = '{"t":"asked","id":"a","n":0,"wall":"5","spec":{"argv":["x"]},"as":{"uid":1000,"gid":"x","groups":[]}}'
  assert.equal(parseJournalLine(line), null)
  assert.equal(parseJournalLine(line.replace('"x","g', '5,"g'))?.t, 'asked')
})

test('AGT53: numbers of 64 bits come back from the journal as they were', () => {
  const spec: ProcSpec = { argv: ['x'], systemd_properties: { slice: { memory_max: 2n ** 64n - 1n, tasks_max: 5 } } }
  const line = { t: 'asked', id: 'a', n: 0, wall: 5n, spec } as const
  assert.deepEqual(parseJournalLine(journalText(line).trim()), line)
})

test('AGT74: a named capture is of the same file wherever a later agent runs', () => {
  const paths = (cwd: string | null, path: string, folder: string): unknown => {
    const bench = Bench.ready(OURS, { folder })
    const spec: ProcSpec = {
      argv: ['x'],
      cwd,
      fds: [
        ['1', { capture: { mode: 'file', path } }],
        ['2', 'inherit'],
      ],
    }
    const [record] = bench.ask(startRequest({ a: spec }))
    assert.ok(record?.do === 'record')
    const [line] = record.lines
    assert.ok(line?.t === 'asked')
    const read = parseJournalLine(journalText(line).trim())
    assert.ok(read !== null)
    const next = new Bench({ folder: '/elsewhere' })
    next.give({ kind: 'journal', segment: 1, line: { t: 'segment', boot: 'boot-1' } })
    next.give({ kind: 'journal', segment: 1, line: read })
    next.give({ kind: 'recovered', current: 1, segments: [1] })
    const plan = plans(next.give({ kind: 'launcherReady' }))[0]
    assert.deepEqual(plan, plans(bench.record([record]))[0])
    const action = plan?.fds[0]
    return action?.kind === 'capture' && action.file.path
  }
  assert.equal(paths(null, 'out', '/home/ann'), '/home/ann/out')
  assert.equal(paths(null, 'out', '/'), '/out')
  assert.equal(paths('sub', 'out', '/home/ann'), '/home/ann/sub/out')
  assert.equal(paths('/srv', 'a/out', '/home/ann'), '/srv/a/out')
  assert.equal(paths('/srv', '/out', '/home/ann'), '/out')
})
