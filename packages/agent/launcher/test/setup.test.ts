import assert from 'node:assert/strict'
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { describe, test, type TestContext } from 'node:test'
import { alive, BUILDS, Fixture } from './fixture.ts'
import { field, type Start, startFields, u32 } from './frames.ts'
import type { Spawner } from './spawner.ts'
import { until } from './until.ts'

const { SIGHUP, SIGINT, SIGKILL, SIGPIPE, SIGSTOP, SIGTERM, SIGUSR1, SIGUSR2 } = os.constants.signals
const [EPERM, ENOENT, E2BIG, ENOEXEC, EACCES, EINVAL, ENAMETOOLONG, EBADMSG] = [1, 2, 7, 8, 13, 22, 36, 74]
const [FSIZE, DATA, CORE, NOFILE] = [1, 2, 4, 7]
const IS_ROOT = process.getuid?.() === 0
const UID = 54321
const GID = 54322

/** What a proc's own status file says under a name. */
function status(text: string, name: string): string {
  return (new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(text) ?? [])[1] ?? ''
}

function bits(numbers: readonly number[]): string {
  return numbers
    .reduce((set, signum) => set | (1n << BigInt(signum - 1)), 0n)
    .toString(16)
    .padStart(16, '0')
}

/** Soft and hard limit of a name. */
function limit(text: string, name: string): readonly string[] {
  return (new RegExp(`^${name} +(\\S+) +(\\S+)`, 'm').exec(text) ?? []).slice(1)
}

/** An executable file. */
function program(f: Fixture, name: string, text: string, mode = 0o755): void {
  writeFileSync(f.path(name), text)
  chmodSync(f.path(name), mode)
}

async function errorsOf(f: Fixture, spawner: Spawner, start: Start): Promise<readonly (readonly [string, number])[]> {
  const end = await f.run(spawner, start)
  assert.equal(end.status, end.errors.length > 0 ? null : 0)
  return end.errors.map(({ stage, errno }) => [stage, errno])
}

function needsRoot(t: TestContext): boolean {
  if (!IS_ROOT) t.skip('only root can take other credentials')
  return IS_ROOT
}

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH45: limits', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const end = await f.run(
        spawner,
        f.shell('a', 'cat /proc/self/limits', {
          limits: { [CORE]: [0, 4096], [FSIZE]: [8192, null], [NOFILE]: [20, 30] },
          fds: [f.capture(1, 'a.out'), f.capture(100, 'b.out'), { fd: 101, kind: 'data', data: 'x'.repeat(100_000) }],
        }),
      )
      assert.deepEqual([end.status, end.errors], [0, []])
      const out = f.read('a.out')
      assert.deepEqual(limit(out, 'Max core file size'), ['0', '4096'])
      assert.deepEqual(limit(out, 'Max file size'), ['8192', 'unlimited'])
      assert.deepEqual(limit(out, 'Max open files'), ['20', '30'])
      const script = 'dd if=/dev/zero of=big bs=1024 count=100 2> /dev/null; trap "" XFSZ; wc -c < big'
      await f.run(spawner, f.shell('b', script, { limits: { [FSIZE]: [8192, 8192] } }))
      assert.equal(f.read('b.out').trim(), '8192')
    })

    test('LCH45: limits that cannot be had', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      assert.deepEqual(
        await errorsOf(f, spawner, f.shell('order', '', { limits: { [DATA]: [2, 1], [CORE]: [1, 0] } })),
        [
          ['limits', EINVAL],
          ['limits', EINVAL],
        ],
      )
      const above = f.shell('above', '', { limits: { [NOFILE]: [2 ** 40, 2 ** 40] } })
      assert.deepEqual(await errorsOf(f, spawner, above), [['limits', EPERM]])
      const named = await f.run(spawner, f.shell('named', '', { limits: { [CORE]: [1, 0] } }))
      assert.deepEqual([named.errors[0]?.fd, named.errors[0]?.text], [null, 'core: Invalid argument'])
    })

    test('LCH46: nice', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const end = await f.run(spawner, f.shell('a', 'nice', { nice: 7 }))
      assert.deepEqual(end.errors, [])
      assert.equal(f.read('a.out'), '7\n')
      const raised = await errorsOf(f, spawner, f.shell('b', 'nice', { nice: -20 }))
      if (raised.length === 0) assert.equal(f.read('b.out'), '-20\n')
      else assert.deepEqual(raised, [['nice', EACCES]])
    })

    test('LCH47: signals that are ignored and blocked', async (t) => {
      const f = new Fixture(t, build)
      const signals = { ignored: [SIGHUP, SIGPIPE, 33, 64], blocked: [SIGINT, SIGUSR1, 32, 63] }
      const file = { file: '/bin/cat', argv: ['cat', '/proc/self/status'] }
      const spawner = await f.spawner()
      const end = await f.run(spawner, f.shell('a', '', { ...file, signals }))
      assert.deepEqual([end.status, end.errors], [0, []])
      assert.equal(status(f.read('a.out'), 'SigIgn'), bits(signals.ignored))
      assert.equal(status(f.read('a.out'), 'SigBlk'), bits(signals.blocked))
      const refused = { ignored: [SIGKILL, SIGSTOP], blocked: [SIGKILL, SIGTERM] }
      assert.deepEqual(await errorsOf(f, spawner, f.shell('b', '', { signals: refused })), [
        ['signals', EINVAL],
        ['signals', EINVAL],
        ['signals', EINVAL],
      ])
    })

    test('LCH48: the signal of a monitor that dies', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const script = 'trap "echo told; exit" USR2; trap "" USR1; echo up; while :; do sleep 0.05; done'
      const out = (name: string) =>
        [1, 2].map((fd) => ({ fd, kind: 'open' as const, flags: 0o2101, mode: 0o600, path: name }))
      const running = async (id: string, pdeath: number) => {
        const monitor = await spawner.start(f.shell(id, script, { pdeath, fds: out(`${id}.out`) }))
        const { pid } = await f.journal.start(id)
        await until(f.path('x'), () => (up(id) ? true : undefined), `${id} is up`)
        process.kill(monitor.pid, 'SIGKILL')
        await spawner.gone(monitor)
        return pid
      }
      const up = (id: string) => {
        try {
          return f.read(`${id}.out`).includes('up\n')
        } catch {
          return false
        }
      }
      await running('told', SIGUSR2)
      await until(f.path('told.out'), () => (f.read('told.out') === 'up\ntold\n' ? true : undefined), 'told')
      const pid = await running('left', 0)
      t.after(() => alive(pid) && process.kill(pid, 'SIGKILL'))
      assert.equal(alive(pid), true)
      process.kill(pid, SIGUSR2)
      await until(f.path('left.out'), () => (f.read('left.out') === 'up\ntold\n' ? true : undefined), 'left')
    })

    test('LCH49: credentials', async (t) => {
      if (!needsRoot(t)) return
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      chmodSync(f.folder, 0o777)
      mkdirSync(f.path('closed'), 0o700)
      const asUser = { uid: UID, gid: GID, groups: [GID + 1, 7] }
      const end = await f.run(
        spawner,
        f.shell('a', 'cat /proc/self/status; echo by name > /dev/stdout; echo 2 > /dev/fd/4', {
          credentials: asUser,
          nice: -5,
          limits: { [NOFILE]: [30, 40] },
          fds: [f.capture(1, 'a.out'), f.capture(4, 'c.out'), { fd: 3, kind: 'open', flags: 0o101, path: 'made' }],
        }),
      )
      assert.deepEqual([end.status, end.errors], [0, []])
      const out = f.read('a.out')
      assert.equal(status(out, 'Uid'), [UID, UID, UID, UID].join('\t'))
      assert.equal(status(out, 'Gid'), [GID, GID, GID, GID].join('\t'))
      assert.equal(status(out, 'Groups'), `7 ${GID + 1}`)
      assert.equal(status(out, 'CapEff'), '0'.repeat(16))
      assert.match(out, /by name\n$/)
      assert.equal(f.read('c.out'), '2\n')
      assert.deepEqual([statSync(f.path('made')).uid, statSync(f.path('made')).gid], [UID, GID])
      // Files, the working directory and the program itself are had with the user's rights, not with the launcher's.
      program(f, 'mine', '#!/bin/sh\n', 0o700)
      const errors = await f.run(
        spawner,
        f.shell('b', '', {
          credentials: asUser,
          cwd: f.path('closed'),
          fds: [{ fd: 1, kind: 'open', flags: 0o101, path: f.path('closed/file') }],
        }),
      )
      assert.deepEqual(
        errors.errors.map(({ stage, errno }) => [stage, errno]),
        [
          ['cwd', EACCES],
          ['fd', EACCES],
        ],
      )
      const mine = f.shell('c', '', { credentials: asUser, file: f.path('mine') })
      assert.deepEqual(await errorsOf(f, spawner, mine), [['exec', EACCES]])
    })

    test('LCH49: a proc of another user dies with its monitor', async (t) => {
      if (!needsRoot(t)) return
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      chmodSync(f.folder, 0o777)
      const fifo = f.fifo('held')
      chmodSync(fifo.path, 0o666)
      const credentials = { uid: UID, gid: GID }
      const monitor = await spawner.start(f.shell('a', `exec sleep 1000 > ${fifo.path}`, { credentials }))
      await fifo.held
      process.kill(monitor.pid, 'SIGKILL')
      await Promise.all([fifo.released, spawner.gone(monitor)])
    })

    test('LCH50: credentials that cannot be had', async (t) => {
      const f = new Fixture(t, build)
      const open = [{ fd: 1, kind: 'open' as const, flags: 0o101, path: f.path('made') }]
      const user = process.getuid?.() ?? 0
      const group = process.getgid?.() ?? 0
      // A spawner without the capabilities, whoever runs this.
      const before = IS_ROOT ? `exec setpriv --reuid=${UID} --regid=${GID} --groups=9,8 "$@"` : 'true'
      const own = IS_ROOT
        ? { uid: UID, gid: GID, groups: [8, GID, 9, 8] }
        : { uid: user, gid: group, groups: process.getgroups?.() ?? [] }
      chmodSync(f.folder, 0o777)
      chmodSync(f.journal.path, 0o666)
      const spawner = await f.spawner({ before })
      const same = await f.run(spawner, f.shell('same', 'id -u', { credentials: own, fds: [f.capture(1, 'same.out')] }))
      assert.deepEqual([same.status, same.errors], [0, []])
      assert.equal(f.read('same.out'), `${own.uid}\n`)
      const wanted = [
        { ...own, groups: [1] },
        ...(IS_ROOT ? [{ ...own, groups: [] }] : []),
        { ...own, gid: 1 },
        { ...own, uid: 1 },
      ]
      for (const [i, credentials] of wanted.entries()) {
        const end = await f.run(spawner, f.shell(`none${i}`, '', { credentials, fds: open, cwd: '/no/such' }))
        assert.equal(end.status, null)
        const text = 'Operation not permitted'
        assert.deepEqual(end.errors, [{ stage: 'credentials', fd: null, errno: EPERM, text }])
      }
      assert.throws(() => statSync(f.path('made')))
    })

    test('LCH51: a program is searched for in the PATH of its own environment', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      for (const name of ['one', 'two', 'folder', 'here']) mkdirSync(f.path(name))
      writeFileSync(f.path('notfolder'), '')
      program(f, 'two/tool', '#!/bin/sh\necho two "$0"\n')
      program(f, 'one/shut', '#!/bin/sh\n', 0o644)
      program(f, 'two/shut', '#!/bin/sh\necho found\n')
      program(f, 'one/closed', '#!/bin/sh\n', 0o644)
      program(f, 'one/plain', 'echo no program\n')
      program(f, 'two/plain', '#!/bin/sh\necho found\n')
      program(f, 'local', '#!/bin/sh\necho local\n')
      mkdirSync(f.path('one/dir'))
      symlinkSync('loop', f.path('one/loop'))
      const path = `PATH=${f.path('none')}:${f.path('notfolder')}:${'x'.repeat(5000)}:${f.path('one')}:${f.path('two')}`
      let count = 0
      const tried = async (
        file: string,
        env: readonly string[] = [path, 'PATH=/second'],
        more: Partial<Start> = {},
      ) => {
        const id = `p${count++}`
        const end = await f.run(spawner, f.shell(id, '', { file, argv: ['zero'], env, search: true, ...more }))
        return end.errors.length > 0 ? end.errors.map(({ errno }) => errno) : f.read(`${id}.out`)
      }
      assert.equal(await tried('tool'), `two ${f.path('two/tool')}\n`)
      assert.equal(await tried('shut'), 'found\n')
      assert.deepEqual(await tried('closed'), [EACCES])
      assert.deepEqual(await tried('dir'), [EACCES])
      assert.deepEqual(await tried('missing'), [ENOENT])
      assert.deepEqual(await tried('plain'), [ENOEXEC])
      assert.deepEqual(await tried('loop'), [40])
      assert.deepEqual(await tried(''), [ENOENT])
      assert.deepEqual(await tried('x'.repeat(256)), [ENAMETOOLONG])
      assert.deepEqual(await tried('tool', [path], { argv: ['x'.repeat(200_000)] }), [E2BIG])
      assert.deepEqual(await tried('local'), [ENOENT])
      for (const empty of ['PATH=', 'PATH=:/none', 'PATH=/none:', 'PATH=/none::/none', 'PATH=.'])
        assert.equal(await tried('local', [empty]), 'local\n')
      assert.equal(await tried('two/tool', ['PATH=/bin']), 'two two/tool\n')
      assert.equal(await tried('echo', ['A=1'], { argv: ['echo', 'by default'] }), 'by default\n')
      assert.deepEqual(await tried('tool', [path], { search: false }), [ENOENT])
      // Where only one file may be executed, PATH has no say.
      assert.deepEqual(await tried('tool', [path], { only: 'tool' }), [ENOENT])
      assert.deepEqual(await tried('tool', [path], { only: f.path('two/tool') }), [EACCES])
    })

    test('LCH52: inherited descriptors that are kept', async (t) => {
      const f = new Fixture(t, build)
      const passed = openSync(f.path('passed'), 'a')
      const spawner = await f.spawner({ stdio: ['ignore', passed, passed] })
      closeSync(passed)
      const gate = f.gate('gate')
      assert.equal(await spawner.watch(await spawner.start(f.shell('other', gate.wait))), 0)
      const script = 'echo through >&4; exec ls -l /proc/self/fd'
      const kept = await f.run(
        spawner,
        f.shell('a', script, { keepInherited: true, fds: [f.capture(1, 'a.out'), { fd: 5, kind: 'data', data: 'x' }] }),
      )
      assert.deepEqual(kept.errors, [])
      const own = [...f.read('a.out').matchAll(/ (\d+) -> (?!\/proc)/g)].map((line) => line[1])
      assert.deepEqual(own, ['0', '1', '2', '4', '5'])
      assert.equal(f.read('passed'), 'through\n')
    })

    test('LCH53: a malformed field of the set-up refuses the start', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const fields = Buffer.concat(startFields(f.shell('a', 'echo run')))
      const eight = Buffer.alloc(8)
      const wrong: readonly (readonly Buffer[])[] = [
        [field(11, Buffer.concat([Buffer.from([16]), eight, eight]))],
        [field(11, Buffer.concat([Buffer.from([1]), eight, eight, eight]))],
        [1, 1].map((number) => field(11, Buffer.concat([Buffer.from([number]), eight, eight]))),
        [field(12, u32(20))],
        [field(12, u32(0xffffffff - 20))],
        [field(12, u32(1)), field(12, u32(1))],
        [field(13, Buffer.from([65]))],
        [field(13, '')],
        [field(14, eight)],
        [field(15, u32(1))],
        [field(15, Buffer.concat([u32(1), u32(1), Buffer.from([1])]))],
        [field(15, Buffer.concat([u32(0xffffffff), u32(1)]))],
        [field(15, Buffer.concat([u32(1), u32(0xffffffff)]))],
        [field(15, Buffer.concat([u32(1), u32(1), u32(0xffffffff)]))],
        [field(15, Buffer.alloc(8 + 4 * 65537))],
        [field(16, Buffer.from([2]))],
        [field(17, Buffer.from([0, 0]))],
        [field(17, Buffer.from([0])), field(17, Buffer.from([0]))],
        [field(18, '')],
      ]
      for (const more of wrong) {
        const reply = await spawner.ask(1, Buffer.concat([fields, ...more]))
        assert.ok(reply.op === 'failed' && reply.stage === 0 && reply.errno === EBADMSG, JSON.stringify(reply))
      }
      assert.equal(readFileSync(f.journal.path, 'utf8'), '')
    })
  })
