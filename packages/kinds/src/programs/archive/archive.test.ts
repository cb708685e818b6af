import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BoundProgram, RunId } from '@apsis/core/run'
import type { JsonObject } from '@apsis/core/json'
import { expandedOf, faultsOf, specOf } from '../../builtin/sample.test.ts'
import type { TaskContext, TaskServices } from '../../runtime/types.ts'
import { statsRuntime } from '../stats/run.ts'
import { stats } from '../stats/spec.ts'
import { vacuumRuntime } from '../vacuum/run.ts'
import { vacuum } from '../vacuum/spec.ts'
import { archiveRuntime } from './run.ts'
import { archive } from './spec.ts'

const scope = { runId: 'r1', jobId: 'j', args: { n: '2' } } as const

function bound(value: JsonObject): BoundProgram {
  return expandedOf(specOf(archive, value).bind(scope))
}

/** Services with so many runs to archive, and what was asked of them. */
function world(runs: number, stopAfter = Infinity) {
  let left = runs
  let steps = 0
  const asked: string[] = []
  const services: TaskServices = {
    archive: async (path, before, limit) => {
      asked.push(`${path} ${before} ${limit}`)
      steps++
      const taken = Math.min(left, limit)
      const runIds = Array.from({ length: taken }, (_, index): RunId => `r${left - index}`)
      left -= taken
      return { runIds, facts: taken * 3, outputs: taken }
    },
    countFinished: async () => left,
    vacuum: async () => {
      steps++
      left--
      return { freed: left < 0 ? 0 : 4_096, left: Math.max(0, left) }
    },
    sweep: async () => void asked.push('sweep'),
    stats: async () => '{"a":1}',
    appendLine: async (path, line) => void asked.push(`${path} ${line}`),
  }
  const ctx: TaskContext = {
    startedAt: 1_000_000,
    services,
    now: () => 2_000_000,
    stopping: () => steps >= stopAfter,
    sleep: async (ms) => void asked.push(`sleep ${ms}`),
    output: async (text) => void asked.push(`output ${text}`),
  }
  return { ctx, asked }
}

test('KPROG30: archive is bound with age and path expanded', () => {
  const spec = { age: '{{ n }} d', path: '/a/{{ job_id }}.db', count: 10, chunk_size: 3, chunk_sleep: 0.5 }
  assert.deepEqual(bound(spec).spec, { age: 172_800, path: '/a/j.db', count: 10, chunk_size: 3, chunk_sleep: 0.5 })
  assert.deepEqual(specOf(archive, spec).json, { type: 'archive', ...spec })
  assert.deepEqual(bound({ age: 60, path: 'a', count: 1 }).spec, {
    age: 60,
    path: 'a',
    count: 1,
    chunk_size: null,
    chunk_sleep: null,
  })
  assert.equal(faultsOf(archive, { age: '1 week', path: 'a', count: 1 }).length, 1)
  assert.equal(faultsOf(archive, { age: '1 d', path: 'a', count: 0 }).length, 1)
  assert.equal(faultsOf(archive, { path: 'a' }).length, 2)
  assert.equal(specOf(archive, { age: '{{ n }} w', path: 'a', count: 1 }).bind(scope).ok, false)
})

test('KPROG31: archive moves what is old enough, a chunk at a time with pauses, and says what it moved', async () => {
  const { ctx, asked } = world(5)
  const outcome = await archiveRuntime.run(
    bound({ age: 100, path: 'p', count: 10, chunk_size: 2, chunk_sleep: 1.5 }),
    ctx,
  )
  assert.deepEqual(asked, ['p 900000 2', 'sleep 1500', 'p 900000 2', 'sleep 1500', 'p 900000 2', 'p 900000 1'])
  assert.deepEqual(outcome, {
    outcome: 'success',
    message: null,
    meta: {
      'run count': 5,
      run_ids: [['r5', 'r4'], ['r3', 'r2'], ['r1']],
      'row counts': { run_history: 15, output: 5, runs: 5 },
      time: { 'archive runs': 0 },
    },
  })
})

test('KPROG32: archive fails where more is old enough than it may move', async () => {
  const { outcome, message } = await archiveRuntime.run(bound({ age: 1, path: 'p', count: 250 }), world(300).ctx)
  const said = 'archive count 250 exhausted with 50 eligible runs remaining; increase count or archive more frequently'
  assert.deepEqual([outcome, message], ['failure', said])
  const just = await archiveRuntime.run(bound({ age: 1, path: 'p', count: 250 }), world(250).ctx)
  assert.equal(just.outcome, 'success')
})

test('KPROG33: archive and vacuum stop between two steps, and say what was done', async () => {
  const stopped = await archiveRuntime.run(bound({ age: 1, path: 'p', count: 900 }), world(300, 1).ctx)
  assert.deepEqual([stopped.outcome, stopped.message], ['error', 'stopped; 100 runs were archived before'])
  const program = expandedOf(specOf(vacuum, {}).bind(scope))
  const half = await vacuumRuntime.run(program, world(3, 1).ctx)
  assert.deepEqual([half.outcome, half.message], ['error', 'stopped; 4096 bytes were given back before'])
})

test('KPROG34: vacuum sweeps, then gives space back until there is none', async () => {
  const { ctx, asked } = world(3)
  const outcome = await vacuumRuntime.run(expandedOf(specOf(vacuum, {}).bind(scope)), ctx)
  assert.deepEqual(outcome, { outcome: 'success', message: null, meta: { time: 0, bytes: 12_288 } })
  assert.deepEqual(asked, ['sweep'])
})

test('KPROG35: stats are the output, and a line of the file where there is one', async () => {
  const { ctx, asked } = world(0)
  await statsRuntime.run(expandedOf(specOf(stats, {}).bind(scope)), ctx)
  await statsRuntime.run(expandedOf(specOf(stats, { path: 'f{{ n }}' }).bind(scope)), ctx)
  assert.deepEqual(asked, ['output {"a":1}', 'output {"a":1}', 'f2 {"a":1}'])
})
