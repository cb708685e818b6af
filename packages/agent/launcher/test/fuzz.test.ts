import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

test('LCH43: the fuzzer finds nothing', () => {
  const { status, stdout, stderr } = spawnSync(fileURLToPath(new URL('../fuzz/run.sh', import.meta.url)), ['50000'], {
    encoding: 'utf8',
  })
  assert.equal(stderr, '')
  assert.equal(stdout, '50000 inputs, nothing found\n')
  assert.equal(status, 0)
})
