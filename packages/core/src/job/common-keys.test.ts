import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ALL_DAYS, type Calendar } from '../calendar/index.ts'
import type { KindRegistry, ScheduleSpec } from '../kind/index.ts'
import { PLAIN_ENVIRONMENT } from '../template/index.ts'
import { jitterOffset } from './identity.ts'
import type { Job, JobSchedule } from './job.ts'
import { parseJob, parseJobJson } from './parse.ts'
import { digest, jobOf, parse, registry, told } from './sample-kinds.test.ts'

const job = (keys: string, jobId?: string): Job =>
  jobOf(`program: {type: echo, text: hi}\nschedule: {type: every, seconds: 3${keys}}`, jobId)
const first = (keys: string, jobId?: string): JobSchedule => {
  const [schedule] = job(keys, jobId).schedules
  assert.ok(schedule !== undefined)
  return schedule
}

test('JOB40: keys of every schedule', () => {
  const { jitter, catchup, limit } = first(', jitter: 1 min, catchup: {policy: last, max_age: 1 h}, limit: 5')
  assert.deepEqual([jitter, limit], [60_000, 5])
  assert.deepEqual(catchup, { policy: 'last', maxAge: 3_600_000, maxCount: null, rate: null })
  const plain = first('')
  assert.deepEqual([plain.jitter, plain.offset, plain.catchup, plain.limit], [0, 0, null, null])
  assert.deepEqual(job('').json['schedule'], [{ type: 'every', seconds: 3, until: 0, enabled: true, args: {} }])
  const full = job(', jitter: 90, catchup: none, limit: 2')
  assert.deepEqual(full.json['schedule'], [
    { type: 'every', seconds: 3, until: 0, enabled: true, args: {}, jitter: 90, catchup: 'none', limit: 2 },
  ])
  const again = parseJobJson(full.json, { jobId: 'j', registry, digest })
  assert.ok(again.ok)
  assert.deepEqual(again.job.json, full.json)
  assert.deepEqual(again.job.schedules[0]?.offset, full.schedules[0]?.offset)
  const bad =
    'program: {type: echo, text: hi}\nschedule:\n  type: every\n  seconds: 3\n  jitter: -1\n  limit: 0\n  catchup: some\n  jiter: 1\n'
  assert.deepEqual(
    told(parse(bad)).map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['JOB_VALUE 5:11', 'JOB_VALUE 6:10', 'JOB_VALUE 7:12', 'JOB_KEY_UNKNOWN 8:3'],
  )
  assert.equal(
    jobOf('program: {type: echo, text: hi}\nschedule: {start: {type: every, seconds: 3}, stop: null}').schedules[0]
      ?.stop,
    null,
  )
})

test('JOB41: jitter is the same at all times', () => {
  const one = first(', jitter: 1 h')
  assert.equal(first(', jitter: 1 h').offset, one.offset)
  assert.ok(one.offset >= 0 && one.offset < 3_600_000)
  assert.notEqual(first(', jitter: 1 h', 'other').offset, one.offset)
  assert.notEqual(first(', jitter: 2 h').key, one.key)
  assert.equal(first(', jitter: 0').key, first('').key)
  assert.equal(first(', catchup: last, limit: 3').key, first('').key)
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.double({ min: 0, max: 1e12, noNaN: true }), (jobId, key, jitter) => {
      const offset = jitterOffset(jobId, key, jitter, digest)
      assert.ok(Number.isInteger(offset) && offset >= 0 && (offset < jitter || (jitter < 1 && offset === 0)))
    }),
  )
})

test('JOB42: calendar files', () => {
  const withCalendar = (calendars: readonly Calendar[], environmentDigest: string, text = 'hi'): Job => {
    const environment = { ...PLAIN_ENVIRONMENT, digest: environmentDigest }
    const schedules = registry.schedules.map((kind) => ({
      ...kind,
      schema: kind.schema.transform((spec): ScheduleSpec => ({ ...spec, calendars })),
    }))
    const given: KindRegistry = { ...registry, environment, schedules }
    const parsed = parseJob(`program: {type: echo, text: ${text}}\nschedule: {type: every, seconds: 3}`, {
      jobId: 'j',
      path: 'j.yaml',
      registry: given,
      digest,
    })
    assert.ok(parsed.ok)
    return parsed.job
  }
  const keyOf = (one: Job): string => `${one.hash} ${one.schedules[0]?.key}`
  const file = (source: string): Calendar => ({ ...ALL_DAYS, name: 'days', source })
  const plain = keyOf(job(''))
  assert.equal(keyOf(withCalendar([], 'e')), plain)
  assert.equal(keyOf(withCalendar([ALL_DAYS], 'e')), plain)
  const filed = withCalendar([file('a')], 'e')
  assert.notEqual(filed.hash, job('').hash)
  assert.equal(keyOf(withCalendar([file('a')], 'f')), keyOf(filed))
  const other = withCalendar([file('b')], 'e')
  assert.notEqual(other.hash, filed.hash)
  assert.notEqual(other.schedules[0]?.key, filed.schedules[0]?.key)
  const asking = (environmentDigest: string): string => withCalendar([], environmentDigest, 'get_calendar').hash
  assert.notEqual(asking('e'), asking('f'))
  assert.notEqual(asking('e'), asking(''))
})
