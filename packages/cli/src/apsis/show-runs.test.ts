import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunJson } from '@apsis/api/json'
import { isMarked, runsTable, runText } from './show-runs.ts'

const screen = { columns: 80, color: false, zone: 'UTC', now: () => Date.parse('2026-11-21T14:10:00Z') }

function run(parts: Partial<RunJson>): RunJson {
  return {
    run_id: 'r7',
    job_id: 'j',
    args: {},
    state: 'running',
    times: { schedule: '2026-11-21T14:00:00.000+00:00', running: '2026-11-21T14:00:01.000+00:00' },
    labels: [],
    version: 1,
    conds: [],
    actions: [],
    program: { type: 'procstar', str: '/bin/x' },
    meta: {},
    origin: { type: 'request' },
    ...parts,
  }
}

test('a run whose agent is unreachable says so, and since when, in lists and alone', () => {
  const away = run({ unreachable_since: '2026-11-21T14:05:00.000+00:00' })
  assert.match(
    runText(away, screen),
    /\n\[\?\] running since 2026-11-21 14:00:01 elapsed 9:59\nagent unreachable since 2026-11-21 14:05:00\n$/,
  )
  assert.match(runsTable([away], screen), /\nr7 +\[\?\] /)
  assert.match(runsTable([run({})], screen), /\nr7 +\[»\] /)
})

test('a run that was marked says so, when, why, and how it ended', () => {
  const times = { ...run({}).times, failure: '2026-11-21T14:00:06.000+00:00' }
  const marked = run({ state: 'success', message: 'killed by SIGTERM', elapsed: 5, times })
  assert.ok(isMarked(marked))
  const mark = { timestamp: '2026-11-21T14:03:00.000+00:00', message: 'marked as success: done by hand' }
  assert.match(
    runText(marked, screen, mark),
    /\n\[\+\] success, marked; failure at 2026-11-21 14:00:06 elapsed 0:05\nmarked as success: done by hand, at 2026-11-21 14:03:00\nfailure: killed by SIGTERM\n$/,
  )
  const plain = run({ state: 'failure', message: 'killed by SIGTERM', elapsed: 5, times })
  assert.ok(!isMarked(plain))
  assert.match(runText(plain, screen), /\n\[X\] failure at 2026-11-21 14:00:06 elapsed 0:05\nkilled by SIGTERM\n$/)
})

test('a run that ended before it had a program does not say that it has none', () => {
  const times = { schedule: '2026-11-21T14:00:00.000+00:00', skipped: '2026-11-21T14:00:00.000+00:00' }
  const text = runText(run({ state: 'skipped', program: null, message: 'skipped by a user', times }), screen)
  assert.equal(text, 'run r7 j()\n[-] skipped at 2026-11-21 14:00:00\nskipped by a user\n')
})
