import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fits, previewBlocks } from './catch-up-blocks.ts'

test('what would be made up for is wrapped at 80 columns, and nothing of it is cut', () => {
  const why =
    'the server was down from 2026-01-01 00:00:00 to 2026-01-05 00:00:00, and max_age is 1 h; only the last is run'
  const [first, last] = ['2026-01-01 00:00:00', '2026-01-05 00:00:00']
  const rows = [
    [`team/${'long/'.repeat(20)}job`, 'daily@09:00:00', 'missed', '12', first, last, why],
    [`team/${'long/'.repeat(20)}job`, 'daily@09:00:00', 'run', '1', last, last, 'started by 2026-01-05 00:01:00'],
    ['other', 'k', 'broken', '', '', '', 'no such calendar'],
  ]
  const text = previewBlocks(rows, 80)
  assert.ok(fits(text, 80), text)
  const words = text.replaceAll(/\s+/g, '')
  for (const part of rows.flat()) assert.ok(words.includes(part.replaceAll(' ', '')), part)
  assert.doesNotMatch(text, /…/)
  assert.match(text, /\n {2}missed 12: 2026-01-01 00:00:00 to 2026-01-05 00:00:00\n {4}the server was down/)
  assert.match(text, /\n {2}run 1: 2026-01-05 00:00:00\n {4}started by/)
  assert.match(text, /\nother {2}k\n {2}broken\n {4}no such calendar\n$/)
})
