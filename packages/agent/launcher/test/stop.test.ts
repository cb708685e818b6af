import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { constants, writeFileSync } from 'node:fs'
import os from 'node:os'
import { describe, test } from 'node:test'
import { alive, BUILDS, Fixture } from './fixture.ts'
import { FOREVER } from './spawner.ts'
import { untilText } from './until.ts'

const { SIGKILL, SIGSTOP, SIGTERM, SIGUSR1 } = os.constants.signals

// Three sleeps that ignore TERM: a child, a grandchild whose parent has gone, and one of those in a session of its own. Their pids go to `pids`.
const STUBBORN = `trap "" TERM
sh -c 'echo $$ >> pids; exec sleep 1000' &
(sh -c 'echo $$ >> pids; exec sleep 1000' &)
(setsid sh -c 'echo $$ >> pids; exec sleep 1000' &)
echo $$ >> pids
while :; do sleep 1000; done`

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH23: a signal goes to the proc alone', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const child = `trap "echo child" USR1; echo up; while :; do sleep 0.01; done`
      const script = `sh -c '${child}' & c=$!; trap 'echo proc; kill $c; exit 7' USR1; while :; do sleep 0.01; done`
      const monitor = await spawner.start(f.shell('a', script))
      await untilText(f.path('a.out'), /up/)
      assert.equal(await spawner.signal(monitor, SIGUSR1), 0)
      const end = await f.journal.end('a')
      assert.equal(end.status, 7 << 8)
      assert.equal(f.read('a.out').replace('Terminated\n', ''), 'up\nproc\n')
      await spawner.gone(monitor)
    })

    test('LCH24: a stop of a stubborn tree', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const monitor = await spawner.start(f.shell('a', STUBBORN))
      await untilText(f.path('pids'), /(\d+\n){4}/)
      const pids = f.read('pids').trim().split('\n').map(Number)
      assert.equal(pids.filter(alive).length, 4)
      assert.equal(await spawner.stop(monitor, SIGTERM, 100), 0)
      const end = await f.journal.end('a')
      assert.deepEqual(pids.filter(alive), [])
      assert.equal(end.status, SIGKILL)
      assert.equal(end.tree.empty, true)
      assert.ok(end.tree.killed >= 4, JSON.stringify(end.tree))
      await spawner.gone(monitor)
    })

    test('LCH25: a stopped process is woken by a stop', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const monitor = await spawner.start(
        f.shell('a', 'trap "echo cleaned; exit 0" TERM; echo up; while :; do sleep 0.01; done'),
      )
      await untilText(f.path('a.out'), /up/)
      assert.equal(await spawner.signal(monitor, SIGSTOP), 0)
      assert.equal(await spawner.stop(monitor, SIGTERM, 10_000), 0)
      const end = await f.journal.end('a')
      assert.equal(end.status, 0)
      assert.match(f.read('a.out'), /cleaned/)
    })

    test('LCH26: hastening, and a stop that never kills', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const monitor = await spawner.start(f.shell('a', 'trap "echo told" TERM; echo up; while :; do sleep 0.01; done'))
      await untilText(f.path('a.out'), /up/)
      assert.equal(await spawner.stop(monitor, SIGTERM, FOREVER), 0)
      await untilText(f.path('a.out'), /told/)
      assert.equal(await spawner.stop(monitor, SIGTERM, 3_600_000), 0)
      await untilText(f.path('a.out'), /told[^]*told/)
      assert.equal(f.journal.ended('a'), undefined)
      assert.equal(await spawner.stop(monitor, SIGTERM, 20), 0)
      const end = await f.journal.end('a')
      assert.equal(end.status, SIGKILL)
      await spawner.gone(monitor)
    })

    test('LCH27: what is left has the rest of the grace period', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const script = `(trap 'sleep 0.1; echo cleaned; exit' TERM; echo up; while :; do sleep 0.01; done) & trap 'exit 0' TERM; while :; do sleep 0.01; done`
      for (const orphans of ['keep', 'kill'] as const) {
        const monitor = await spawner.start(f.shell(orphans, script, { orphans }))
        await untilText(f.path(`${orphans}.out`), /up/)
        assert.equal(await spawner.stop(monitor, SIGTERM, 10_000), 0)
        const end = await f.journal.end(orphans)
        assert.equal(end.status, 0)
        assert.match(f.read(`${orphans}.out`), /cleaned/)
        assert.deepEqual([end.tree.killed, end.tree.empty], [0, true])
      }
    })

    test('LCH28: a tree that forks all the time', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      // Each generation ends as soon as it has started the next, so whoever is found is mostly gone already.
      writeFileSync(f.path('again'), '#!/bin/sh\n./again &\n', { mode: 0o755 })
      const monitor = await spawner.start(
        f.shell('a', './again & ./again & ./again & trap "" TERM; echo up; sleep 1000'),
      )
      await untilText(f.path('a.out'), /up/)
      assert.equal(await spawner.stop(monitor, SIGTERM, 0), 0)
      const end = await f.journal.end('a')
      assert.deepEqual([end.status, end.tree.empty], [SIGKILL, true])
      await spawner.gone(monitor)
    })

    test('LCH29: a stop while a fifo is being opened', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      execFileSync('mkfifo', [f.path('never')])
      const monitor = await spawner.start(
        f.shell('a', 'echo run', { fds: [{ fd: 0, kind: 'open', flags: constants.O_RDONLY, path: 'never' }] }),
      )
      await f.journal.start('a')
      assert.equal(await spawner.stop(monitor, SIGTERM, 50), 0)
      const end = await f.journal.end('a')
      assert.equal(end.status, SIGKILL)
      assert.deepEqual(
        end.errors.map(({ stage, errno }) => [stage, errno]),
        [['start', 4]],
      )
      await spawner.gone(monitor)
    })

    test('LCH29: a signal that waits until the set-up is done', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const gate = f.gate('gate')
      const monitor = await spawner.start(
        f.shell('a', 'echo run', { fds: [{ fd: 0, kind: 'open', flags: constants.O_RDONLY, path: 'gate' }] }),
      )
      // By this process, so that it is there before the gate opens.
      process.kill((await f.journal.start('a')).pid, SIGTERM)
      await gate.opened()
      const end = await f.journal.end('a')
      assert.equal(end.status, SIGTERM)
      assert.deepEqual(end.errors, [{ stage: 'start', fd: null, errno: 4, text: 'Interrupted system call' }])
      assert.deepEqual(end.out, [])
      await spawner.gone(monitor)
    })

    test('LCH44: what is left of another user', async (t) => {
      if (process.getuid?.() !== 0) return t.skip('needs root, to make a program that becomes another user')
      const f = new Fixture(t, build)
      execFileSync(
        'sh',
        [
          '-c',
          'cp "$(command -v setpriv)" become && chmod 4755 become && chown -R 65534 . && chown 0 become && chmod 4755 become',
        ],
        { cwd: f.folder },
      )
      const spawner = await f.spawner({
        before: `[ "$(id -u)" = 65534 ] || exec setpriv --reuid 65534 --clear-groups -- "$0" -c 'exec "$@"' sh "$@"`,
      })
      const fifo = f.fifo('held')
      execFileSync('chown', ['65534', fifo.path])
      const script = `./become --reuid 0 sh -c 'echo $$ > ${fifo.path}.pid; exec sleep 1000 > ${fifo.path}' & sleep 1000 & while ! [ -s ${fifo.path}.pid ]; do :; done; exit 4`
      const end = await f.run(spawner, f.shell('a', script, { orphans: 'kill', fds: [] }))
      process.kill(Number(f.read('held.pid')), 'SIGKILL')
      await fifo.released
      assert.equal(end.status, 4 << 8)
      assert.deepEqual(end.tree, { left: 2, killed: 1, empty: false, proof: 'subreaper' })
      await spawner.gone(end.monitor)
    })

    test('LCH30: commands to nobody, and commands that are none', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const ended = await f.run(spawner, f.shell('a', ''))
      await spawner.gone(ended.monitor)
      assert.equal(await spawner.signal(ended.monitor, SIGTERM), 3)
      assert.equal(await spawner.stop(ended.monitor, SIGTERM, 0), 3)
      const monitor = await spawner.start(f.shell('b', 'echo up; exec sleep 1000'))
      await untilText(f.path('b.out'), /up/)
      assert.equal(await spawner.signal({ pid: monitor.pid, start: monitor.start + 1n }, SIGKILL), 3)
      assert.equal(await spawner.signal({ pid: 0, start: 0n }, SIGKILL), 3)
      assert.equal(await spawner.signal({ pid: 0xffffffff, start: 0n }, SIGKILL), 3)
      for (const signum of [0, 65, 255]) assert.equal(await spawner.signal(monitor, signum), 22)
      assert.equal(await spawner.command(monitor, 2, SIGTERM, 0), 22)
      assert.equal(alive((await f.journal.start('b')).pid), true)
      assert.equal(await spawner.signal(monitor, SIGKILL), 0)
      assert.equal((await f.journal.end('b')).status, SIGKILL)
    })
  })
