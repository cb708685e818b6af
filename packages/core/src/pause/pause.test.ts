import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Json } from '../json/index.ts'
import { covers, decidePause, isOfJob, type Pause, pauseJson, pauseText, readPause } from './index.ts'

const PAUSE: Pause = {
  id: 'p',
  scope: 'job',
  target: 'a/',
  createdAt: 1_000,
  until: 5_000,
  mode: 'skip',
  reason: 'why',
}
const RUN = { jobId: 'a/b', labels: ['x'], due: 2_000 }

test('PAU1: which jobs a pause is of', () => {
  const of = (scope: Pause['scope'], target: string, jobId: string): boolean =>
    isOfJob({ scope, target }, { jobId, labels: ['x', 'y'] })
  assert.ok(of('job', 'a', 'a'))
  assert.ok(!of('job', 'a', 'a/b'))
  assert.ok(!of('job', 'a', 'ab'))
  assert.ok(of('job', 'a/', 'a/b'))
  assert.ok(of('job', 'a/', 'a/b/c'))
  assert.ok(!of('job', 'a/', 'a'))
  assert.ok(of('label', 'y', 'a'))
  assert.ok(!of('label', 'a', 'a'))
})

test('PAU2: a pause covers what is due from its beginning up to its end', () => {
  assert.deepEqual(
    [999, 1_000, 4_999, 5_000].map((due) => covers(PAUSE, due)),
    [false, true, true, false],
  )
  assert.ok(covers({ ...PAUSE, until: null }, 1e15))
})

test('PAU3: a hold that is in force comes first, then a skip that covers the time', () => {
  const hold: Pause = { ...PAUSE, id: 'h', mode: 'hold', until: 3_000, reason: null }
  const type = (pauses: readonly Pause[], now: number): string => decidePause(pauses, RUN, now, true).type
  assert.equal(type([], 2_000), 'begin')
  assert.equal(type([PAUSE, hold], 2_000), 'hold')
  assert.equal(type([PAUSE, hold], 4_000), 'skip')
  assert.equal(type([PAUSE], 9_000), 'skip')
  assert.equal(type([hold], 4_000), 'begin')
  assert.equal(
    type(
      [
        { ...PAUSE, target: 'b' },
        { ...hold, createdAt: 2_001 },
      ],
      2_500,
    ),
    'begin',
  )
  const decision = decidePause([hold], RUN, 2_000, true)
  assert.ok(decision.type === 'hold' && decision.pause === 'h')
  assert.equal(decision.message, 'job a/ is paused until 1970-01-01T00:00:03+00:00')
})

test('PAU6: where no more may be held, what would be held is skipped', () => {
  assert.deepEqual(decidePause([{ ...PAUSE, mode: 'hold', until: null }], RUN, 2_000, false), {
    type: 'skip',
    message: 'as many runs as may be are held: job a/ is paused: why',
  })
})

test('PAU4: a pause in words', () => {
  assert.equal(pauseText(PAUSE), 'job a/ is paused until 1970-01-01T00:00:05+00:00: why')
  assert.equal(pauseText({ ...PAUSE, scope: 'label', target: 'x', until: null, reason: null }), 'label x is paused')
})

test('PAU5: a pause is read back as written; anything else is refused', () => {
  for (const pause of [PAUSE, { ...PAUSE, until: null, reason: null, mode: 'hold' } as const]) {
    // JSON.parse makes nothing but JSON values.
    const stored = JSON.parse(JSON.stringify(pauseJson(pause))) as Json
    assert.deepEqual(readPause(stored), { ok: true, value: pause })
  }
  const keys = fc.constantFrom('id', 'scope', 'target', 'createdAt', 'until', 'mode', 'reason')
  fc.assert(
    fc.property(keys, fc.constantFrom(true, [], {}), (key, wrong) => {
      const read = readPause({ ...pauseJson(PAUSE), [key]: wrong })
      assert.ok(!read.ok)
      assert.ok(read.message.includes(key), read.message)
    }),
  )
})
