import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pauseJson } from '@apsis/core/pause'
import { instant, run, T0, write } from '../conformance/fixture.ts'
import { openSqliteStore } from '../sqlite/index.ts'
import { tempFolder } from './fixture.ts'
import { peekLedger } from './peek-ledger.ts'

test('FOLDER17: what a start would decide upon is read, with holds, labels and pauses, and nothing is changed', async (t) => {
  const folder = await tempFolder(t)
  const store = await openSqliteStore({ folder })
  const pause = pauseJson({
    id: 'p',
    scope: 'label',
    target: 'x',
    createdAt: T0,
    until: null,
    mode: 'skip',
    reason: 'why',
  })
  const held = { since: T0, until: null, reason: 'wait', due: false, pause: null }
  const [first, second] = [run(1, 'scheduled'), run(2, 'scheduled')]
  assert.ok(first.state === 'scheduled' && second.state === 'scheduled')
  await store.commit({
    runs: [
      write({ ...first, labels: ['x', 'y'], held: null }, { instant: instant(1, T0) }),
      write({ ...second, labels: [], held }, { instant: instant(2, T0 + 1) }),
      write(run(3, 'scheduled'), { instant: instant(3, T0 + 2) }),
    ],
    instants: [instant(null, T0 - 1), instant(null, T0 - 2, { verdict: 'missed', decidedAt: T0 })],
    cursors: [{ jobId: 'dir/job', scheduleKey: 'key', plannedUntil: T0 + 9 }],
    records: [
      { kind: 'pause', id: 'p', json: pause },
      { kind: 'setting', id: 'alive', json: { time: T0 + 5 } },
    ],
  })
  await store.close()
  const key = { jobId: 'dir/job', scheduleKey: 'key' }
  assert.deepEqual(peekLedger(folder, T0 + 1), {
    cursors: [{ ...key, plannedUntil: T0 + 9 }],
    undecided: [
      { ...key, due: T0 - 1, held: null, labels: [] },
      { ...key, due: T0, held: null, labels: ['x', 'y'] },
      { ...key, due: T0 + 1, held, labels: [] },
    ],
    pauses: [pause],
    adHoc: [],
    alive: T0 + 5,
  })
})
