import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { LIMIT, overlong } from './overlong.ts'

test('a source file over the limit is named; one at the limit, texts, and results of builds are not', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'apsis-overlong-'))
  t.after(() => rmSync(root, { recursive: true }))
  const write = (path: string, lines: number) => {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), '\n'.repeat(lines))
  }
  write('packages/a/src/at.ts', LIMIT)
  write('packages/a/src/over.ts', LIMIT + 1)
  write('packages/a/launcher/src/over.c', LIMIT + 1)
  write('packages/a/README.md', LIMIT + 1)
  write('packages/a/dist/over.js', LIMIT + 1)
  assert.deepEqual(
    [...overlong(root, ['packages'])],
    [
      { file: 'packages/a/launcher/src/over.c', lines: LIMIT + 1 },
      { file: 'packages/a/src/over.ts', lines: LIMIT + 1 },
    ],
  )
})
