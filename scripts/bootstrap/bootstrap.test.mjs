import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const SCRIPTS = fileURLToPath(new URL('..', import.meta.url))

// Stands for npm: notes that it was called, and installs what the bootstrap looks for.
const NPM = `#!/bin/sh
echo "$@" >> calls
[ ! -e broken ] || { echo "no such package" >&2; exit 7; }
mkdir -p node_modules/.bin && : > node_modules/.bin/node
`

/** A clone with nothing but the bootstrap and a lock file, and a way to run `bootstrap.mjs TARGET` in it. */
function newClone(t) {
  const root = mkdtempSync(join(tmpdir(), 'apsis-bootstrap-'))
  t.after(() => rmSync(root, { recursive: true }))
  cpSync(join(SCRIPTS, 'bootstrap'), join(root, 'scripts/bootstrap'), { recursive: true })
  cpSync(join(SCRIPTS, 'bootstrap.mjs'), join(root, 'scripts/bootstrap.mjs'))
  writeFileSync(join(root, 'package-lock.json'), '{}')
  mkdirSync(join(root, 'bin'))
  writeFileSync(join(root, 'bin/npm'), NPM, { mode: 0o755 })
  const { npm_execpath: _, ...env } = process.env
  env.PATH = `${join(root, 'bin')}${delimiter}${env.PATH}`
  return {
    path: (name) => join(root, name),
    write: (name, text) => writeFileSync(join(root, name), text),
    calls: () =>
      existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n').length : 0,
    run: (...args) =>
      spawnSync(process.execPath, ['scripts/bootstrap.mjs', ...args], { cwd: root, env, encoding: 'utf8' }),
  }
}

test('packages are installed once per lock file, and it says so', (t) => {
  const clone = newClone(t)
  const first = clone.run('check')
  assert.equal(first.status, 0, first.stderr)
  assert.match(first.stderr, /packages: .*…\n.*packages: .*done in/s)
  assert.equal(clone.calls(), 1)
  const second = clone.run('check')
  assert.deepEqual([second.status, second.stderr, clone.calls()], [0, '', 1])
  clone.write('package-lock.json', '{"changed": true}')
  assert.equal(clone.run('check').status, 0)
  assert.equal(clone.calls(), 2)
})

test('an installation that fails is shown whole, ends with status 1, and is tried again the next time', (t) => {
  const clone = newClone(t)
  clone.write('broken', '')
  const { status, stderr } = clone.run('check')
  assert.equal(status, 1)
  assert.match(stderr, /no such package\npackages: .*ended with status 7\. See what npm says above/s)
  rmSync(clone.path('broken'))
  assert.equal(clone.run('check').status, 0)
  assert.equal(clone.calls(), 2)
})

test('the lock of a bootstrap that was killed is taken over', (t) => {
  const clone = newClone(t)
  mkdirSync(clone.path('.bootstrap.lock'))
  // A process that has ended for certain.
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  clone.write('.bootstrap.lock/pid', String(gone))
  const { status, stderr } = clone.run('check')
  assert.equal(status, 0, stderr)
  assert.match(stderr, /another npm script is preparing this clone/)
  assert.equal(existsSync(clone.path('.bootstrap.lock')), false)
})

test('a target that does not exist is refused with those that do', (t) => {
  const { status, stderr } = newClone(t).run('stat')
  assert.equal(status, 2)
  assert.match(stderr, /expected one of start, test, bench, check, found stat/)
})
