import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { readSample, SAMPLES } from './sample.ts'

// Run `node packages/testkit/src/samples/write.ts` after a change that is meant, and read the difference.
for (const entry of await readdir(SAMPLES, { withFileTypes: true })) {
  if (!entry.isDirectory()) continue
  test(`sample ${entry.name}: its diagnostics, normal form and next instants are as expected`, async () => {
    const expected: unknown = JSON.parse(await readFile(join(SAMPLES, entry.name, 'expected.json'), 'utf8'))
    assert.deepEqual(JSON.parse(JSON.stringify(await readSample(entry.name))), expected)
  })
}
