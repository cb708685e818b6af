import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { findCgroup, findIn, sweepCgroups } from './cgroup.ts'
import { endCgroups } from './cgroup-end.ts'
import { monitorOf } from './cgroup-leftover.ts'
import { placeCgroup } from './cgroup-place.ts'
import { folderOf, parseCgroupMounts, parseOwnCgroups, parseWords } from './cgroup-text.ts'

// Recorded: a service of systemd on a host with v2 only; a hybrid host; a container with its own namespace.
const SERVICE = '0::/system.slice/procstar.service\n'
const SERVICE_MOUNTS =
  '35 25 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n' +
  '36 25 0:31 / /sys/fs/pstore rw,nosuid - pstore pstore rw\n'
const HYBRID = '9:name=systemd:/a:b\n8:pids:/\n4:cpu,cpuacct:/batch\n3:memory:/pool/x\n0::/\n'
const HYBRID_MOUNTS =
  '41 25 0:40 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n' +
  '42 25 0:41 / /sys/fs/cgroup/cpu\\040acct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n' +
  '43 25 0:42 /pool /sys/fs/cgroup/memory ro,relatime - cgroup cgroup rw,memory\n' +
  '44 25 0:43 / /sys/fs/cgroup/unified rw,relatime shared:3 master:1 - cgroup2 cgroup2 rw\n'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'cgroup-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('own cgroups are read from /proc/PID/cgroup, colons in a path included', () => {
  assert.deepEqual(parseOwnCgroups(SERVICE), [
    { hierarchy: 0, controllers: [], path: '/system.slice/procstar.service' },
  ])
  assert.deepEqual(parseOwnCgroups(HYBRID)[0], { hierarchy: 9, controllers: ['name=systemd'], path: '/a:b' })
  assert.deepEqual(parseOwnCgroups(HYBRID)[2], { hierarchy: 4, controllers: ['cpu', 'cpuacct'], path: '/batch' })
  assert.deepEqual(parseOwnCgroups('\nrubbish\n1:cpu\n'), [])
})

test('cgroup mounts are read from mountinfo, whatever optional fields it has', () => {
  assert.deepEqual(parseCgroupMounts(SERVICE_MOUNTS), [
    {
      kind: 'v2',
      root: '/',
      point: '/sys/fs/cgroup',
      options: ['rw', 'nsdelegate', 'memory_recursiveprot'],
      readOnly: false,
    },
  ])
  const [, cpu, memory, unified] = parseCgroupMounts(HYBRID_MOUNTS)
  assert.equal(cpu?.point, '/sys/fs/cgroup/cpu acct')
  assert.deepEqual([memory?.readOnly, memory?.root], [true, '/pool'])
  assert.deepEqual([unified?.kind, unified?.point], ['v2', '/sys/fs/cgroup/unified'])
  assert.deepEqual(parseCgroupMounts('1 2 3\n\n - cgroup2\n'), [])
})

test('a cgroup is found below the mount that shows it', () => {
  const [service] = parseOwnCgroups(SERVICE)
  const [mount] = parseCgroupMounts(SERVICE_MOUNTS)
  assert.ok(service && mount)
  assert.equal(folderOf(service, mount), '/sys/fs/cgroup/system.slice/procstar.service')
  assert.equal(folderOf({ ...service, path: '/' }, mount), '/sys/fs/cgroup')
  assert.equal(folderOf({ ...service, path: '/../other' }, mount), null)
  assert.equal(folderOf(service, { ...mount, root: '/system.slice' }), '/sys/fs/cgroup/procstar.service')
  assert.equal(folderOf(service, { ...mount, root: '/system.slice/procstar.service' }), '/sys/fs/cgroup')
  assert.equal(folderOf(service, { ...mount, root: '/system' }), null)
  const [pids, , memory] = parseCgroupMounts(HYBRID_MOUNTS)
  const own = parseOwnCgroups(HYBRID)
  assert.ok(pids && memory && own[1] && own[3])
  assert.equal(folderOf(own[1], pids), '/sys/fs/cgroup/pids')
  assert.equal(folderOf(own[3], memory), '/sys/fs/cgroup/memory/x')
  assert.equal(folderOf(own[3], pids), null)
})

test('without cgroups, or with read-only ones, there is none and a reason', async () => {
  assert.deepEqual(await findIn([], []), {
    kind: 'none',
    reasons: [{ controllers: null, text: 'v2: this process is in none' }],
  })
  const readOnly = SERVICE_MOUNTS.replace(' rw,nosuid', ' ro,nosuid')
  assert.deepEqual(await findIn(parseOwnCgroups(SERVICE), parseCgroupMounts(readOnly)), {
    kind: 'none',
    reasons: [{ controllers: null, text: 'v2: mounted read-only' }],
  })
  assert.deepEqual(await findIn(parseOwnCgroups(SERVICE), []), {
    kind: 'none',
    reasons: [{ controllers: null, text: "v2: no mount shows this process's cgroup" }],
  })
  const elsewhere = SERVICE_MOUNTS.replace('/sys/fs/cgroup', '/nowhere')
  assert.deepEqual(await findIn(parseOwnCgroups(SERVICE), parseCgroupMounts(elsewhere)), {
    kind: 'none',
    reasons: [
      { controllers: null, text: 'v2: no cgroup can be made in /nowhere/system.slice/procstar.service: ENOENT' },
    ],
  })
})

// A plain folder takes the same writes; what the kernel makes of them is tested with the launcher.
function plainCgroup(t: TestContext, files: Readonly<Record<string, string>>) {
  const path = folder(t)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  const mount = { kind: 'v2', root: '/', point: path, options: ['rw'], readOnly: false } as const
  return { path, find: (own = '/') => findIn([{ hierarchy: 0, controllers: [], path: own }], [mount]) }
}

test('v2: controllers that are enabled already are used, and the parent of the leaf when the agent is in it', async (t) => {
  const { path, find } = plainCgroup(t, {
    'cgroup.procs': '',
    'cgroup.controllers': 'cpuset cpu memory pids\n',
    'cgroup.subtree_control': 'cpu memory pids\n',
  })
  mkdirSync(join(path, 'procstar-agent'))
  for (const own of ['/', '/procstar-agent']) {
    assert.deepEqual(await find(own), {
      kind: 'v2',
      v2: { folder: path, controllers: ['cpu', 'memory', 'pids'] },
      v1: new Map(),
      reasons: [{ controllers: ['io'], text: `v2: no controller io is delegated to ${path}` }],
    })
  }
})

test('v2: without a controller, a cgroup still serves to end and to prove', async (t) => {
  const { path, find } = plainCgroup(t, { 'cgroup.procs': '', 'cgroup.controllers': '', 'cgroup.subtree_control': '' })
  const found = await find()
  assert.deepEqual(found.kind === 'v2' && found.v2, { folder: path, controllers: [] })
})

test('what a monitor that is gone has left is removed, what one that lives has is not', async (t) => {
  const path = folder(t)
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  const names = {
    mine: `procstar-${process.pid}-${start}-0123456789abcdef`,
    gone: `procstar-${process.pid}-1-0123456789abcdef`,
    full: 'procstar-1-1-0123456789abcdef',
    other: 'user.slice',
  }
  for (const name of Object.values(names)) mkdirSync(join(path, name))
  mkdirSync(join(path, names.full, 'below'))
  const found = { kind: 'v2', v2: { folder: path, controllers: [] }, v1: new Map(), reasons: [] } as const
  assert.deepEqual(await sweepCgroups(found), [{ path: join(path, names.full), monitor: { pid: 1, start: 1 } }])
  rmSync(join(path, names.full), { recursive: true })
  assert.deepEqual(await sweepCgroups(found), [])
  assert.deepEqual(
    [names.mine, names.gone, names.other].map((name) => readdirSync(path).includes(name)),
    [true, false, true],
  )
  assert.deepEqual(monitorOf(names.gone), { pid: process.pid, start: 1 })
  assert.equal(monitorOf('procstar-agent'), null)
})

test('settings go to v2 where its controller is, else to v1 in its words, else are refused', () => {
  const v2 = { folder: '/v2', controllers: ['pids'] }
  const v1 = new Map([
    ['memory', '/v1/memory'],
    ['cpu', '/v1/cpu'],
  ])
  const found = { kind: 'hybrid', v2, v1, reasons: [] } as const
  assert.deepEqual(placeCgroup(found, []), { parents: ['/v2'], settings: [], refused: [] })
  assert.deepEqual(placeCgroup(found, ['cpu.max=50000 100000', 'cpu.weight=100', 'memory.max=4096', 'pids.max=9']), {
    parents: ['/v2', '/v1/cpu', '/v1/memory'],
    settings: [
      'cpu.cfs_period_us=100000',
      'cpu.cfs_quota_us=50000',
      'cpu.shares=1024',
      'memory.limit_in_bytes=4096',
      'pids.max=9',
    ],
    refused: [],
  })
  assert.deepEqual(placeCgroup(found, ['memory.high=1', 'io.weight=5']).refused, [
    { file: 'memory.high', reason: 'cgroup v1 has nothing like it' },
    { file: 'io.weight', reason: 'there is no controller io' },
  ])
  const none = {
    kind: 'none',
    reasons: [
      { controllers: null, text: 'why' },
      { controllers: ['cpu', 'pids'], text: 'v1: too' },
      { controllers: ['memory'], text: 'not asked for' },
    ],
  } as const
  assert.deepEqual(placeCgroup(none, ['pids.max=9']), {
    parents: [],
    settings: [],
    refused: [{ file: 'pids.max', reason: 'why; v1: too' }],
  })
  assert.deepEqual(placeCgroup(none, []), { parents: [], settings: [], refused: [] })
})

test('on this host, what is found is there, or there is a reason', async () => {
  const found = await findCgroup()
  if (found.kind === 'none') return assert.notEqual(found.reasons.length, 0)
  assert.equal(found.kind, found.v2 === null ? 'v1' : found.v1.size === 0 ? 'v2' : 'hybrid')
  if (found.v2 !== null)
    assert.deepEqual(
      parseWords(readFileSync(join(found.v2.folder, 'cgroup.subtree_control'), 'utf8')).filter((name) =>
        ['cpu', 'io', 'memory', 'pids'].includes(name),
      ),
      found.v2.controllers,
    )
})

test('AGT86: control groups are ended only where the folder is named for the monitor', async (t) => {
  const monitor = { pid: 4194305, start: 7 }
  const own = join(folder(t), 'procstar-4194305-7-0123456789abcdef')
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
  t.after(() => child.kill('SIGKILL'))
  // Folders that look like cgroups: had they been touched, the process would be dead.
  for (const name of ['procstar-4194305-8-0123456789abcdef', 'procstar-test']) {
    const path = join(folder(t), name)
    mkdirSync(path)
    writeFileSync(join(path, 'cgroup.procs'), `${child.pid}\n`)
    assert.equal(await endCgroups(monitor, [path]), null)
  }
  assert.equal(await endCgroups(monitor, [own]), null)
  assert.equal(await endCgroups(monitor, []), null)
  assert.equal(child.exitCode ?? child.signalCode, null)
})

test('AGT86: v1 and v2 control groups with what is in and below them are ended', async (t) => {
  const found = await findCgroup()
  const parents =
    found.kind === 'none' ? [] : [found.v2?.folder, found.v1.get('pids')].filter((one) => one !== undefined)
  if (parents.length === 0) return t.skip('no control group can be made here')
  for (const parent of parents) {
    const path = join(parent, `procstar-4194305-${process.pid}-0123456789abcdef`)
    mkdirSync(join(path, 'below'), { recursive: true })
    const script = `echo $$ > ${path}/below/cgroup.procs; trap "" TERM; sh -c 'echo up; exec sleep 1000' & wait`
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] })
    const exited = once(child, 'exit')
    await once(child.stdout, 'data')
    const tree = await endCgroups({ pid: 4194305, start: process.pid }, [path])
    assert.deepEqual(tree, { left: 2, killed: 2, empty: true, proof: 'cgroup' })
    assert.deepEqual(await exited, [null, 'SIGKILL'])
    assert.equal(existsSync(path), false)
  }
})
