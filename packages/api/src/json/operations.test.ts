import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Backfill } from '@apsis/core/backfill'
import type { Pause } from '@apsis/core/pause'
import type { Held } from '@apsis/core/run'
import { finished, scheduled, T0, waiting } from './fixture/example.ts'
import {
  backfillJson,
  backfillJsonSchema,
  bulkOperationSchema,
  formatTime,
  pauseJson,
  pauseJsonSchema,
  runSummary,
  runSummarySchema,
} from './index.ts'

test('API16: a held run says how it is held', () => {
  const held: Held = { since: T0, until: T0 + 1_000, reason: 'disk is full', due: true, pause: 'p' }
  const summary = runSummary({ ...scheduled, held })
  assert.deepEqual(summary.held, {
    since: formatTime(T0),
    until: formatTime(T0 + 1_000),
    reason: 'disk is full',
    due: true,
    pause_id: 'p',
  })
  assert.deepEqual(runSummarySchema.parse(summary), summary)
  const open = runSummary({ ...scheduled, held: { ...held, until: null, reason: null, pause: null } })
  assert.deepEqual([open.held?.until, open.held?.reason, open.held?.pause_id], [null, null, null])
  for (const run of [scheduled, waiting, finished]) assert.equal('held' in runSummary(run), false)
})

test('API17: pauses and backfills pass their schemas', () => {
  const pause: Pause = {
    id: 'p',
    scope: 'job',
    target: 'etl/',
    createdAt: T0,
    until: T0 + 1_000,
    mode: 'hold',
    reason: null,
  }
  const json = pauseJson(pause)
  assert.deepEqual([json.since, json.until], [formatTime(T0), formatTime(T0 + 1_000)])
  for (const one of [json, pauseJson({ ...pause, until: null, reason: 'why' })]) {
    assert.deepEqual(pauseJsonSchema.parse(one), one)
  }
  const backfill: Backfill = {
    id: 'b',
    jobId: 'etl/load',
    scheduleKey: null,
    from: T0 - 2_000,
    to: T0,
    order: 'newest',
    concurrency: 2,
    createdAt: T0,
    reason: null,
    state: 'active',
    position: null,
    made: 0,
    total: 2,
    message: null,
  }
  const moved: Backfill = { ...backfill, position: { due: T0 - 1_000, scheduleKey: 'k' }, made: 1 }
  assert.deepEqual([backfillJson(backfill).position, backfillJson(moved).position], [null, formatTime(T0 - 1_000)])
  for (const one of [backfillJson(backfill), backfillJson(moved)]) assert.deepEqual(backfillJsonSchema.parse(one), one)
})

test('API18: operations on many runs are known ones', () => {
  const good = [
    { type: 'start' },
    { type: 'skip' },
    { type: 'stop' },
    { type: 'rerun' },
    { type: 'release' },
    { type: 'hold' },
    { type: 'hold', until: null },
    { type: 'hold', until: '2030-01-01T00:00:00Z' },
    { type: 'mark', state: 'error' },
  ]
  for (const operation of good) assert.deepEqual(bulkOperationSchema.parse(operation), operation)
  const bad = [
    {},
    { type: 'delete' },
    { type: 'skip', until: null },
    { type: 'mark' },
    { type: 'mark', state: 'running' },
    { type: 'hold', until: 'soon' },
    { type: 'hold', till: null },
  ]
  for (const operation of bad) {
    assert.equal(bulkOperationSchema.safeParse(operation).success, false, JSON.stringify(operation))
  }
})
