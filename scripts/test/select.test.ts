import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { selectTests } from './select.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

test('with no path, every test of the packages and the scripts is selected, and options are kept', () => {
  const { options, patterns, unknown } = selectTests(['--test-name-pattern=RUN1'], ROOT)
  assert.deepEqual(options, ['--test-name-pattern=RUN1'])
  assert.deepEqual(patterns, ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.{ts,mjs}'])
  assert.deepEqual(unknown, [])
})

test('a folder stands for the tests under it, a file and a glob for themselves', () => {
  const { patterns } = selectTests(['scripts/test', 'scripts/test/select.test.ts', 'packages/core/**/*.test.ts'], ROOT)
  assert.deepEqual(patterns, [
    'scripts/test/**/*.test.{ts,tsx,mjs}',
    'scripts/test/select.test.ts',
    'packages/core/**/*.test.ts',
  ])
})

test('a path that does not exist is named, and not run as a pattern that matches nothing', () => {
  assert.deepEqual(selectTests(['packages/cor'], ROOT).unknown, ['packages/cor'])
})
