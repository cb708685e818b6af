import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reviveJob } from './revive.ts'
import { digest, jobOf, registry } from './sample-kinds.test.ts'

const TEXT = `
params: [a, b]
schedule:
  - {start: {type: every, seconds: 3, args: {a: 1}}, stop: {type: after, seconds: 9}}
  - {type: every, seconds: 3, enabled: false}
condition: {type: needs, job_id: x}
program: {type: echo, text: hi}
successors: z
metadata: {labels: [l], description: d}
`

test('JOB50: a stored definition', () => {
  const job = jobOf(TEXT)
  const stored = { jobId: job.id, hash: job.hash, json: job.json, adHoc: job.adHoc }
  const revived = reviveJob(stored, { registry, digest })
  const data = (one: typeof job): unknown => [
    [one.id, one.hash, one.json, one.params, one.labels, one.metadata, one.adHoc, one.settings],
    one.schedules.map(({ key, enabled, args, schedule, stop }) => [key, enabled, args, schedule.str, stop?.str]),
    [one.program, ...one.conditions, ...one.actions].map(({ type, str, json }) => [type, str, json]),
  ]
  assert.deepEqual(data(revived), data(job))
  assert.equal(revived.environment, registry.environment)
  assert.equal(revived.program, revived.program)

  for (const [key, value] of [
    ['schedules', { schedule: [{ type: 'gone' }] }],
    ['params', { params: 3 }],
    ['labels', { metadata: {} }],
    ['metadata', { metadata: 3 }],
    ['program', { program: { type: 'gone' } }],
  ] as const) {
    const damaged = reviveJob({ ...stored, json: { ...job.json, ...value } }, { registry, digest })
    assert.throws(() => damaged[key], /the stored definition of job j is damaged/)
  }
  const asked: string[] = []
  const lazy = reviveJob(
    {
      ...stored,
      get json() {
        asked.push('json')
        return job.json
      },
    },
    { registry, digest },
  )
  assert.deepEqual([lazy.id, lazy.hash, lazy.adHoc, asked], ['j', job.hash, false, []])
})
