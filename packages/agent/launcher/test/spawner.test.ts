import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { describe, test } from 'node:test'
import { BUILDS, Fixture } from './fixture.ts'
import { field, frame, OP, startFields, u32 } from './frames.ts'
import { until, untilText } from './until.ts'

const { SIGHUP, SIGINT, SIGKILL, SIGPIPE, SIGQUIT, SIGTERM, SIGUSR1 } = os.constants.signals
const EBADMSG = 74

// A disk that is full for the journal only: files of the spawner and its monitors cannot grow beyond 8 KiB.
const NO_ROOM = 'ulimit -f 16'
const ROOM = 8192

/** Makes the journal so long that of the next line only `left` bytes fit. */
function fill(path: string, left: number): void {
  const length = readFileSync(path).length
  writeFileSync(path, `${' '.repeat(ROOM - left - length - 1)}\n`, { flag: 'a' })
}

/** What `fill` wrote was the last of it; makes room again. */
function unfill(path: string): void {
  const bytes = readFileSync(path)
  truncateSync(path, bytes.lastIndexOf('}\n') + 2)
}

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH31: end of file, and signals', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      for (const signum of [SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGPIPE, SIGUSR1, 34, 40])
        spawnSync('kill', [`-${signum}`, String(spawner.pid)])
      spawnSync('mkfifo', [f.path('back')])
      const monitor = await spawner.start(f.shell('a', 'echo up; read x < back; echo after; exit 3'))
      await untilText(f.path('a.out'), /up/)
      for (const signum of [SIGHUP, SIGTERM, 34]) spawnSync('kill', [`-${signum}`, String(monitor.pid)])
      assert.deepEqual(await spawner.close(), [0, null])
      writeFileSync(f.path('back'), 'go\n')
      assert.equal((await f.journal.end('a')).status, 3 << 8)
      assert.equal(f.read('a.out'), 'up\nafter\n')
    })

    test('LCH32: kill -9 of the spawner', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      spawnSync('mkfifo', [f.path('back')])
      await spawner.start(f.shell('a', 'echo before; read x < back; echo after; exit 3'))
      await untilText(f.path('a.out'), /before/)
      spawner.child.kill('SIGKILL')
      await spawner.exited
      writeFileSync(f.path('back'), 'go\n')
      const end = await f.journal.end('a')
      assert.equal(end.status, 3 << 8)
      assert.deepEqual(end.out, [{ fd: 1, len: 13 }])
      assert.equal(f.read('a.out'), 'before\nafter\n')
    })

    test('LCH33: a monitor that is killed', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const fifo = f.fifo('held')
      const monitor = await spawner.start(f.shell('a', `exec sleep 1000 > ${fifo.path}`))
      await fifo.held
      process.kill(monitor.pid, 'SIGKILL')
      await Promise.all([fifo.released, spawner.gone(monitor)])
      assert.equal(f.journal.ended('a'), undefined)
    })

    test('LCH34: the lock', async (t) => {
      const f = new Fixture(t, build)
      const first = await f.spawner({ before: NO_ROOM })
      fill(f.journal.path, 0)
      await first.start(f.shell('a', 'echo run'))
      if (build.name === 'normal build') {
        const second = f.newSpawner()
        assert.equal((await second.reply(() => true)).op, 'busy')
        assert.deepEqual(await second.exited, [3, null])
      }
      first.child.kill('SIGKILL')
      await first.exited
      // Its monitor still has the lock, as it cannot write the start line.
      const third = f.newSpawner()
      let ready = false
      const becomes = third.ready().then(() => {
        ready = true
      })
      assert.equal(spawnSync('flock', ['-n', f.path('lock'), 'true']).status, 1)
      assert.equal(ready, false)
      assert.equal(f.journal.started('a'), undefined)
      unfill(f.journal.path)
      await becomes
      assert.ok(f.journal.started('a'))
      assert.equal((await f.journal.end('a')).status, 0)
      assert.equal(f.read('a.out'), 'run\n')
    })

    test('LCH35: a journal that has no room', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner({ before: NO_ROOM })
      writeFileSync(f.journal.path, '{}\n')
      fill(f.journal.path, 20)
      spawnSync('mkfifo', [f.path('back')])
      const monitor = await spawner.start(f.shell('a', 'echo up; read x < back; exit 3'))
      await until(
        f.journal.path,
        () => (readFileSync(f.journal.path).length === ROOM ? true : undefined),
        'a piece of the start line',
      )
      assert.deepEqual(
        f.journal.lines().filter((line) => 'id' in line),
        [],
      )
      unfill(f.journal.path)
      await untilText(f.path('a.out'), /up/)
      assert.equal(f.journal.lines().filter((line) => line.t === 'start').length, 1)

      fill(f.journal.path, 30)
      writeFileSync(f.path('back'), 'go\n')
      await until(
        f.journal.path,
        () => (readFileSync(f.journal.path).length === ROOM ? true : undefined),
        'a piece of the end line',
      )
      assert.equal(f.journal.ended('a'), undefined)
      // The piece stays: whoever writes next must not be spoilt by it.
      const torn = readFileSync(f.journal.path).subarray(-30)
      truncateSync(f.journal.path, readFileSync(f.journal.path).lastIndexOf('}\n') + 2)
      writeFileSync(f.journal.path, torn, { flag: 'a' })
      const end = await f.journal.end('a')
      assert.equal(end.status, 3 << 8)
      await spawner.gone(monitor)
      assert.equal(f.journal.lines().filter((line) => line.t === 'end').length, 1)
    })

    test('LCH36: gone and watch', async (t) => {
      const f = new Fixture(t, build)
      const first = await f.spawner()
      const a = await first.start(f.shell('a', 'exec sleep 1000'))
      const b = await first.start(f.shell('b', 'echo up; exec sleep 1000'))
      await untilText(f.path('b.out'), /up/)
      await first.close()
      const second = await f.spawner()
      assert.equal(await second.watch(a), 0)
      assert.equal(await second.watch(b), 0)
      assert.equal(await second.watch(a), 0)
      assert.equal(await second.watch({ pid: a.pid, start: a.start + 1n }), 3)
      assert.equal(await second.stop(a, SIGTERM, 0), 0)
      await second.gone(a)
      assert.equal(await second.watch(a), 3)
      assert.equal(await second.signal(b, SIGKILL), 0)
      await second.gone(b)
      assert.equal((await f.journal.end('b')).status, SIGKILL)
      const own = await second.start(f.shell('c', 'exec sleep 1000'))
      assert.equal(await second.watch(own), 0)
      assert.equal(await second.stop(own, SIGKILL, 0), 0)
      await second.gone(own)
      assert.equal(await second.watch(own), 3)
      assert.deepEqual(second.replies, [])
    })

    test('LCH37: bad frames', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const refused = async (id: number) => {
        const reply = await spawner.reply((one) => one.op === 'failed')
        assert.deepEqual({ ...reply, text: '' }, { op: 'failed', id, stage: 0, errno: EBADMSG, text: '' })
      }
      const good = frame(OP.watch, 1, Buffer.alloc(12))
      const changed = (index: number, value: number) => Buffer.from(good.map((byte, i) => (i === index ? value : byte)))
      spawner.write(changed(4, 2))
      await refused(1)
      spawner.write(changed(5, 99))
      await refused(1)
      spawner.write(changed(6, 1))
      await refused(1)
      spawner.write(frame(OP.watch, 7, Buffer.alloc(11)))
      await refused(7)
      spawner.write(frame(OP.command, 8, Buffer.alloc(19)))
      await refused(8)
      for (const length of [0, 1, 7]) {
        spawner.write(Buffer.concat([u32(length), Buffer.alloc(length, 255)]))
        await refused(0)
      }
      // Too long: it is refused when its header is there, and its body skipped.
      const body = Buffer.alloc(5_000_000, 1)
      spawner.write(frame(OP.start, 9, body))
      await refused(9)
      // As long as it may be, in pieces, and served; the start itself is malformed.
      const largest = frame(OP.start, 10, Buffer.concat([field(1, 'x'), Buffer.alloc(4 * 1024 * 1024 - 8 - 7)]))
      assert.equal(largest.length, 4 * 1024 * 1024 + 4)
      spawner.write(largest)
      await refused(10)
      for (const byte of frame(OP.watch, 11, Buffer.alloc(12))) spawner.write(Buffer.from([byte]))
      assert.deepEqual(await spawner.reply((one) => one.id === 11), { op: 'done', id: 11, errno: 3 })
      assert.equal((await f.run(spawner, f.shell('a', 'exit 1'))).status, 256)
      // Cut off by the end of file.
      spawner.write(frame(OP.watch, 12, Buffer.alloc(12)).subarray(0, 15))
      spawner.child.stdin?.end()
      await refused(12)
      assert.deepEqual(await spawner.exited, [0, null])
    })

    test('LCH38: bad starts', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const good = startFields(f.shell('a', 'true', { umask: 0o22, orphans: 'keep', only: '/bin/sh' }))
      const bad: [string, Uint8Array[]][] = [
        ['cut off', [...good, Buffer.from([1, 0, 5, 0, 0, 0, 65])]],
        ['a piece of a header', [...good, Buffer.from([1, 0, 5])]],
        ['an unknown tag', [...good, field(99, 'x')]],
        ['an id that is not UTF-8', [field(1, Buffer.from([0xc0, 0x80])), ...good.slice(1)]],
        ['a surrogate in the id', [field(1, Buffer.from([0xed, 0xa0, 0x80])), ...good.slice(1)]],
        ['an empty id', [field(1, ''), ...good.slice(1)]],
        ['a long id', [field(1, 'x'.repeat(256)), ...good.slice(1)]],
        ['a NUL in an argument', [...good, field(3, 'a\0b')]],
        ['a NUL in the environment', [...good, field(4, 'A=\0')]],
        ['no = in the environment', [...good, field(4, 'A')]],
        ['a umask of 3 bytes', [...good.filter((one) => one[0] !== 6), field(6, 'abc')]],
        ['a umask beyond 0777', [...good.filter((one) => one[0] !== 6), field(6, u32(0o1000))]],
        ['orphans 3', [...good.filter((one) => one[0] !== 9), field(9, Buffer.from([3]))]],
        ['an fd action of an unknown kind', [...good, field(7, Buffer.from([3, 0, 0, 0, 7]))]],
        ['an fd action that is too short', [...good, field(7, Buffer.from([3, 0, 0, 0]))]],
        ['an inherit with more', [...good, field(7, Buffer.from([3, 0, 0, 0, 0, 0]))]],
        ['a capture to nowhere', [...good, field(7, Buffer.from([3, 0, 0, 0, 4]))]],
        ['17 captures', [...good, ...Array.from({ length: 16 }, () => field(7, Buffer.from([3, 0, 0, 0, 4, 65])))]],
        ['257 actions', [...good, ...Array.from({ length: 255 }, () => field(7, Buffer.from([3, 0, 0, 0, 0])))]],
      ]
      for (const tag of [1, 2, 3, 8]) bad.push([`no field ${tag}`, good.filter((one) => one[0] !== tag)])
      for (const tag of [1, 2, 5, 6, 8, 9, 10])
        bad.push([`field ${tag} twice`, [...good, ...good.filter((one) => one[0] === tag)]])
      for (const [what, fields] of bad) {
        const reply = await spawner.ask(OP.start, Buffer.concat(fields))
        assert.deepEqual(
          { ...reply, id: 0, text: '' },
          { op: 'failed', id: 0, stage: 0, errno: EBADMSG, text: '' },
          what,
        )
      }
      assert.equal(f.read('journal'), '')
      const most = [...good, ...Array.from({ length: 254 }, () => field(7, Buffer.from([3, 0, 0, 0, 0])))]
      assert.equal((await spawner.ask(OP.start, Buffer.concat(most.toReversed()))).op, 'launched')
      assert.equal((await f.journal.end('a')).status, 0)
    })

    test('LCH39: bad journals', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      spawnSync('mkfifo', [f.path('pipe')])
      const errno = { '/no/such/journal': 2, [f.folder]: 21, [f.path('pipe')]: 6, '/dev/null': 22 }
      for (const [journal, expected] of Object.entries(errno)) {
        const reply = await spawner.ask(OP.start, Buffer.concat(startFields({ id: 'a', argv: ['/bin/true'], journal })))
        assert.ok(reply.op === 'failed')
        assert.deepEqual([reply.stage, reply.errno], [1, expected], journal)
        assert.ok(reply.text.length > 3)
      }
      // Another one, and one that was replaced under the same name.
      assert.equal((await f.run(spawner, f.shell('first', ''))).status, 0)
      spawnSync('mv', [f.journal.path, f.path('moved')])
      writeFileSync(f.journal.path, '')
      assert.equal((await f.run(spawner, f.shell('second', ''))).status, 0)
      assert.deepEqual(
        f.journal.lines().map(({ id }) => id),
        ['second', 'second'],
      )
    })

    test('LCH40: nobody reads the replies', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      spawner.child.stdout?.pause()
      const count = 60_000
      const marker = frame(OP.start, 2, Buffer.concat(startFields(f.shell('marker', ''))))
      const last = frame(OP.start, 1, Buffer.concat(startFields(f.shell('last', 'exit 1'))))
      // Each answer is 16 bytes: more than the spawner keeps and the pipe holds.
      const asked = Array.from({ length: count }, (_, i) => frame(OP.watch, 100 + i, Buffer.alloc(12)))
      spawner.write(Buffer.concat([marker, ...asked, last]))
      await f.journal.end('marker')
      assert.equal(f.journal.started('last'), undefined)
      spawner.child.stdout?.resume()
      const launched = await spawner.reply((one) => one.id === 1)
      assert.ok(launched.op === 'launched')
      await spawner.gone(launched.monitor)
      const answered = spawner.replies.filter((one) => one.op === 'done' && one.errno === 3)
      assert.deepEqual(
        answered.map(({ id }) => id),
        Array.from({ length: count }, (_, i) => 100 + i),
      )
    })

    test('LCH41: bad command lines and locks', async (t) => {
      const f = new Fixture(t, build)
      const run = (...args: string[]) =>
        spawnSync(build.binary, args, {
          encoding: 'utf8',
          env: { ...process.env, ASAN_OPTIONS: `log_path=${f.path('sanitizer')}` },
        })
      for (const args of [
        [],
        ['spawn'],
        ['monitor', 'x'],
        ['spawn', 'x', '3'],
        ['spawn', 'x', '3', 'y'],
        ['spawn', 'x', '64', '4'],
        ['spawn', 'x', '3', '4', '5'],
      ]) {
        const { status, stderr } = run(...args)
        assert.equal(status, 2, args.join(' '))
        assert.match(stderr, /^usage: /)
      }
      const { status, stderr } = run('spawn', '/no/such/lock')
      assert.equal(status, 4)
      assert.equal(stderr, 'procstar-launcher: cannot use /no/such/lock: No such file or directory\n')
      const closed = run('spawn', f.path('lock'), '33', '34')
      assert.equal(closed.status, 4)
      assert.match(closed.stderr, /STDIN: Bad file descriptor/)
    })

    test('LCH120: too few open files', async (t) => {
      const f = new Fixture(t, build)
      const run = (files: number) =>
        spawnSync('sh', ['-c', 'ulimit -n "$0" && exec "$@"', String(files), build.binary, 'spawn', f.path('lock')], {
          encoding: 'utf8',
          input: '',
          env: { ...process.env, ASAN_OPTIONS: `log_path=${f.path('sanitizer')}` },
        })
      const few = run(127)
      assert.deepEqual(
        [few.status, few.stderr],
        [4, 'procstar-launcher: the limit of open files is 127, at least 128 are needed (ulimit -n 128)\n'],
      )
      assert.equal(run(128).status, 0)
      const spawner = await f.spawner({ before: 'ulimit -n 128' })
      assert.equal((await f.run(spawner, f.shell('a', 'echo out; exit 3'))).status, 3 << 8)
    })

    test('LCH42: memory', async (t) => {
      if (build.name !== 'normal build') return t.skip('the sanitizers use memory')
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const kib = (pid: number, name: string) =>
        Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1])
      const idle = await spawner.start(f.shell('a', 'exec sleep 1000', { env: [`BIG=${'x'.repeat(100_000)}`] }))
      // The monitor gives back what it used after a second of rest.
      const busy = await spawner.start(
        f.shell('b', 'head -c 20000000 /dev/zero; sleep 2; echo rested > done; exec sleep 1000'),
      )
      await untilText(f.path('done'), /rested/)
      // Every line has a mark.
      const masked = await spawner.start(
        f.shell('c', 'yes secret | head -c 20000000; sleep 2; echo rested > masked; exec sleep 1000', {
          masks: [Buffer.from('secret')],
        }),
      )
      await untilText(f.path('masked'), /rested/)
      for (const monitor of [idle, busy])
        assert.ok(kib(monitor.pid, 'Private_Dirty') < 64, String(kib(monitor.pid, 'Private_Dirty')))
      // The secrets stay, as nodes, and what is held back of the output.
      assert.ok(kib(masked.pid, 'Private_Dirty') < 96, String(kib(masked.pid, 'Private_Dirty')))
      for (const monitor of [idle, busy, masked]) assert.equal(await spawner.stop(monitor, SIGKILL, 0), 0)
      await Promise.all([spawner.gone(idle), spawner.gone(busy), spawner.gone(masked)])
    })
  })
