import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { argsFault } from './args.ts'
import { jobIdFault, jobIdOfPath } from './name.ts'
import { parseJobJson } from './parse.ts'
import { digest, jobOf, parse, registry, told } from './sample-kinds.test.ts'

const PROGRAM = 'program: {type: echo, text: hi}\n'

test('JOB1: all that is wrong is told at once', () => {
  const text = [
    'params: [a, [b]]',
    'program:',
    '  type: echo',
    '  txet: hi',
    'shedule: []',
    'condition:',
    '  - type: nedes',
    'action:',
    '  type: schedule',
    'metadata: 3',
    'ad_hoc: maybe',
  ].join('\n')
  assert.deepEqual(told(parse(text)), [
    'JOB_VALUE 1:13 expected the name of a param, not a list',
    'JOB_KEY_MISSING 3:3 missing key: text',
    "JOB_KEY_UNKNOWN 4:3 unexpected key: txet (did you mean 'text'?)",
    "JOB_KEY_UNKNOWN 5:1 unexpected key: shedule (did you mean 'schedule'?)",
    "JOB_TYPE_UNKNOWN 7:11 unknown condition type: nedes (did you mean 'needs'? known here: needs, never)",
    'JOB_KEY_MISSING 9:3 missing key: job_id',
    'JOB_VALUE 10:11 expected a mapping, not number 3',
    "JOB_VALUE 11:9 expected true or false, not text 'maybe'",
  ])
  assert.deepEqual(told(parse('- 1')), [
    'JOB_NOT_A_MAPPING 1:1 expected a mapping, not a list (write `key: value` lines)',
  ])
  assert.deepEqual(told(parse('')), ['JOB_EMPTY 1:1 there is nothing in this file (a job needs at least a `program`)'])
})

test('JOB2: unknown keys', () => {
  assert.deepEqual(told(parse(`${PROGRAM}conditions: []\nzzz: 1`)), [
    "JOB_KEY_UNKNOWN 2:1 unexpected key: conditions (did you mean 'condition'?)",
    'JOB_KEY_UNKNOWN 3:1 unexpected key: zzz (known here: action, ad_hoc, condition, env, job_id, labels, limits, metadata, owner, params, priority, program, resources, retry, schedule, successors, waiting)',
  ])
})

test('JOB3: a program is required', () => {
  assert.deepEqual(told(parse('params: [a]')), [
    'JOB_KEY_MISSING 1:1 missing key: program (a job needs a `program`: what it runs)',
  ])
  const [line] = told(parse('program: echo hello'))
  assert.match(line ?? '', /^JOB_VALUE 1:10 expected a program, a mapping with a type, not text 'echo hello' \(write /)
})

test('JOB4: forms of params', () => {
  assert.deepEqual(jobOf(`${PROGRAM}params: one`).params, ['one'])
  assert.deepEqual(jobOf(`${PROGRAM}params: [b, a, b, 3]`).params, ['3', 'a', 'b'])
  assert.deepEqual(jobOf(`${PROGRAM}params: {b: text, a: }`).params, ['a', 'b'])
  assert.deepEqual(jobOf(`${PROGRAM}params:`).params, [])
  assert.deepEqual(jobOf(PROGRAM).params, [])
})

test('JOB5: types', () => {
  assert.deepEqual(told(parse('program: {text: hi}')), ['JOB_TYPE_MISSING 1:10 missing type (known here: echo)'])
  assert.equal(jobOf('program: {type: sample.program.Echo, text: hi}').json['program'] !== undefined, true)
  assert.deepEqual(jobOf('program: {type: sample.program.Echo, text: hi}').program.json, { type: 'echo', text: 'hi' })
  assert.deepEqual(told(parse('program: {type: my.module.Thing}')), [
    'JOB_TYPE_UNKNOWN 1:17 unknown program type: my.module.Thing (a job file cannot load Python classes; known here: echo)',
  ])
  assert.deepEqual(told(parse('program: {type: shell, command: x}')), [
    "JOB_TYPE_UNKNOWN 1:17 unknown program type: shell (removed in Apsis 2: use 'procstar-shell')",
  ])
  assert.deepEqual(told(parse('program: {type: [a]}')), [
    'JOB_TYPE_UNKNOWN 1:17 unknown program type: a list (known here: echo)',
  ])
})

test('JOB6: forms of schedules', () => {
  assert.deepEqual(jobOf(`${PROGRAM}schedule:`).schedules, [])
  const job = jobOf(
    `${PROGRAM}schedule:\n  - {type: every, seconds: 1}\n  - start: {type: every, seconds: 2, enabled: false}\n  - {start: {type: every, seconds: 3}, stop: {type: after, seconds: 9}}`,
  )
  assert.deepEqual(
    job.schedules.map(({ enabled, schedule, stop }) => [enabled, schedule.str, stop?.str ?? null]),
    [
      [true, 'every 1 s', null],
      [false, 'every 2 s', null],
      [true, 'every 3 s', 'after 9 s'],
    ],
  )
  assert.deepEqual(told(parse(`${PROGRAM}schedule: {type: every, seconds: 1, enabled: no}`)), [
    "JOB_VALUE_ODD 2:46 enabled: text 'no' counts as true (write true or false)",
  ])
  assert.deepEqual(told(parse(`${PROGRAM}schedule: {start: {type: every, seconds: 1}, stop: {type: aftre}}`)), [
    "JOB_TYPE_UNKNOWN 2:59 unknown stop schedule type: aftre (did you mean 'after'? known here: after)",
  ])
  assert.deepEqual(told(parse(`${PROGRAM}schedule: {type: every, seconds: 1, arg: {}}`)), [
    "JOB_KEY_UNKNOWN 2:37 unexpected key: arg (did you mean 'args'?)",
  ])
  assert.deepEqual(told(parse(`${PROGRAM}schedule: hourly`)), [
    "JOB_VALUE 2:11 expected a schedule, a mapping with a type, not text 'hourly' (write a mapping with a type: every)",
  ])
})

test('JOB7: args of schedules', () => {
  const job = jobOf(
    `${PROGRAM}schedule: {type: every, seconds: 1, args: {b: 1.0, a: true, c: 2024-01-01, d: null, e: 010}}`,
  )
  assert.deepEqual(job.schedules[0]?.args, { a: 'True', b: '1.0', c: '2024-01-01', d: 'None', e: '10' })
  assert.deepEqual(told(parse(`${PROGRAM}schedule: {type: every, seconds: 1, args: [a]}`)), [
    'JOB_VALUE 2:43 expected args, a mapping of names to values, not a list',
  ])
})

test('JOB8: conditions and actions are one or a list', () => {
  assert.equal(jobOf(`${PROGRAM}condition: {type: needs, job_id: x}`).conditions.length, 1)
  assert.equal(jobOf(`${PROGRAM}action: [{type: schedule, job_id: x}, {type: schedule, job_id: y}]`).actions.length, 2)
  for (const key of ['condition', 'action', 'successors']) {
    assert.match(
      told(parse(`${PROGRAM}${key}:`))[0] ?? '',
      /^JOB_VALUE \d:\d+ expected an? ?\w+ or a list of them, not null/,
    )
  }
})

test('JOB9: successors', () => {
  const job = jobOf(
    `${PROGRAM}action: {type: schedule, job_id: first}\nsuccessors: [next, {job_id: other, args: {a: b}}]`,
  )
  assert.deepEqual(
    job.actions.map((action) => action.json),
    [
      { type: 'schedule', job_id: 'first', args: {} },
      { type: 'schedule', job_id: 'next', args: {}, if: { states: ['success'] } },
      { type: 'schedule', job_id: 'other', args: { a: 'b' }, if: { states: ['success'] } },
    ],
  )
  assert.deepEqual(told(parse(`${PROGRAM}successors: [{job: x}]`)), [
    'JOB_KEY_MISSING 2:14 missing key: job_id',
    'JOB_KEY_UNKNOWN 2:15 unexpected key: job (known here: args, job_id)',
  ])
})

test('JOB10: metadata', () => {
  assert.deepEqual(jobOf(PROGRAM).metadata, { labels: [] })
  const job = jobOf(`${PROGRAM}metadata: {labels: one, description: "*text*", owner: {team: a}}`)
  assert.deepEqual(job.metadata, { owner: { team: 'a' }, description: '*text*', labels: ['one'] })
  assert.deepEqual(job.labels, ['one'])
  assert.deepEqual(told(parse(`${PROGRAM}metadata: {labels: [a, {}]}`)), [
    'JOB_VALUE 2:24 expected a label, a text, not a mapping',
  ])
})

test('JOB11: the ID has to be that of the place', () => {
  assert.equal(jobOf(`${PROGRAM}job_id: a/b`, 'a/b').id, 'a/b')
  assert.deepEqual(told(parse(`${PROGRAM}job_id: c`, 'a/b')), [
    "JOB_ID 2:9 JSON job_id mismatch c (remove job_id, or write a/b, which is the job's ID by its file)",
  ])
})

test('JOB15: job IDs of files', () => {
  assert.equal(jobIdOfPath('a/b/c.yaml'), 'a/b/c')
  assert.equal(jobIdOfPath('f g.x.yaml'), 'f g.x')
  assert.equal(jobIdOfPath('.hidden/a.yaml'), '.hidden/a')
  for (const path of ['a/.b.yaml', 'a.yml', 'a.yaml~', 'a', 'yaml']) assert.equal(jobIdOfPath(path), null, path)
  assert.equal(jobIdFault('a/b'), null)
  for (const id of ['', 'a\nb', 'x'.repeat(1025)]) assert.notEqual(jobIdFault(id), null)
})

test('JOB18: a job from JSON', () => {
  const context = { jobId: 'j', registry, digest }
  const parsed = parseJobJson({ program: { type: 'echo', text: 'hi' }, params: ['a'] }, context)
  assert.ok(parsed.ok)
  assert.equal(parsed.job.hash, jobOf(`${PROGRAM}params: a`).hash)
  const wrong = parseJobJson({ program: { type: 'echo', text: 1 } }, context)
  assert.ok(!wrong.ok)
  assert.deepEqual(wrong.diagnostics, [
    {
      code: 'JOB_VALUE',
      severity: 'error',
      file: null,
      line: null,
      column: null,
      key: 'program.text',
      message: 'expected a text, not number 1',
      hint: null,
    },
  ])
  assert.equal(parseJobJson([1], context).ok, false)
})

test('JOB22: no text makes the parser throw', () => {
  const json = fc.jsonValue({ maxDepth: 4 })
  const key = fc.constantFrom(
    'params',
    'schedule',
    'program',
    'condition',
    'action',
    'successors',
    'metadata',
    'ad_hoc',
    'job_id',
    'x',
  )
  fc.assert(
    fc.property(fc.dictionary(key, json), (document) => {
      const parsed = parse(JSON.stringify(document))
      assert.ok(parsed.ok || parsed.diagnostics.some(({ severity }) => severity === 'error'))
    }),
    { numRuns: 1000 },
  )
})

test('JOB32: a template in the args of a schedule', () => {
  const text = `${PROGRAM}schedule: {type: every, seconds: 1, args: {a: "{{ schedule_time }}", b: "{% if x %}{% endif %}", c: "{x}"}}`
  const result = parse(text)
  assert.ok(result.ok)
  assert.deepEqual(
    result.diagnostics.map(({ code, severity, key, hint }) => [code, severity, key, /schedule_time/.test(hint ?? '')]),
    [
      ['JOB_VALUE_ODD', 'warning', 'schedule.args.a', true],
      ['JOB_VALUE_ODD', 'warning', 'schedule.args.b', false],
    ],
  )
  assert.deepEqual(result.job.schedules[0]?.args, { a: '{{ schedule_time }}', b: '{% if x %}{% endif %}', c: '{x}' })
})

test('JOB33: a schedule with start and stop of which there is a warning', () => {
  const result = parse(
    `${PROGRAM}schedule: {start: {type: every, seconds: 1, enabled: "yes"}, stop: {type: after, seconds: 9}}`,
  )
  assert.ok(result.ok)
  assert.deepEqual([result.diagnostics.length, result.job.schedules.length], [1, 1])
})

test('JOB34: missing and extra args are told together', () => {
  const job = { id: 'j', params: ['a', 'b'] }
  assert.equal(argsFault(job, { a: '1', b: '2' }), null)
  assert.equal(argsFault(job, {}), 'missing args (a, b) for job j')
  assert.equal(argsFault(job, { a: '1', b: '2', z: '', c: '' }), 'extra args (c, z) for job j')
  assert.equal(argsFault(job, { a: '1', bb: '2' }), 'missing args (b) for job j; extra args (bb)')
})
