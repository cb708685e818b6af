import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { alive, BUILDS, Fixture } from './fixture.ts'
import { untilText } from './until.ts'

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  await once(createReadStream(path).pipe(hash), 'finish')
  return hash.digest('hex')
}

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH16: byte for byte', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const big = await f.run(spawner, f.shell('big', 'head -c 40000000 /dev/urandom | tee copy'))
      assert.deepEqual(big.out, [{ fd: 1, len: 40_000_000 }])
      assert.equal(statSync(f.path('big.out')).size, 40_000_000)
      assert.equal(await sha256(f.path('big.out')), await sha256(f.path('copy')))
      assert.equal(statSync(f.path('big.out')).mode & 0o777, 0o600)

      const small = await f.run(spawner, f.shell('small', 'seq 20000'))
      assert.equal(f.read('small.out'), Array.from({ length: 20_000 }, (_, i) => `${i + 1}\n`).join(''))
      assert.equal(small.out[0]?.len, statSync(f.path('small.out')).size)
    })

    test('LCH17: no output, no file', async (t) => {
      const f = new Fixture(t, build)
      const end = await f.run(await f.spawner(), f.shell('a', 'true'))
      assert.deepEqual(end.out, [{ fd: 1, len: 0 }])
      assert.equal(existsSync(f.path('a.out')), false)
    })

    test('LCH18: several captures', async (t) => {
      const f = new Fixture(t, build)
      const fds = [
        f.capture(1, 'one'),
        f.capture(2, 'two'),
        f.capture(5, 'five'),
        { fd: 6, kind: 'dup', from: 5 } as const,
      ]
      const script =
        'i=0; while [ $i -lt 500 ]; do echo a$i; echo b$i >&2; echo c$i >&5; echo d$i >&6; i=$((i+1)); done'
      const end = await f.run(await f.spawner(), f.shell('a', script, { fds }))
      assert.equal(end.status, 0)
      const numbered = (...names: string[]) =>
        Array.from({ length: 500 }, (_, i) => names.map((name) => `${name}${i}\n`).join('')).join('')
      assert.equal(f.read('one'), numbered('a'))
      assert.equal(f.read('two'), numbered('b'))
      assert.equal(f.read('five'), numbered('c', 'd'))
      assert.deepEqual(
        end.out.map(({ fd, len }) => [fd, len]),
        [
          ['one', 1],
          ['two', 2],
          ['five', 5],
        ].map(([name, fd]) => [fd, f.read(String(name)).length]),
      )
    })

    test('LCH19: output that cannot be written', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner({ before: 'ulimit -f 8' })
      const end = await f.run(spawner, f.shell('a', 'head -c 1000000 /dev/zero; exit 4'))
      assert.equal(end.status, 4 << 8)
      assert.deepEqual(end.errors, [{ stage: 'output', fd: 1, errno: 27, text: 'File too large' }])
      assert.equal(end.out[0]?.len, statSync(f.path('a.out')).size)
      const nowhere = await f.run(
        spawner,
        f.shell('b', 'echo lost', { fds: [{ fd: 1, kind: 'capture', path: '/no/such/file' }] }),
      )
      assert.equal(nowhere.status, 0)
      assert.deepEqual(
        nowhere.errors.map(({ stage, fd, errno }) => [stage, fd, errno]),
        [['output', 1, 2]],
      )
    })

    test('LCH20: a full disk', async (t) => {
      const f = new Fixture(t, build)
      const mounting = 'mkdir -p disk && mount -t tmpfs -o size=64k tmpfs disk'
      const can = spawnSync('unshare', ['-rm', 'sh', '-c', mounting], { cwd: f.folder })
      if (can.status !== 0) return t.skip('needs a name space to mount in')
      // The disk is seen by the spawner only, and by this test through it.
      const enter = `cd ${f.folder}; [ -n "$DISK" ] || DISK=1 exec unshare -rm "$0" -c 'mount -t tmpfs -o size=64k tmpfs disk && exec "$@"' sh "$@"`
      const spawner = await f.spawner({ before: enter })
      const disk = `/proc/${spawner.pid}/root${f.path('disk')}`
      const script =
        'head -c 100000 /dev/zero > disk/filler 2>/dev/null; head -c 3000000 /dev/urandom > copy; cat copy; echo done > told'
      const monitor = await spawner.start(f.shell('a', script, { fds: [f.capture(1, 'disk/a.out')] }))
      // Full: the copy is whole, and the proc waits for the pump, which cannot write; what is in its way goes.
      await untilText(f.path('copy'), /^[^]{1,}$/)
      assert.equal(existsSync(f.path('told')), false)
      rmSync(`${disk}/filler`)
      // The disk is still too small for all of it.
      spawnSync('nsenter', ['-t', String(spawner.pid), '-U', '-m', 'mount', '-o', 'remount,size=8m', f.path('disk')])
      const end = await f.journal.end('a')
      assert.deepEqual([end.status, end.errors, end.out], [0, [], [{ fd: 1, len: 3_000_000 }]])
      assert.equal(await sha256(`${disk}/a.out`), await sha256(f.path('copy')))
      await spawner.gone(monitor)
    })

    test('LCH20: who waits for room on a disk takes no processor time', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      // Every write to it fails like one to a full disk. How long it waits is the proc's to say, since time is what is measured.
      const script = 'head -c 40000 /dev/zero; sleep 2.5; cat /proc/$PPID/stat > told'
      await spawner.start(f.shell('a', script, { fds: [{ fd: 1, kind: 'capture', path: '/dev/full' }] }))
      const [, stat = ''] = await untilText(f.path('told'), /\) (.*)\n/)
      const [user, system] = stat.split(' ').slice(11, 13).map(Number)
      assert.ok(user !== undefined && system !== undefined && user + system < 50, `${user} + ${system} ticks`)
    })

    test('LCH112: a named file that a full disk kept from being made', async (t) => {
      const f = new Fixture(t, build)
      const mounting = 'mkdir -p disk && mount -t tmpfs -o nr_inodes=2 tmpfs disk && : > disk/filler'
      if (spawnSync('unshare', ['-rm', 'sh', '-c', mounting], { cwd: f.folder }).status !== 0)
        return t.skip('needs a name space to mount in')
      const enter = `cd ${f.folder}; [ -n "$DISK" ] || DISK=1 exec unshare -rm "$0" -c '${mounting} && exec "$@"' sh "$@"`
      const spawner = await f.spawner({ before: enter })
      const fds = [f.capture(1, 'disk/named')]
      const end = await f.run(
        spawner,
        f.shell('a', 'test -e disk/named; echo $? > there; rm disk/filler; echo text', {
          fds,
          options: [{ fd: 1, named: true }],
          umask: 0o027,
        }),
      )
      assert.equal(f.read('there'), '1\n')
      assert.deepEqual([end.status, end.errors, end.out], [0, [], [{ fd: 1, len: 5 }]])
      const made = statSync(`/proc/${spawner.pid}/root${f.path('disk/named')}`)
      assert.deepEqual([made.mode & 0o777, made.size], [0o640, 5])
      await spawner.gone(end.monitor)
    })

    test('LCH21: orphans are kept', async (t) => {
      const f = new Fixture(t, build)
      const script = `(trap "" HUP; echo early; cat ${f.path('gate')}; echo late) & echo mine; exit 2`
      spawnSync('mkfifo', [f.path('gate')])
      const spawner = await f.spawner()
      const end = await f.run(spawner, f.shell('a', script, { orphans: 'keep' }))
      assert.equal(end.status, 2 << 8)
      assert.deepEqual([end.tree.left > 0, end.tree.killed, end.tree.empty], [true, 0, false])
      assert.match(f.read('a.out'), /mine\n/)
      spawnSync('sh', ['-c', `echo through > ${f.path('gate')}`])
      await untilText(f.path('a.out'), /late\n/)
      await spawner.gone(end.monitor)
      assert.deepEqual(f.read('a.out').trim().split('\n').sort(), ['early', 'late', 'mine', 'through'])
    })

    test('LCH22: orphans are killed', async (t) => {
      const f = new Fixture(t, build)
      const script =
        'trap "" TERM HUP; (setsid sh -c "echo \\$\\$ >> pids; head -c 3000000 /dev/zero; sleep 1000" &) ; (sleep 1000 & echo $! >> pids); while [ "$(wc -l < pids)" -lt 2 ]; do :; done; exit 1'
      const end = await f.run(await f.spawner(), f.shell('a', `: > pids; ${script}`, { orphans: 'kill' }))
      assert.equal(end.status, 1 << 8)
      assert.ok(end.tree.left >= 2 && end.tree.killed >= 2 && end.tree.empty, JSON.stringify(end.tree))
      const pids = f.read('pids').trim().split('\n').map(Number)
      assert.equal(pids.length, 2)
      assert.deepEqual(pids.filter(alive), [])
      assert.equal(end.out[0]?.len, existsSync(f.path('a.out')) ? statSync(f.path('a.out')).size : 0)
    })
  })
