import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkJobs } from '@apsis/core/check'
import { formatDiagnostic } from '@apsis/core/document'
import { bindRun } from '@apsis/core/job'
import { jobOf, parse } from '../builtin/sample.test.ts'

const places = [
  [
    'program: {type: procstar, argv: [a, b, "x{{ who }}"]}',
    "name 'who' is not defined (program.argv[2], line 1, column 5)",
  ],
  [
    'program: {type: procstar-shell, command: "{{ who }}"}',
    "name 'who' is not defined (program.command, line 1, column 4)",
  ],
  ['program: {type: no-op, duration: "{{ 1 }} x"}', "can't parse as duration: 1 x: unknown unit x (program.duration)"],
  ['program: {type: procstar, argv: [a], group_id: "{{ [][1] }}"}', /\(program\.group_id, line 1, column \d+\)$/],
  [
    'program: {type: no-op}\ncondition: [{type: const, value: true}, {type: dependency, job_id: k, args: {p: "{{ q }}"}}]',
    "name 'q' is not defined (condition[1].args.p, line 1, column 4)",
  ],
  ['program: {type: no-op}\ncondition: {type: max_running, count: "{{ 0.5 }}"}', /not 0\.5 \(condition\[0\]\.count\)$/],
  ['program: {type: no-op}\ncondition: {type: dependency, job_id: gone}', 'unknown job ID: gone'],
] as const

for (const [text, message] of places) {
  test(`KTMPL1: ${JSON.stringify(text)}`, () => {
    const bound = bindRun(jobOf(text), { runId: 'r1', args: {} }, (id) => (id === 'k' ? ['p'] : null))
    assert.ok(!bound.ok)
    if (typeof message === 'string') assert.equal(bound.message, message)
    else assert.match(bound.message, message)
  })
}

test('KTMPL2: a template that cannot be parsed is told at its place', () => {
  for (const [text, place] of [
    ['program:\n  type: procstar\n  argv: [a, "b {{ 1 + }}"]\n', '3:23'],
    ["program:\n  type: procstar-shell\n  command: 'it''s {{ 1 + }}'\n", '3:26'],
    ['program:\n  type: procstar-shell\n  command: |\n    one\n    {{ 1 + }}\n', '5:12'],
    ['program: {type: no-op}\ncondition:\n  type: const\n  value: true\n  enabled: "{{ 1 + }}"\n', '5:20'],
  ] as const) {
    const parsed = parse(text)
    assert.ok(!parsed.ok)
    assert.deepEqual(
      parsed.diagnostics.map(({ code, line, column }) => `${code} ${line}:${column}`),
      [`JOB_TEMPLATE ${place}`],
      text,
    )
  }
})

test('KTMPL2: a template that fails in a trial run is told at its place', () => {
  const text = [
    'schedule: {type: interval, interval: 1h}',
    'program:',
    '  type: procstar-shell',
    '  command: |',
    '    echo hello',
    '    echo {{ who }}',
    '',
  ].join('\n')
  const found = checkJobs([{ job: jobOf(text), source: { path: 'j.yaml', text } }], { now: 0 })
  assert.deepEqual(found.filter(({ code }) => code === 'JOB_TRIAL').map(formatDiagnostic), [
    "j.yaml:6:13: error JOB_TRIAL: name 'who' is not defined (program.command, line 2, column 9) (in the next run of schedule[0])",
  ])
})

test('KTMPL3: a name that the schedule gives, and the job has no param for', () => {
  const hint = (name: string): string | null | undefined => {
    const schedule = 'schedule: {type: daily, tz: UTC, daytime: "09:00:00"}'
    const text = `program: {type: procstar-shell, command: "echo {{ ${name} }}"}\n${schedule}\n`
    const found = checkJobs([{ job: jobOf(text), source: { path: 'j.yaml', text } }], { now: 0 })
    return found.find(({ code }) => code === 'JOB_TRIAL')?.hint
  }
  assert.equal(hint('tz'), 'add tz to params: this schedule gives it')
  assert.equal(hint('schedule_time'), 'add schedule_time to params: this schedule gives it')
  assert.equal(hint('who'), 'in the next run of schedule[0]')
})
