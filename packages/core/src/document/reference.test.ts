import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DIAGNOSTIC_CODES } from './diagnostic.ts'

test('DOC17: every code is in the reference, with an example and what to do, and no other', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs/reference/diagnostics.md'), 'utf8')
  const sections = new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.split('\n', 1)[0] ?? '', section]),
  )
  assert.deepEqual([...sections.keys()], Object.keys(DIAGNOSTIC_CODES))
  for (const [code, meaning] of Object.entries(DIAGNOSTIC_CODES)) {
    const section = sections.get(code) ?? ''
    assert.ok(section.toLowerCase().includes(`\n${meaning.toLowerCase()}.\n`), code)
    assert.match(section, /^- Example: \S.*\n- What to do: \S/m, code)
  }
})
