import assert from 'node:assert/strict'
import { test } from 'node:test'
import { argsFault } from './args.ts'
import { bindRun } from './bind.ts'
import { jobOf } from './sample-kinds.test.ts'

const PROGRAM = 'program: {type: echo, text: hi}\n'

test('JOB16: the args of a run are the params of its job', () => {
  const job = { id: 'J', params: ['a', 'b'] }
  assert.equal(argsFault(job, { a: '', b: '' }), null)
  assert.equal(argsFault(job, {}), 'missing args (a, b) for job J')
  assert.equal(argsFault(job, { a: '', b: '', d: '', c: '' }), 'extra args (c, d) for job J')
})

test('JOB17: binding a run', () => {
  const job = jobOf(`${PROGRAM}params: [a]\ncondition: [{type: needs, job_id: x, on: false}, {type: needs, job_id: y}]`)
  const known = (jobId: string): readonly string[] | null => (jobId === 'y' ? [] : null)
  assert.deepEqual(bindRun(job, { runId: 'r1', args: { a: '1' } }, known), {
    ok: true,
    bound: {
      definition: job.hash,
      program: {
        type: 'echo',
        spec: { text: 'hi', args: { a: '1' } },
        str: 'hi',
        stop: { signal: 15, grace: null },
        timeout: null,
      },
      conditions: [{ type: 'needs', spec: { job_id: 'y', args: {} }, str: 'needs y' }],
    },
  })
  assert.deepEqual(bindRun(job, { runId: 'r1', args: {} }, known), { ok: false, message: 'missing args (a) for job j' })
  assert.deepEqual(
    bindRun(job, { runId: 'r1', args: { a: '' } }, () => null),
    { ok: false, message: 'unknown job ID: y' },
  )
})
