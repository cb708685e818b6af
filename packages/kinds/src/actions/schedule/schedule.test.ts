import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@apsis/core/json'
import { type State, STATES } from '@apsis/core/run'
import { expandedOf, faultsOf, specOf } from '../../builtin/sample.test.ts'
import { schedule } from './spec.ts'

const snapshot = { runId: 'r1', jobId: 'me', args: { a: '1', b: '2' }, state: 'success' } as const
const PARAMS: Readonly<Record<string, readonly string[]>> = { other: ['a', 'c'], none: [] }
const paramsOf = (jobId: string): readonly string[] | null => PARAMS[jobId] ?? null

test('KACT1: when it applies', () => {
  const states = (value: JsonObject): State[] =>
    STATES.filter((state) => specOf(schedule, { job_id: 'x', ...value }).applies({ ...snapshot, state }))
  const finished = ['success', 'failure', 'error', 'skipped']
  assert.deepEqual(states({}), finished)
  assert.deepEqual(states({ if: {} }), finished)
  assert.deepEqual(states({ if: null }), finished)
  assert.deepEqual(states({ if: { states: 'failure' } }), ['failure'])
  assert.deepEqual(states({ if: { states: ['error', 'running'] } }), ['running', 'error'])
})

test('KACT2: its args', () => {
  const action = specOf(schedule, { job_id: 'other', args: { c: 'x{{ b }}' } })
  assert.deepEqual(expandedOf(action.plan(snapshot, paramsOf)), [
    { type: 'schedule', jobId: 'other', args: { a: '1', c: 'x2' } },
  ])
  assert.deepEqual(expandedOf(specOf(schedule, { job_id: 'none' }).plan(snapshot, paramsOf)), [
    { type: 'schedule', jobId: 'none', args: {} },
  ])
})

test('KACT3: what cannot be scheduled', () => {
  const message = (value: JsonObject): string | null => {
    const planned = specOf(schedule, value).plan(snapshot, paramsOf)
    return planned.ok ? null : planned.message
  }
  assert.equal(message({ job_id: 'gone' }), 'unknown job ID: gone')
  assert.equal(message({ job_id: 'other' }), 'missing args (c) for job other')
  assert.equal(message({ job_id: 'none', args: { z: '1' } }), 'extra args (z) for job none')
  assert.match(message({ job_id: 'other', args: { c: '{{ nobody }}' } }) ?? '', /nobody/)
})

test('KACT4: the job ID is a text', () => {
  assert.equal(faultsOf(schedule, { job_id: { x: null } }).length, 1)
  assert.deepEqual(faultsOf(schedule, {}), [': missing key: job_id'])
  assert.equal(specOf(schedule, { job_id: '{{ a }}' }).json['job_id'], '{{ a }}')
})

test('KACT5: the normal form is accepted back', () => {
  for (const value of [{ job_id: 'x' }, { job_id: 'x', args: { a: 1, b: true }, if: { states: 'error' } }]) {
    const { json } = specOf(schedule, value)
    assert.deepEqual(specOf(schedule, json).json, json)
  }
})
