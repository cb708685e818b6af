import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJobJson } from './parse.ts'
import { digest, jobOf, registry } from './sample-kinds.test.ts'

const FULL = `
params: {b: , a: }
schedule:
  - {start: {type: every, seconds: 3, args: {a: 1}}, stop: {type: after, seconds: 9}}
  - {type: every, seconds: 3, enabled: false}
condition: {type: needs, job_id: x}
program: {type: echo, text: hi}
action: {type: schedule, job_id: y}
successors: z
metadata: {labels: l, description: d}
`

test('JOB12: the normal form is accepted back', () => {
  const job = jobOf(FULL)
  assert.deepEqual(job.json, {
    job_id: 'j',
    params: ['a', 'b'],
    schedule: [
      {
        start: { type: 'every', seconds: 3, until: 0, enabled: true, args: { a: '1' } },
        stop: { type: 'after', seconds: 9 },
      },
      { type: 'every', seconds: 3, until: 0, enabled: false, args: {} },
    ],
    program: { type: 'echo', text: 'hi' },
    condition: [{ type: 'needs', job_id: 'x', args: {}, on: true }],
    action: [
      { type: 'schedule', job_id: 'y', args: {} },
      { type: 'schedule', job_id: 'z', args: {}, if: { states: ['success'] } },
    ],
    metadata: { description: 'd', labels: ['l'] },
    ad_hoc: false,
  })
  const again = parseJobJson(job.json, { jobId: 'j', registry, digest })
  assert.ok(again.ok)
  assert.deepEqual(again.job.json, job.json)
  assert.equal(again.job.hash, job.hash)
  assert.deepEqual(
    again.job.schedules.map(({ key }) => key),
    job.schedules.map(({ key }) => key),
  )
})

test('JOB13: the hash is of the definition', () => {
  const hash = jobOf('program: {type: echo, text: hi}\nparams: [a, b]').hash
  assert.equal(jobOf('# c\nparams:\n  - b\n  - a\nprogram:\n  text: "hi"\n  type: echo\n').hash, hash)
  assert.notEqual(jobOf('program: {type: echo, text: ho}\nparams: [a, b]').hash, hash)
  assert.notEqual(jobOf('program: {type: echo, text: hi}\nparams: [a, b]', 'other').hash, hash)
})

test('JOB14: keys of schedules', () => {
  const keys = (schedules: string): string[] =>
    jobOf(`program: {type: echo, text: hi}\nschedule: [${schedules}]`).schedules.map(({ key }) => key)
  const [one, two] = keys('{type: every, seconds: 1}, {type: every, seconds: 2}')
  assert.deepEqual(keys('{type: every, seconds: 2}, {type: every, seconds: 1}'), [two, one])
  assert.deepEqual(keys('{type: every, seconds: 1, enabled: false}'), [one])
  assert.deepEqual(keys('{start: {type: every, seconds: 1}, stop: {type: after, seconds: 1}}'), [one])
  assert.notDeepEqual(keys('{type: every, seconds: 1, args: {a: 1}}'), [one])
  assert.deepEqual(keys('{type: every, seconds: 1}, {type: every, seconds: 1}, {type: every, seconds: 1}'), [
    one,
    `${one}#2`,
    `${one}#3`,
  ])
})
