import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@apsis/core/json'
import type { BoundProgram } from '@apsis/core/run'
import { expandedOf, faultsOf, specOf } from '../../builtin/sample.test.ts'
import { noOpRuntime } from './run.ts'
import { noOp } from './spec.ts'

const scope = { runId: 'r1', jobId: 'j', args: { n: '1.5' } } as const

function bound(value: JsonObject): BoundProgram {
  return expandedOf(specOf(noOp, value).bind(scope))
}

test('KPROG1: the end of a no-op', () => {
  assert.equal(noOpRuntime.start(bound({}), { now: 1_000, startedAt: null }).endsAt, null)
  assert.equal(noOpRuntime.start(bound({ duration: '2 s' }), { now: 1_000, startedAt: null }).endsAt, 3_000)
  assert.equal(noOpRuntime.start(bound({ duration: 2 }), { now: 9_000, startedAt: 1_500 }).endsAt, 3_500)
  assert.equal(noOpRuntime.start(bound({ duration: '{{ n }} min' }), { now: 0, startedAt: null }).endsAt, 90_000)
  assert.deepEqual(specOf(noOp, { duration: '{{ n }} weeks' }).bind(scope), {
    ok: false,
    message: "can't parse as duration: 1.5 weeks: unknown unit weeks",
    field: ['duration'],
  })
  assert.deepEqual(faultsOf(noOp, { duration: '-1' }), ['duration: negative duration: -1'])
})

test('KPROG2: the outcome of a no-op', () => {
  const outcome = (value: JsonObject): string => {
    const plan = noOpRuntime.start(bound(value), { now: 0, startedAt: null })
    return `${plan.outcome} ${plan.message}`
  }
  assert.equal(outcome({}), 'success null')
  assert.equal(outcome({ success: true }), 'success null')
  assert.equal(outcome({ success: false }), 'failure failed')
  assert.equal(outcome({ success: null }), 'error error')
  assert.equal(outcome({ success: 'no' }), 'success null')
})
