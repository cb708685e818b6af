import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { BUILDS, Fixture } from './fixture.ts'
import { OP, startFields } from './frames.ts'

const UID = 54321
const GID = 54322
const IS_ROOT = process.getuid?.() === 0
const [ENOENT, EACCES] = [2, 13]

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH100: named files are opened with the rights of the proc', async (t) => {
      if (!IS_ROOT) return t.skip('only root can take other credentials')
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      chmodSync(f.folder, 0o755)
      mkdirSync(f.path('shared'))
      chmodSync(f.path('shared'), 0o777)
      mkdirSync(f.path('root'), 0o700)
      writeFileSync(f.path('precious'), 'precious')
      writeFileSync(f.path('of-group'), 'old', { mode: 0o600 })
      symlinkSync(f.path('precious'), f.path('shared/link'))
      const run = (id: string, path: string, groups: readonly number[] = []) =>
        f.run(
          spawner,
          f.shell(id, 'echo text', {
            credentials: { uid: UID, gid: GID, groups },
            fds: [f.capture(1, path)],
            options: [{ fd: 1, named: true }],
            umask: 0o027,
          }),
        )
      assert.deepEqual((await run('a', 'shared/made')).errors, [])
      const { uid, gid, mode } = statSync(f.path('shared/made'))
      assert.deepEqual([uid, gid, mode & 0o777], [UID, GID, 0o640])
      assert.equal(f.read('shared/made'), 'text\n')
      for (const path of ['shared/link', 'root/made', 'precious', 'beside']) {
        const { errors, status } = await run(`no ${path}`, path)
        assert.deepEqual(
          errors.map(({ stage, fd, errno }) => [stage, fd, errno]),
          [['output', 1, EACCES]],
          path,
        )
        assert.equal(status, 0)
      }
      assert.equal(f.read('precious'), 'precious')
      assert.deepEqual([existsSync(f.path('root/made')), existsSync(f.path('beside'))], [false, false])
      // Supplementary groups count, and none of the launcher's own.
      const { errors } = await run('own group', 'of-group', [0])
      assert.equal(errors.length, 1)
      chmodSync(f.path('of-group'), 0o660)
      assert.deepEqual((await run('group', 'of-group', [0])).errors, [])
      assert.equal(f.read('of-group'), 'text\n')
      // What is the monitor's own is so as ever.
      const own = await f.run(spawner, f.shell('own', 'echo mine', { credentials: { uid: UID, gid: GID } }))
      assert.deepEqual([own.errors, statSync(f.path('own.out')).uid], [[], 0])
    })

    test('LCH101: a journal that is not there', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      rmSync(f.journal.path)
      const reply = await spawner.ask(OP.start, Buffer.concat(startFields(f.shell('a', 'touch ran'))))
      assert.ok(reply.op === 'failed')
      assert.deepEqual([reply.stage, reply.errno], [1, ENOENT])
      assert.equal(existsSync(f.journal.path), false)
      writeFileSync(f.journal.path, '')
      assert.equal((await f.run(spawner, f.shell('b', ''))).status, 0)
      assert.equal(existsSync(f.path('ran')), false)
      assert.match(readFileSync(f.journal.path, 'utf8'), /"id":"b"/)
    })
  })
