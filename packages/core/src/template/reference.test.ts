import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { expand, MAX_OUTPUT, MAX_TEMPLATE } from './index.ts'
import { MAX_STEPS } from './budget.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../../../docs/reference/templates.md'), 'utf8')
const SCOPE = { runId: 'r12', jobId: 'group/job', args: { date: '2026-03-31', n: '20', list: 'a,b,c' } } as const
const ROW = /^\| `(\{[^]*?[}])` \| `([^`]*)` \|$/

test('TMPL36: the examples of the reference page give what it says', () => {
  const [, table = ''] = /\n## Examples\n([^]*?)\n## /.exec(PAGE) ?? []
  const rows = table.split('\n').filter((line) => line.startsWith('| `'))
  assert.ok(rows.length > 20)
  for (const row of rows) {
    const [, template = '', value] = ROW.exec(row) ?? []
    assert.notEqual(template, '', row)
    assert.deepEqual(expand(template.replaceAll('\\|', '|'), SCOPE), { ok: true, value }, row)
  }
})

test('TMPL36: the limits of the reference page are the limits', () => {
  for (const limit of [MAX_OUTPUT, MAX_TEMPLATE, MAX_STEPS]) {
    assert.ok(PAGE.includes(String(limit).replace(/\B(?=(\d{3})+$)/g, ',')), String(limit))
  }
})
