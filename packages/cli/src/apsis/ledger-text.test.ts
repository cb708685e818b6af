import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InstantJson } from '@apsis/api/json'
import { ledgerText } from './ledger-text.ts'

const AWAY =
  'the server was away until 2026-11-21T14:12:00.000+00:00; last seen alive at 2026-11-21T14:10:49.984+00:00; only the last is made up for'

function instant(minute: number, reason: string | null): InstantJson {
  return {
    job_id: 'reports/daily',
    schedule_key: 'k',
    due: `2026-11-21T14:0${minute}:00.000+00:00`,
    args: {},
    run_id: null,
    verdict: reason === null ? 'started' : 'missed',
    reason,
    decided: null,
  }
}

const instants = [instant(1, AWAY), instant(2, AWAY), instant(3, null), instant(4, 'held')]

test('a reason is whole at every width, and said once where lines share it', () => {
  for (const columns of [60, 80, 200]) {
    const text = ledgerText(instants, null, { zone: 'UTC', columns })
    const lines = text.trimEnd().split('\n')
    for (const line of lines) assert.ok(line.length <= columns, line)
    assert.equal(text.replace(/\s+/g, ' ').split(AWAY).length, 2, text)
    assert.equal(lines.filter((line) => line.endsWith('missed   as above')).length, 1)
    assert.ok(lines.some((line) => line.endsWith('held')))
  }
  const wide = ledgerText(instants, null, { zone: 'UTC', columns: 200 })
  assert.match(wide, /14:01:00 .* missed {3}the server was away until .* made up for\n/)
})

test('where there is no terminal each line says its whole reason', () => {
  const text = ledgerText(
    instants,
    { started: 1, skipped: 0, missed: 2, held: 0, superseded: 0, undecided: 0 },
    { zone: 'UTC', columns: null },
  )
  assert.equal(text.split(AWAY).length, 3)
  assert.match(text, /\nall jobs: 1 started, 2 missed\n$/)
})
