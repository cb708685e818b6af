import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BUILDS, Fixture } from './fixture.ts'

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH1: start and end line of a proc that exits', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const before = BigInt(Date.now()) * 1_000_000n
      const end = await f.run(spawner, f.shell('a', 'exit 5'))
      const start = f.journal.started('a')
      assert.equal(end.status, 5 << 8)
      assert.deepEqual(end.errors, [])
      assert.deepEqual({ pid: start?.mon, start: BigInt(start?.mon_start ?? 0) }, end.monitor)
      assert.equal(start?.pid, end.pid)
      assert.equal(start?.v, 1)
      assert.equal(start?.wall, end.start)
      assert.ok(BigInt(end.start) > before - 1_000_000n && BigInt(end.stop) >= BigInt(end.start))
      assert.ok(BigInt(end.elapsed) > 0n && BigInt(end.elapsed) < 10_000_000_000n)
      assert.ok((end.rusage['maxrss'] ?? 0) > 100 && (end.rusage['minflt'] ?? 0) > 10)
      assert.match(end.stat ?? '', new RegExp(`^${end.pid} \\(sh\\) Z ${end.monitor.pid} `))
      assert.equal(end.statm, null)
      assert.deepEqual(end.tree, { left: 0, killed: 0, empty: true, proof: 'subreaper' })
      await spawner.gone(end.monitor)
    })

    test('LCH2: a proc that a signal ends', async (t) => {
      const f = new Fixture(t, build)
      const end = await f.run(await f.spawner(), f.shell('a', 'kill -9 $$'))
      assert.equal(end.status, 9)
      assert.deepEqual(end.errors, [])
    })

    test('LCH3: a file that cannot be executed', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const missing = await f.run(spawner, f.shell('missing', '', { file: '/no/such' }))
      assert.equal(missing.status, null)
      assert.deepEqual(missing.errors, [{ stage: 'exec', fd: null, errno: 2, text: 'No such file or directory' }])
      assert.ok(missing.pid > 0)
      const folder = await f.run(spawner, f.shell('folder', '', { file: '/' }))
      assert.deepEqual(folder.errors, [{ stage: 'exec', fd: null, errno: 13, text: 'Permission denied' }])
      const none = await f.run(spawner, f.shell('none', '', { file: '' }))
      assert.deepEqual(
        none.errors.map((error) => [error.stage, error.errno]),
        [['exec', 2]],
      )
      const long = await f.run(spawner, f.shell('long', '', { argv: ['/bin/true', 'x'.repeat(200_000)] }))
      assert.deepEqual(
        long.errors.map((error) => [error.stage, error.errno]),
        [['exec', 7]],
      )
    })

    test('LCH4: argv, environment, working directory, umask', async (t) => {
      const f = new Fixture(t, build)
      const script = 'printf "%s|" "$0" "$@" "$(pwd)" "$(umask)"; tr "\\0" "\\n" < /proc/self/environ'
      const argv = ['ignored', '-c', script, 'zero', 'one', '', 'ü "\'\n']
      const end = await f.run(
        await f.spawner(),
        f.shell('a', '', { file: '/bin/sh', argv, env: ['A=1', 'B==', 'PATH=/usr/bin:/bin'], umask: 0o27 }),
      )
      assert.equal(end.status, 0)
      const out = f.read('a.out')
      assert.ok(out.startsWith(`zero|one||ü "'\n|${f.folder}|0027|`), out)
      const names = out
        .slice(out.lastIndexOf('|') + 1)
        .trim()
        .split('\n')
        .sort()
      assert.deepEqual(
        names.filter((line) => !line.startsWith('PWD=')),
        ['A=1', 'B==', 'PATH=/usr/bin:/bin'],
      )
    })

    test('LCH5: errors of cwd and restrict, and several at once', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const start = f.shell('a', '', { cwd: '/no/such', only: '/bin/true', fds: [{ fd: 5, kind: 'close' }] })
      const end = await f.run(spawner, start)
      assert.equal(end.status, null)
      assert.deepEqual(end.errors, [
        { stage: 'restrict', fd: null, errno: 13, text: '/bin/true' },
        { stage: 'cwd', fd: null, errno: 2, text: 'No such file or directory' },
        { stage: 'fd', fd: 5, errno: 9, text: 'Bad file descriptor' },
      ])
      const allowed = await f.run(spawner, f.shell('b', 'exit 3', { only: '/bin/sh' }))
      assert.equal(allowed.status, 3 << 8)
    })

    test('LCH6: session, group, signals, parent', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner({ before: 'trap "" HUP PIPE USR1 40' })
      const script =
        'grep -E "^(SigBlk|SigIgn|SigPnd|ShdPnd)" /proc/self/status; cat /proc/self/stat /proc/$$/oom_score_adj'
      const end = await f.run(spawner, f.shell('a', script))
      const text = f.read('a.out')
      for (const name of ['SigBlk', 'SigIgn', 'SigPnd', 'ShdPnd'])
        assert.match(text, new RegExp(`${name}:\\t0{16}\n`), text)
      const stat = /\) . \d+ (\d+) (\d+) /.exec(text)
      assert.deepEqual([stat?.[1], stat?.[2]], [String(end.pid), String(end.pid)])
      assert.match(text, /\n0\n$/)

      const fifo = f.fifo('alive')
      const monitor = await spawner.start(f.shell('b', `exec sleep 1000 > ${fifo.path}`))
      await fifo.held
      process.kill(monitor.pid, 'SIGKILL')
      await fifo.released
    })

    test('LCH7: a proc id comes back', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const every = Buffer.from(Array.from({ length: 128 }, (_, i) => i)).toString()
      for (const id of [every, '"\\\u0000\u007f\u2028\u{10ffff}é', '\u{1f600}'.repeat(63), 'x'.repeat(255)]) {
        const end = await f.run(spawner, { id, argv: ['/bin/true'], journal: f.journal.path })
        assert.equal(end.id, id)
        assert.equal(f.journal.started(id)?.id, id)
      }
    })

    test('LCH8: a thousand at once', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const count = build.name === 'normal build' ? 1000 : 200
      const ids = Array.from({ length: count }, (_, i) => `p${i}`)
      const monitors = await Promise.all(
        ids.map((id) => spawner.start({ id, argv: ['/bin/true'], journal: f.journal.path })),
      )
      await Promise.all(monitors.map((monitor) => spawner.gone(monitor)))
      const lines = f.journal.lines()
      assert.equal(lines.length, 2 * count)
      for (const t of ['start', 'end'])
        assert.equal(new Set(lines.filter((line) => line.t === t).map((line) => line.id)).size, count)
      assert.ok(lines.every((line) => line.t === 'start' || line.status === 0))
    })
  })
