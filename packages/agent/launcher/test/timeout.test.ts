import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { describe, test } from 'node:test'
import { alive, BUILDS, Fixture } from './fixture.ts'
import { field, OP, startFields, u32 } from './frames.ts'
import { FOREVER } from './spawner.ts'
import { untilText } from './until.ts'

const { SIGINT, SIGKILL, SIGTERM } = os.constants.signals

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH91: a timeout sends its signal, then kills the tree', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const script = `trap 'echo told' INT; sh -c 'trap "" INT; echo $$ > pid; while :; do sleep 1000; done' & while :; do sleep 0.01; done`
      const end = await f.run(spawner, f.shell('a', script, { timeout: { after: 200, signum: SIGINT, grace: 100 } }))
      assert.equal(end.status, SIGKILL)
      assert.equal(end.ended_by, 'timeout')
      assert.equal(end.tree.empty, true)
      assert.match(f.read('a.out'), /told/)
      assert.ok(BigInt(end.elapsed) >= 300_000_000n, end.elapsed)
      assert.equal(alive(Number(f.read('pid'))), false)
    })

    test('LCH92: a proc that ends in time, or by a stop, was not ended by its timeout', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const timeout = { after: 3_600_000, signum: SIGTERM, grace: 0 }
      const end = await f.run(spawner, f.shell('a', 'exit 3', { timeout }))
      assert.deepEqual([end.status, end.ended_by], [3 << 8, undefined])
      await spawner.gone(end.monitor)
      const monitor = await spawner.start(f.shell('b', 'echo up; sleep 1000', { timeout }))
      await untilText(f.path('b.out'), /up/)
      assert.equal(await spawner.stop(monitor, SIGTERM, 1000), 0)
      const stopped = await f.journal.end('b')
      assert.deepEqual([stopped.status, stopped.ended_by], [SIGTERM, undefined])
    })

    test('LCH111: a proc that has ended by itself when its timeout is looked at', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const timeout = { after: 300, signum: SIGTERM, grace: 10_000 }
      for (const orphans of ['keep', 'kill', 'wait'] as const) {
        const fifo = f.path(`fifo-${orphans}`)
        execFileSync('mkfifo', [fifo])
        const rest = orphans === 'wait' ? '' : '(setsid sleep 1000 &); '
        const script = `echo up > up-${orphans}; ${rest}cat ${fifo}; exit 3`
        const monitor = await spawner.start(f.shell(orphans, script, { timeout, orphans }))
        await untilText(f.path(`up-${orphans}`), /up/)
        const { pid } = await f.journal.start(orphans)
        // The monitor sees the end and the timeout at once.
        process.kill(monitor.pid, 'SIGSTOP')
        writeFileSync(fifo, 'go')
        const later = await f.run(spawner, f.shell(`after ${orphans}`, 'exec sleep 1000', { timeout }))
        assert.equal(later.ended_by, 'timeout')
        assert.match(readFileSync(`/proc/${pid}/stat`, 'utf8'), /\) Z /)
        process.kill(monitor.pid, 'SIGCONT')
        const end = await f.journal.end(orphans)
        assert.deepEqual([end.status, end.ended_by], [3 << 8, undefined], orphans)
        if (orphans === 'keep') assert.deepEqual([end.tree.killed, end.tree.empty], [0, false])
        if (orphans === 'keep') assert.equal(await spawner.stop(monitor, SIGKILL, 0), 0)
        await spawner.gone(monitor)
      }
    })

    test('LCH93: a timeout holds when the spawner is dead', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      await spawner.start(f.shell('a', 'exec sleep 1000', { timeout: { after: 300, signum: SIGTERM, grace: 1000 } }))
      await f.journal.start('a')
      spawner.child.kill('SIGKILL')
      await spawner.exited
      const end = await f.journal.end('a')
      assert.deepEqual([end.status, end.ended_by], [SIGTERM, 'timeout'])
    })

    test('LCH94: a timeout that never kills leaves a proc that ignores it; one of 0 comes at once', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const script = 'trap "echo told" TERM; while ! [ -s a.out ]; do sleep 0.01; done; exit 4'
      const end = await f.run(
        spawner,
        f.shell('a', script, { timeout: { after: 200, signum: SIGTERM, grace: FOREVER } }),
      )
      assert.deepEqual(
        [end.status, end.ended_by, f.read('a.out').replace('Terminated\n', '')],
        [4 << 8, 'timeout', 'told\n'],
      )
      const now = await f.run(
        spawner,
        f.shell('b', 'exec sleep 1000', { timeout: { after: 0, signum: SIGKILL, grace: 0 } }),
      )
      assert.equal(now.ended_by, 'timeout')
      assert.equal(now.tree.empty, true)
    })

    test('LCH95: malformed fields of tree, time and counters are refused', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const good = startFields(f.shell('a', 'echo run'))
      const timeout = (signum: number, more: number[] = []) =>
        field(32, Buffer.concat([u32(1), Buffer.from([signum]), u32(1), Buffer.from(more)]))
      const parent = field(30, '/sys/fs/cgroup')
      const bad: Buffer[][] = [
        [timeout(0)],
        [timeout(65)],
        [timeout(9, [0])],
        [timeout(9), timeout(9)],
        [field(32, '')],
        [field(30, '')],
        [field(30, 'relative')],
        [field(30, '/with\0nul')],
        Array.from({ length: 9 }, () => parent),
        [field(31, 'pids.max=1')],
        ...['', 'pids.max', '=1', 'a/b=1', '.=1', '..=1', 'pids.max=', 'pids.max=1\0'].map((text) => [
          parent,
          field(31, text),
        ]),
        [parent, ...Array.from({ length: 65 }, () => field(31, 'pids.max=1'))],
        [field(34, Buffer.from([2]))],
        [field(34, Buffer.from([1])), field(34, Buffer.from([1]))],
        [field(34, '')],
        [field(9, Buffer.from([3]))],
      ]
      for (const fields of bad) {
        const reply = await spawner.ask(OP.start, Buffer.concat([...good, ...fields]))
        assert.equal(reply.op, 'failed', JSON.stringify(fields.map(String)))
        assert.deepEqual(reply.op === 'failed' && [reply.stage, reply.errno], [0, 74])
      }
      assert.deepEqual(f.journal.lines(), [])
    })
  })
