import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../json/index.ts'
import { bindRun } from './bind.ts'
import { parseJobJson } from './parse.ts'
import { digest, jobOf, parse, registry, told } from './sample-kinds.test.ts'
import { PLAIN_SETTINGS } from './settings.ts'

const PROGRAM = 'program: {type: echo, text: hi}\n'
const PROCESS = 'program: {type: echo, text: hi, process: true}\n'

test('JOB23: settings that are not said, or are null, leave the job as it was', () => {
  const plain = jobOf(PROGRAM)
  assert.deepEqual(plain.settings, PLAIN_SETTINGS)
  for (const key of ['env', 'retry', 'limits', 'resources', 'waiting', 'owner', 'labels']) {
    const said = parse(`${PROGRAM}${key}:`)
    assert.ok(said.ok)
    assert.deepEqual([said.job.hash, said.job.json, said.diagnostics], [plain.hash, plain.json, []], key)
  }
  assert.equal(jobOf(`${PROGRAM}priority: 0`).hash, plain.hash)
  assert.notEqual(jobOf(`${PROGRAM}priority: 1`).hash, plain.hash)
})

test('JOB24: env is expanded into the program of a run, and a process is needed for it', () => {
  const job = jobOf(`params: [a]\n${PROCESS}env: {B: "{{ a }}-{{ run_id }}", A: , C: true, D: 1.0}`)
  assert.deepEqual(job.json['env'], { A: null, B: '{{ a }}-{{ run_id }}', C: 'True', D: '1.0' })
  const bound = bindRun(job, { runId: 'r1', args: { a: 'x' } }, () => null)
  assert.ok(bound.ok)
  assert.deepEqual(bound.bound.program.spec['env'], { A: null, B: 'x-r1', C: 'True', D: '1.0' })
  const failed = bindRun(jobOf(`${PROCESS}env: {A: "{{ b }}"}`), { runId: 'r1', args: {} }, () => null)
  assert.ok(!failed.ok)
  assert.match(failed.message, /^name 'b' is not defined \(env\.A, line 1, column 4\)$/)
  assert.deepEqual(told(parse(`${PROGRAM}env: {A: b}`)), ['JOB_KEY_INACTIVE 2:1 `env` has no effect on a echo program'])
  const faults = told(parse(`${PROCESS}env: {"A=B": x, C: [1], D: "{{ x "}`))
  assert.equal(faults.length, 3)
  assert.match(faults[0] ?? '', /^JOB_VALUE 2:14 .*no = in it/)
  assert.match(faults[1] ?? '', /^JOB_VALUE 2:20 /)
  assert.match(faults[2] ?? '', /^JOB_TEMPLATE 2:\d+ /)
})

test('JOB25: retry', () => {
  const { settings, json } = jobOf(
    `${PROGRAM}retry: {count: 3, delay: 1 min, backoff: 2, max_delay: 1 h, on: [failure, 75, 75]}`,
  )
  assert.deepEqual(settings.retry, {
    count: 3,
    delay: 60_000,
    backoff: 2,
    maxDelay: 3_600_000,
    on: ['failure', 75],
  })
  assert.deepEqual(json['retry'], { count: 3, delay: 60, backoff: 2, max_delay: 3600, on: ['failure', 75] })
  assert.deepEqual(jobOf(`${PROGRAM}retry: {count: 1}`).json['retry'], {
    count: 1,
    delay: 0,
    backoff: 1,
    on: ['failure', 'error'],
  })
  assert.deepEqual(told(parse(`${PROGRAM}retry: {count: 0, delay: -1, backoff: 0.5, on: [failre, 0], of: x}`)), [
    'JOB_VALUE 2:16 expected a whole number from 1 to 1000',
    'JOB_VALUE 2:26 delay must not be negative',
    'JOB_VALUE 2:39 backoff must be 1 or more',
    "JOB_VALUE 2:49 expected a state or an exit code, not text 'failre' (did you mean 'failure'?)",
    'JOB_VALUE 2:57 expected a state or an exit code, not number 0 (as failure, error, or an exit code from 1 to 255)',
    "JOB_KEY_UNKNOWN 2:61 unexpected key: of (did you mean 'on'?)",
  ])
})

test('JOB26: limits', () => {
  const job = jobOf(`${PROGRAM}limits: {cpu_time: 1 h, memory: 2 GiB, file_size: 1.5MB, core_size: 0, open_files: 64}`)
  const limits = { cpu_time: 3600, memory: 2_147_483_648, file_size: 1_500_000, core_size: 0, open_files: 64 }
  assert.deepEqual(job.json['limits'], limits)
  const faults = told(parse(`${PROGRAM}limits: {cpu_time: 0, memory: 1 gb, stack: -1, processes: 0, cpu: 1}`))
  assert.deepEqual(
    faults.map((fault) => fault.split(' ').slice(0, 2).join(' ')),
    ['JOB_VALUE 2:20', 'JOB_VALUE 2:31', 'JOB_VALUE 2:44', 'JOB_VALUE 2:59', 'JOB_KEY_UNKNOWN 2:62'],
  )
})

test('JOB27: resources', () => {
  const job = jobOf(`${PROGRAM}resources: {db: 2, disk: {amount: 0.5, shared: false}, a: {}}`)
  assert.deepEqual(job.json['resources'], {
    a: { amount: 1, shared: true },
    db: { amount: 2, shared: true },
    disk: { amount: 0.5, shared: false },
  })
  const faults = told(parse(`${PROGRAM}resources: {db: 0, disk: {amount: x, sharde: 1}}`))
  assert.deepEqual(
    faults.map((fault) => fault.split(' ').slice(0, 2).join(' ')),
    ['JOB_VALUE 2:17', 'JOB_VALUE 2:35', 'JOB_KEY_UNKNOWN 2:38'],
  )
})

test('JOB28: waiting, priority, owner', () => {
  const job = jobOf(`${PROGRAM}waiting: {max_time: 2 h, then: skipped}\npriority: -10\nowner: team`)
  assert.deepEqual(job.settings.waiting, { maxTime: 7_200_000, outcome: 'skipped' })
  assert.equal(job.settings.priority, -10)
  assert.equal(job.settings.owner, 'team')
  assert.deepEqual(told(parse(`${PROGRAM}waiting: {max_time: 0, then: success}\npriority: 1001\nowner: 3`)), [
    'JOB_VALUE 2:21 max_time must be longer than nothing',
    "JOB_VALUE 2:30 expected one of error, skipped, not text 'success'",
    'JOB_VALUE 3:11 expected a whole number from -1000 to 1000',
    'JOB_VALUE 4:8 owner must be a string (write it in quotes)',
  ])
})

test('JOB29: labels of the top are joined to those of the metadata', () => {
  const job = jobOf(`${PROGRAM}labels: [b, c, b]\nmetadata: {labels: [a, b], x: 1}`)
  assert.deepEqual(job.labels, ['a', 'b', 'c'])
  assert.deepEqual(job.json['metadata'], { x: 1, labels: ['a', 'b', 'c'] })
  assert.equal(Object.hasOwn(job.json, 'labels'), false)
  assert.equal(jobOf(`${PROGRAM}labels: a`).hash, jobOf(`${PROGRAM}metadata: {labels: a}`).hash)
})

test('JOB30: what nothing acts on is told', () => {
  const text = `${PROGRAM}retry: {count: 1}\nlimits: {memory: 1}\nresources: {a: 1}\nwaiting: {max_time: 1}\npriority: 1\nowner: x`
  const parsed = parse(text)
  assert.ok(parsed.ok)
  assert.deepEqual(
    told(parsed),
    ['retry', 'limits', 'resources', 'waiting', 'priority'].map(
      (key, index) => `JOB_KEY_INACTIVE ${index + 2}:1 \`${key}\` is checked, but not acted on by this version`,
    ),
  )
  assert.ok(parsed.diagnostics.every(({ severity }) => severity === 'notice'))
})

const name = fc.string({ minLength: 1, maxLength: 5 }).filter((text) => !/[=\0]/.test(text) && text !== '__proto__')
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 2 })
const amount = fc.double({ min: 0.001, max: 1e6, noNaN: true })
const scalar = fc.oneof(
  fc.string().filter((text) => !/[{}]/.test(text)),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)
const seconds = fc.integer({ min: 1, max: 1e6 })

const document = fc.record(
  {
    params: fc.oneof(name, fc.array(name), fc.dictionary(name, fc.jsonValue())),
    schedule: fc.array(
      fc.record({ type: fc.constant('every'), seconds, enabled: fc.boolean(), args: fc.dictionary(name, scalar) }),
    ),
    condition: fc.array(fc.record({ type: fc.constant('needs'), job_id: fc.string(), on: fc.boolean() })),
    successors: fc.array(fc.oneof(name, fc.record({ job_id: name }))),
    metadata: fc.record({ labels: fc.array(fc.string()), other: fc.jsonValue() }),
    labels: fc.oneof(name, fc.array(name)),
    owner: some(fc.string()),
    env: some(fc.dictionary(name, scalar)),
    retry: some(
      fc.record(
        {
          count: fc.integer({ min: 1, max: 1000 }),
          delay: seconds,
          backoff: fc.double({ min: 1, max: 10, noNaN: true }),
          max_delay: seconds,
          on: fc.array(fc.oneof(fc.constantFrom('failure', 'error'), fc.integer({ min: 1, max: 255 })), {
            minLength: 1,
          }),
        },
        { requiredKeys: ['count'] },
      ),
    ),
    limits: some(fc.record({ cpu_time: seconds, memory: seconds, open_files: seconds }, { requiredKeys: [] })),
    resources: some(
      fc.dictionary(name, fc.oneof(amount, fc.record({ amount, shared: fc.boolean() }, { requiredKeys: [] }))),
    ),
    waiting: some(
      // oxlint-disable-next-line unicorn/no-thenable -- a key of job files
      fc.record({ max_time: seconds, then: fc.constantFrom('error', 'skipped') }, { requiredKeys: ['max_time'] }),
    ),
    priority: fc.integer({ min: -1000, max: 1000 }),
  },
  { requiredKeys: [] },
)

test('JOB31: the normal form of any job is accepted back, and gives an equal job', () => {
  const context = { jobId: 'j', registry, digest }
  fc.assert(
    fc.property(document, (keys) => {
      const given = JSON.parse(JSON.stringify({ program: { type: 'echo', text: 'hi' }, ...keys })) as JsonObject
      const first = parseJobJson(given, context)
      assert.ok(first.ok, JSON.stringify(first.diagnostics))
      const stored = JSON.parse(JSON.stringify(first.job.json)) as JsonObject
      const again = parseJobJson(stored, context)
      assert.ok(again.ok, JSON.stringify(again.diagnostics))
      assert.deepEqual(again.job.json, first.job.json)
      assert.equal(again.job.hash, first.job.hash)
      assert.deepEqual(again.job.settings, first.job.settings)
      assert.deepEqual(
        again.job.schedules.map(({ key }) => key),
        first.job.schedules.map(({ key }) => key),
      )
    }),
    { numRuns: 300 },
  )
})
