import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'

const BIN = import.meta.dirname

/** A folder with a `node` that says that it is of a version, and does nothing else. */
async function folderWithNode(t: TestContext, version: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-bin-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'node'), `#!/bin/sh\necho ${version} "$@"\n`, { mode: 0o755 })
  return folder
}

function run(path: string, folder: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(path, args, {
    env: { ...process.env, PATH: `${folder}:/usr/bin:/bin` },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('a command takes the Node that is installed with it, whatever the machine has', async (t) => {
  const folder = await folderWithNode(t, 'v20.1.0')
  for (const name of ['apsis', 'apsisctl', 'procstar']) {
    const { status, stdout, stderr } = run(join(BIN, `${name}.mjs`), folder, '--version')
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  }
})

test('without one it takes that of the machine, or says in one line that it is too old', async (t) => {
  for (const [version, expected] of [
    ['v20.1.0', null],
    ['v25.9.9', null],
    ['v26.0.0', 'v26.0.0'],
    ['v31.2.3', 'v31.2.3'],
  ] as const) {
    const folder = await folderWithNode(t, version)
    const elsewhere = join(folder, 'a', 'b', 'c', 'd')
    await mkdir(elsewhere, { recursive: true })
    for (const name of ['apsis', 'procstar']) {
      await copyFile(join(BIN, `${name}.mjs`), join(elsewhere, `${name}.mjs`))
      await symlink(join(elsewhere, `${name}.mjs`), join(elsewhere, name))
      const { status, stdout, stderr } = run(join(elsewhere, name), folder, 'jobs', 'a b')
      if (expected === null) {
        assert.deepEqual([status, stdout], [1, ''])
        assert.ok(stderr.startsWith(`${name}: needs Node 26 or later; `) && stderr.indexOf('\n') === stderr.length - 1)
      } else {
        const flags = name === 'procstar' ? '--no-opt --no-maglev --no-sparkplug ' : ''
        assert.deepEqual([status, stdout], [0, `${expected} ${flags}${join(elsewhere, name)} jobs a b\n`])
      }
    }
  }
})
