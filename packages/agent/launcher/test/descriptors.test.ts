import assert from 'node:assert/strict'
import { constants, openSync, closeSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { BUILDS, Fixture } from './fixture.ts'

const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = constants

const LIST = 'exec ls -l /proc/self/fd'

/** Number and target of each descriptor that LIST shows, but for its own of the folder. */
function listed(text: string): readonly (readonly [number, string])[] {
  const found = [...text.matchAll(/ (\d+) -> (.*)$/gm)].map((line) => [Number(line[1]), plain(line[2] ?? '')] as const)
  return found.filter(([, target]) => !target.startsWith('/proc/')).sort((a, b) => a[0] - b[0])
}

function plain(target: string): string {
  return target.replace(/^pipe:.*/, 'pipe')
}

/** What spawners, and so procs, have as 2: this process's. */
function stderr(): string {
  return plain(readlinkSync('/proc/self/fd/2'))
}

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH9: open', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      writeFileSync(f.path('in'), 'read me')
      writeFileSync(f.path('truncated'), 'old')
      writeFileSync(f.path('appended'), 'old,')
      const end = await f.run(
        spawner,
        f.shell('a', 'cat; echo new >&3; echo new >&4; echo new >&5; echo both >&6', {
          umask: 0o22,
          fds: [
            { fd: 0, kind: 'open', flags: O_RDONLY, path: 'in' },
            { fd: 1, kind: 'open', flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o666, path: 'made' },
            { fd: 3, kind: 'open', flags: O_WRONLY | O_TRUNC, path: f.path('truncated') },
            { fd: 4, kind: 'open', flags: O_WRONLY | O_APPEND, path: 'appended' },
            { fd: 5, kind: 'open', flags: O_WRONLY | O_CREAT, mode: 0o600, path: 'private' },
            { fd: 6, kind: 'open', flags: O_RDWR | O_CREAT, mode: 0o666, path: 'both' },
          ],
        }),
      )
      assert.deepEqual([end.status, end.errors], [0, []])
      assert.deepEqual(
        ['made', 'truncated', 'appended', 'private', 'both'].map((name) => f.read(name)),
        ['read me', 'new\n', 'old,new\n', 'new\n', 'both\n'],
      )
      assert.equal(statSync(f.path('made')).mode & 0o777, 0o644)
      assert.equal(statSync(f.path('private')).mode & 0o777, 0o600)
    })

    test('LCH10: dup', async (t) => {
      const f = new Fixture(t, build)
      const end = await f.run(
        await f.spawner(),
        f.shell('a', 'echo one; echo two >&2; echo nine >&9; readlink /proc/self/fd/7 >&9', {
          fds: [
            { fd: 9, kind: 'open', flags: O_WRONLY | O_CREAT | O_APPEND, path: 'first' },
            { fd: 1, kind: 'dup', from: 9 },
            { fd: 2, kind: 'dup', from: 1 },
            { fd: 9, kind: 'open', flags: O_WRONLY | O_CREAT, path: 'second' },
            { fd: 7, kind: 'dup', from: 7 },
          ],
        }),
      )
      assert.deepEqual(end.errors, [])
      assert.equal(f.read('first'), 'one\ntwo\n')
      assert.equal(f.read('second'), 'nine\n')
    })

    test('LCH11: close', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const end = await f.run(
        spawner,
        f.shell('a', 'for fd in 0 1 2; do [ -e /proc/$$/fd/$fd ] && echo $fd >&2; done', {
          fds: [f.capture(2, 'a.out'), { fd: 0, kind: 'close' }, { fd: 1, kind: 'close' }],
        }),
      )
      assert.deepEqual(end.errors, [])
      assert.equal(f.read('a.out'), '2\n')
      for (const fd of [1000, -1]) {
        const failed = await f.run(spawner, f.shell(`closed${fd}`, '', { fds: [{ fd, kind: 'close' }] }))
        assert.deepEqual(failed.errors, [{ stage: 'fd', fd, errno: 9, text: 'Bad file descriptor' }])
        assert.equal(failed.status, null)
      }
    })

    test('LCH12: data, and standard descriptors without an action', async (t) => {
      const f = new Fixture(t, build)
      const script = 'cat | wc -c >&2; for fd in 0 1; do link=$(readlink /proc/$$/fd/$fd); echo $link >&2; done'
      const plain = await f.spawner()
      await f.run(plain, f.shell('data', script, { fds: [{ fd: 0, kind: 'data' }, f.capture(2, 'data.out')] }))
      assert.equal(f.read('data.out').replace(/^ +/, ''), '0\n/dev/null\n/dev/null\n')
      await plain.close()

      writeFileSync(f.path('in'), '12345')
      const files = [openSync(f.path('in'), 'r'), openSync(f.path('out'), 'a')]
      const given = await f.spawner({ args: ['3', '4'], stdio: files })
      await f.run(given, f.shell('given', `${script}; echo kept`, { fds: [f.capture(2, 'given.out')] }))
      files.forEach(closeSync)
      assert.equal(f.read('given.out').replace(/^ +/, ''), `5\n${f.path('in')}\n${f.path('out')}\n`)
      assert.equal(f.read('out'), 'kept\n')
    })

    test('LCH13: nothing but what is named, whatever its number', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner({ stdio: ['ignore', 'ignore'] })
      const numbers = [3, 5, 6, 64, 65, 66, 67, 68, 69, 70, 100, 255]
      const end = await f.run(
        spawner,
        f.shell('a', LIST, {
          fds: [
            f.capture(1, 'a.out'),
            ...numbers.map((fd) => ({ fd, kind: 'open' as const, flags: O_WRONLY | O_CREAT, path: `file${fd}` })),
          ],
        }),
      )
      assert.deepEqual(end.errors, [])
      const named = numbers.map((fd) => [fd, f.path(`file${fd}`)])
      assert.deepEqual(listed(f.read('a.out')), [[0, '/dev/null'], [1, 'pipe'], [2, stderr()], ...named])

      // Captures too, on and around the launcher's own numbers; each stays apart.
      const captures = [3, 4, 5, 64, 67, 68]
      const script = captures
        .map((fd) => `echo ${fd} >&${fd}`)
        .join(';')
        .replace(/>&(\d\d)/g, '>/proc/self/fd/$1')
      const second = await f.run(
        spawner,
        f.shell('b', script, { fds: captures.map((fd) => f.capture(fd, `capture${fd}`)) }),
      )
      assert.deepEqual([second.status, second.errors], [0, []])
      for (const fd of captures) assert.equal(f.read(`capture${fd}`), `${fd}\n`)
      assert.deepEqual(
        second.out,
        captures.map((fd) => ({ fd, len: String(fd).length + 1 })),
      )
    })

    test('LCH14: inherit', async (t) => {
      const f = new Fixture(t, build)
      const passed = openSync(f.path('passed'), 'a')
      const spawner = await f.spawner({ stdio: ['ignore', passed, passed] })
      closeSync(passed)
      const numbers = [0, 2, 4, ...Array.from({ length: 20 }, (_, i) => 60 + i)]
      const end = await f.run(
        spawner,
        f.shell('a', `echo through >&4; ${LIST}`, {
          fds: [f.capture(1, 'a.out'), ...numbers.map((fd) => ({ fd, kind: 'inherit' as const }))],
        }),
      )
      assert.deepEqual(end.errors, [])
      assert.equal(f.read('passed'), 'through\n')
      assert.deepEqual(listed(f.read('a.out')), [
        [0, '/dev/null'],
        [1, 'pipe'],
        [2, stderr()],
        [4, f.path('passed')],
      ])
      const taken = await f.run(
        spawner,
        f.shell('b', '', { fds: [64, 65, 66, 67, 68, 69, 4].map((from, i) => ({ fd: 20 + i, kind: 'dup', from })) }),
      )
      assert.deepEqual(
        taken.errors.map(({ fd, errno }) => [fd, errno]),
        [20, 21, 22, 23, 24, 25].map((fd) => [fd, 9]),
      )
    })

    test('LCH15: every fd error is reported', async (t) => {
      const f = new Fixture(t, build)
      const end = await f.run(
        await f.spawner(),
        f.shell('a', 'echo run', {
          fds: [
            { fd: 0, kind: 'open', flags: O_RDONLY, path: '/no/such' },
            f.capture(1, 'a.out'),
            { fd: 7, kind: 'dup', from: 99 },
            { fd: -3, kind: 'open', flags: O_RDONLY, path: '/dev/null' },
            { fd: 2_000_000_000, kind: 'capture', path: f.path('b.out') },
            { fd: 2_147_483_647, kind: 'open', flags: O_RDONLY, path: '/dev/null' },
          ],
        }),
      )
      assert.deepEqual(
        end.errors.map(({ stage, fd, errno }) => [stage, fd, errno]),
        [
          ['fd', 0, 2],
          ['fd', 7, 9],
          ['fd', -3, 9],
          ['fd', 2_000_000_000, 9],
          ['fd', 2_147_483_647, 9],
        ],
      )
      assert.equal(end.status, null)
      assert.deepEqual(
        end.out.map(({ len }) => len),
        [0, 0],
      )
      assert.equal(readFileSync(f.journal.path, 'utf8').includes('"t":"end"'), true)
    })
  })
