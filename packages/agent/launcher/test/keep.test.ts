import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { BUILDS, Fixture } from './fixture.ts'
import { field, OP, startFields } from './frames.ts'

const GRANULE = 65_536

/** The lines that `seq` writes, so that each byte tells where it is. */
const numbers = (to: number) => Array.from({ length: to }, (_, i) => `${i + 1}\n`).join('')

function part(path: string, from: number, to: number): string {
  const bytes = Buffer.alloc(to - from)
  const file = openSync(path, 'r')
  const got = readSync(file, bytes, 0, bytes.length, from)
  closeSync(file)
  return bytes.toString('latin1', 0, got)
}

const onDisk = (path: string) => statSync(path).blocks * 512

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH65: keep start has the first bytes and no others', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const all = numbers(200_000)
      for (const limit of [1, 1000, 300_000]) {
        const options = [{ fd: 1, limit, keep: 'start' }] as const
        const end = await f.run(spawner, f.shell(`a${limit}`, 'seq 200000', { options }))
        assert.equal(f.read(`a${limit}.out`), all.slice(0, limit))
        assert.deepEqual([end.status, end.out, end.errors], [0, [{ fd: 1, len: all.length }], []])
      }
    })

    test('LCH66: keep end has the last bytes where they were, and gives back the space of the rest', async (t) => {
      const f = new Fixture(t, build)
      const all = numbers(2_000_000)
      const limit = 500_001
      const options = [{ fd: 1, limit, keep: 'end' }] as const
      const end = await f.run(await f.spawner(), f.shell('a', 'seq 2000000', { options }))
      const path = f.path('a.out')
      assert.deepEqual([end.status, end.out, end.errors], [0, [{ fd: 1, len: all.length }], []])
      assert.equal(statSync(path).size, all.length)
      assert.equal(part(path, all.length - limit, all.length), all.slice(-limit))
      assert.equal(part(path, 0, GRANULE), '\0'.repeat(GRANULE))
      assert.ok(onDisk(path) <= limit + 2 * GRANULE, `${onDisk(path)} on disk`)
    })

    test('LCH67: keep both has the first and the last half', async (t) => {
      const f = new Fixture(t, build)
      const all = numbers(2_000_000)
      const half = 250_000
      const options = [{ fd: 1, limit: 2 * half + 1, keep: 'both' }] as const
      const end = await f.run(await f.spawner(), f.shell('a', 'seq 2000000', { options }))
      const path = f.path('a.out')
      assert.deepEqual([end.status, end.out, end.errors], [0, [{ fd: 1, len: all.length }], []])
      assert.equal(part(path, 0, half), all.slice(0, half))
      assert.equal(part(path, all.length - half, all.length), all.slice(-half))
      assert.ok(onDisk(path) <= 2 * half + 3 * GRANULE, `${onDisk(path)} on disk`)
    })

    test('LCH68: output within its limit is whole, whatever is to be kept', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const all = numbers(100_000)
      for (const keep of ['start', 'end', 'both'] as const) {
        const options = [{ fd: 1, limit: all.length, keep }]
        await f.run(spawner, f.shell(keep, 'seq 100000', { options }))
        assert.equal(f.read(`${keep}.out`), all)
      }
    })

    test('LCH69: disk use stays bounded while the proc writes', async (t) => {
      const f = new Fixture(t, build)
      const options = [{ fd: 1, limit: 1_000_000, keep: 'both' }] as const
      // The proc looks at what its own output takes, with everything but a pipe's worth written.
      const script = 'for i in 1 2 3 4 5 6 7 8; do head -c 8000000 /dev/zero; stat -c %b a.out >> blocks; done'
      await f.run(await f.spawner(), f.shell('a', script, { options }))
      const used = f
        .read('blocks')
        .trim()
        .split('\n')
        .map((blocks) => Number(blocks) * 512)
      assert.equal(used.length, 8)
      const most = Math.max(...used)
      assert.ok(most <= 1_000_000 + 1024 * 1024, `${most} on disk`)
      assert.equal(statSync(f.path('a.out')).size, 64_000_000)
    })

    test('LCH70: where the file system cannot punch, the start is kept and an error says so', async (t) => {
      const f = new Fixture(t, build)
      const mounting = 'mkdir -p disk && mount -t ramfs ramfs disk'
      const can = spawnSync('unshare', ['-rm', 'sh', '-c', mounting], { cwd: f.folder })
      if (can.status !== 0) return t.skip('needs a name space to mount in')
      const enter = `cd ${f.folder}; [ -n "$DISK" ] || DISK=1 exec unshare -rm "$0" -c 'mount -t ramfs ramfs disk && exec "$@"' sh "$@"`
      const spawner = await f.spawner({ before: enter })
      const options = [{ fd: 1, limit: 100_000, keep: 'end' }] as const
      const fds = [f.capture(1, 'disk/a.out')]
      const end = await f.run(spawner, f.shell('a', 'seq 100000; exit 3', { fds, options }))
      const text = 'the file system cannot punch holes: only the start is kept'
      assert.deepEqual(end.errors, [{ stage: 'output', fd: 1, errno: 95, text }])
      const all = numbers(100_000)
      assert.deepEqual([end.status, end.out], [3 << 8, [{ fd: 1, len: all.length }]])
      assert.equal(readFileSync(`/proc/${spawner.pid}/root${f.path('disk/a.out')}`, 'latin1'), all.slice(0, 100_000))
    })

    test('LCH71: a named file is emptied before the proc runs, and has the mode of its umask', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const options = [{ fd: 1, named: true }]
      const fds = [f.capture(1, 'named')]
      writeFileSync(f.path('named'), 'old')
      await f.run(spawner, f.shell('a', 'stat -c %s named > size; echo new', { fds, options }))
      assert.equal(f.read('size'), '0\n')
      assert.equal(f.read('named'), 'new\n')
      const silent = [f.capture(1, 'silent')]
      await f.run(spawner, f.shell('b', 'umask > mask', { fds: silent, options, umask: 0o007 }))
      assert.equal(statSync(f.path('silent')).mode & 0o777, 0o660)
      assert.equal(f.read('silent'), '')
      const nowhere = [{ fd: 1, kind: 'capture', path: '/no/such/file' }] as const
      const end = await f.run(spawner, f.shell('c', 'echo lost', { fds: nowhere, options }))
      assert.deepEqual(
        end.errors.map(({ stage, fd, errno }) => [stage, fd, errno]),
        [['output', 1, 2]],
      )
    })

    test('LCH72: options that are malformed, repeated, or of what is no capture are refused', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const raw = (...bytes: number[]) => field(20, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...bytes]))
      const bad = [
        [raw(3, 0)],
        [raw(0, 4)],
        [raw(0, 1)], // times without a file of times
        [raw(0)],
        [raw(0, 0, 0)],
        [raw(0, 0), raw(0, 0)],
        [field(20, Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))],
        [field(22, '')],
        [field(22, 'a\0b')],
      ]
      for (const more of bad) {
        const body = Buffer.concat([...startFields(f.shell('no', 'touch ran')), ...more])
        const reply = await spawner.ask(OP.start, body)
        assert.deepEqual([reply.op, reply.op === 'failed' && reply.stage], ['failed', 0])
      }
      assert.equal(existsSync(f.path('ran')), false)
    })

    test('LCH79: one file for two captures, and one that was there before', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const script = 'head -c 8000000 /dev/zero & head -c 8000000 /dev/zero | tr "\\0" x >&2; wait'
      const fds = [f.capture(1, 'both'), f.capture(2, 'both')]
      const end = await f.run(spawner, f.shell('a', script, { fds }))
      assert.deepEqual(
        end.out.map(({ len }) => len),
        [8_000_000, 8_000_000],
      )
      const both = readFileSync(f.path('both'))
      assert.equal(both.length, 16_000_000)
      assert.equal(
        both.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0),
        8_000_000,
      )
      writeFileSync(f.path('b.out'), 'before\n')
      const numbered = await f.run(spawner, f.shell('b', 'seq 2000000'))
      assert.equal(f.read('b.out'), `before\n${numbers(2_000_000)}`)
      assert.equal(numbered.out[0]?.len, numbers(2_000_000).length)
    })

    test('LCH73: a proc that fills its pipe gets the largest that the kernel gives', async (t) => {
      const f = new Fixture(t, build)
      const largest = Number(readFileSync('/proc/sys/fs/pipe-max-size', 'utf8'))
      const script = `head -c 30000000 /dev/zero; python3 -c 'import fcntl; open("size","w").write(str(fcntl.fcntl(1, 1032)))'`
      if (spawnSync('python3', ['-c', '']).status !== 0) return t.skip('needs python3')
      const spawner = await f.spawner()
      await f.run(spawner, f.shell('a', script))
      assert.equal(Number(f.read('size')), largest)
      await f.run(spawner, f.shell('b', `python3 -c 'import fcntl; open("size","w").write(str(fcntl.fcntl(1, 1032)))'`))
      assert.equal(Number(f.read('size')), 65_536)
    })
  })
