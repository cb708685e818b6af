import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from '@apsis/core/config'
import { parseJob } from '@apsis/core/job'
import { registry } from '@apsis/kinds/builtin'
import { keptTooShort, noteShortRetention } from './kept-too-short.ts'

test('a dependency on runs that are kept for less than seven days is told', () => {
  const told = (condition: string, rules: string): string => {
    const text = `program: {type: no-op}\ncondition: ${condition}\n`
    const parsed = parseJob(text, { jobId: 'down', path: 'down.yaml', registry, digest: () => 'd' })
    assert.ok(parsed.ok, JSON.stringify(parsed))
    const read = parseConfig(`job_dir: jobs\nretention: ${rules}\n`, 'config.yaml', registry)
    assert.ok(read.ok, JSON.stringify(read))
    return keptTooShort([parsed.job], read.config.retention)
      .map(({ jobId, on, age }) => `${jobId} ${on} ${age / 86_400_000}`)
      .join()
  }
  const dependency = '{type: dependency, job_id: a/up}'
  assert.equal(told(dependency, '[{age: 6 d}]'), 'down a/up 6')
  assert.equal(told(dependency, '[{age: 7 d}]'), '')
  assert.equal(told(dependency, '[{count: 1}]'), '')
  assert.equal(told(dependency, '[{job: a/, age: 30 d}, {age: 1 d}]'), '')
  assert.equal(told(dependency, '[{states: failure, age: 1 d}]'), '')
  assert.equal(told('{type: dependency, job_id: "{{ job_id }}"}', '[{age: 1 d}]'), '')
})

test('at the start the log names ten of them, and says how many more there are', () => {
  const parsed = parseJob('program: {type: no-op}\ncondition: {type: dependency, job_id: up}\n', {
    jobId: 'down',
    path: 'down.yaml',
    registry,
    digest: () => 'd',
  })
  assert.ok(parsed.ok)
  const rule = { job: '**', states: ['success'], age: 3_600_000, count: null, archive: null } as const
  const said: string[] = []
  const note = (message: string): void => void said.push(message)
  const jobs = Array.from({ length: 12 }, () => parsed.job)
  noteShortRetention(jobs, [rule], { info: note, warn: note, error: note })
  assert.equal(said.length, 11)
  assert.match(said[0] ?? '', /^job down depends on runs of up, which are removed after .*: it waits for ever/)
  assert.equal(said[10], 'and 2 more jobs depend on runs that are removed early')
})
