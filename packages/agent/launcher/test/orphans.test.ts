import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { describe, test } from 'node:test'
import { BUILDS, Fixture } from './fixture.ts'
import { untilText } from './until.ts'

const { SIGTERM } = os.constants.signals

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH96: with orphans wait, the end line comes when all has ended by itself', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const script = `(setsid sh -c 'while ! [ -e go ]; do sleep 0.01; done; sleep 0.3; echo late' &) ; echo first; exit 5`
      const monitor = await spawner.start(f.shell('a', script, { orphans: 'wait' }))
      const { pid } = await f.journal.start('a')
      await untilText(f.path('a.out'), /first/)
      while (existsSync(`/proc/${pid}`)) await new Promise(setImmediate)
      assert.equal(f.journal.ended('a'), undefined)
      writeFileSync(f.path('go'), '')
      const end = await f.journal.end('a')
      assert.deepEqual([end.status, end.tree.killed, end.tree.empty], [5 << 8, 0, true])
      assert.ok(end.tree.left >= 1)
      assert.equal(f.read('a.out'), 'first\nlate\n')
      assert.equal(end.out[0]?.len, 11)
      await spawner.gone(monitor)
    })

    test('LCH97: a stop, and a timeout, end what is being waited for', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const script = `sh -c 'echo $$; exec sleep 1000' & while ! [ -s $OUT ]; do :; done; exit 0`
      const start = (id: string) =>
        f.shell(id, script, { orphans: 'wait', env: ['PATH=/usr/bin:/bin', `OUT=${id}.out`] })
      const monitor = await spawner.start(start('a'))
      const { pid } = await f.journal.start('a')
      await untilText(f.path('a.out'), /\d\n/)
      while (existsSync(`/proc/${pid}`)) await new Promise(setImmediate)
      assert.equal(await spawner.stop(monitor, SIGTERM, 10_000), 0)
      const end = await f.journal.end('a')
      assert.deepEqual(
        [end.status, end.tree, end.ended_by],
        [0, { left: 1, killed: 0, empty: true, proof: 'subreaper' }, undefined],
      )
      const timed = await f.run(spawner, { ...start('b'), timeout: { after: 300, signum: SIGTERM, grace: 10_000 } })
      assert.deepEqual([timed.status, timed.tree.empty, timed.ended_by], [0, true, 'timeout'])
    })
  })
