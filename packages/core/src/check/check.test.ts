import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { formatDiagnostic } from '../document/index.ts'
import type { KindRegistry, KindSyntax, ProgramSpec } from '../kind/index.ts'
import { checkJobs } from './check.ts'
import { checkJobFiles, type JobFile } from './folder.ts'
import { digest, jobOf, registry } from '../job/sample-kinds.test.ts'

const PROGRAM = 'program: {type: echo, text: hi}\n'
const NOW = Date.UTC(2026, 0, 1)

function check(files: Readonly<Record<string, string>>): string[] {
  const entries = Object.entries(files).map(([id, text]) => ({
    job: jobOf(text, id),
    source: { path: `${id}.yaml`, text },
  }))
  return checkJobs(entries, { now: NOW }).map(
    ({ code, severity, file, line, column, message }) => `${severity} ${code} ${file}:${line}:${column} ${message}`,
  )
}

test('CHECK1: a trial run of each schedule', () => {
  assert.deepEqual(
    check({
      a: `${PROGRAM}params: [x, schedule_time, date]\nschedule:\n  - {type: every, seconds: 1}\n  - {type: every, seconds: 2, enabled: false, args: {x: 1}}`,
      b: 'program: {type: echo, text: "{{ bad }}"}\nschedule: {type: every, seconds: 1}',
      c: `${PROGRAM}schedule: {type: every, seconds: 1}\ncondition: {type: needs, job_id: gone}`,
    }),
    [
      'error JOB_ARGS a.yaml:4:5 missing args (x) for job a',
      "error JOB_TRIAL b.yaml:2:11 name 'bad' is not defined",
      'error JOB_TRIAL c.yaml:2:11 unknown job ID: gone',
    ],
  )
})

test('CHECK2: without a next run, what is named must exist', () => {
  const files = {
    target: `${PROGRAM}params: [p, q]`,
    a: `${PROGRAM}params: [q]\ncondition:\n  - {type: needs, job_id: gone}\n  - {type: needs, job_id: "{{ any }}"}\naction: {type: schedule, job_id: target, args: {r: x}}\nsuccessors: [lost]\n`,
    past: `${PROGRAM}schedule: {type: every, seconds: 1, until: 1000}\nsuccessors: lost`,
  }
  assert.deepEqual(check(files), [
    'error JOB_REFERENCE a.yaml:4:27 unknown job ID in condition: gone',
    'error JOB_ARGS a.yaml:6:9 missing arg in action: param p of job target',
    'error JOB_ARGS a.yaml:6:49 extraneous arg in action: param r of job target',
    'error JOB_REFERENCE a.yaml:7:14 unknown job ID in action: lost',
    'error JOB_REFERENCE past.yaml:3:13 unknown job ID in action: lost',
  ])
  const job = jobOf(files.past, 'past')
  const [found] = checkJobs([{ job, source: null }], { now: NOW })
  assert.equal(found?.key, 'past: action[0].job_id')
  assert.deepEqual(checkJobs([{ job, source: null }], { now: NOW, others: () => [] }), [])
})

test('CHECK3: with a next run, what actions name wrongly is a warning', () => {
  assert.deepEqual(check({ a: `${PROGRAM}schedule: {type: every, seconds: 1}\nsuccessors: lost` }), [
    'warning JOB_REFERENCE a.yaml:3:13 unknown job ID in action: lost',
  ])
})

test('CHECK5: the files of a folder', () => {
  const unread = { severity: 'error', file: 'b.yaml', line: null, column: null, key: '', hint: null } as const
  const files: readonly JobFile[] = [
    { jobId: 'a', path: 'a.yaml', read: { ok: true, text: `${PROGRAM}action: [{type: schedule, job_id: b}]` } },
    {
      jobId: 'b',
      path: 'b.yaml',
      read: { ok: false, diagnostic: { ...unread, code: 'JOB_UNREADABLE', message: 'gone' } },
    },
    { jobId: 'c', path: 'c.yaml', read: { ok: true, text: 'programm: {}' } },
    { jobId: 'd', path: 'd.yaml', read: { ok: true, text: `${PROGRAM}condition: {type: needs, job_id: other}` } },
  ]
  const checking = checkJobFiles(files, { registry, digest, now: NOW, others: (id) => (id === 'other' ? [] : null) })
  let pauses = 0
  let step = checking.next()
  for (; step.done !== true; step = checking.next()) pauses++
  assert.ok(pauses >= 8)
  assert.deepEqual(
    step.value.map(({ jobId, job, text, diagnostics }) => [
      jobId,
      job?.id ?? null,
      text === '' ? '' : 'text',
      diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code),
    ]),
    [
      ['a', 'a', 'text', ['JOB_REFERENCE']],
      ['b', null, '', ['JOB_UNREADABLE']],
      ['c', null, 'text', ['JOB_KEY_UNKNOWN', 'JOB_KEY_MISSING']],
      ['d', 'd', 'text', []],
    ],
  )
})

const endless = (depth: number): number => 1 + endless(depth + 1)

/** The kinds of the samples, and `deep`: a program that overflows the stack where it is asked to. */
function deepRegistry(fault: (text: string) => unknown): KindRegistry {
  const deep: KindSyntax<ProgramSpec> = {
    type: 'deep',
    aliases: [],
    schema: z.strictObject({ type: z.literal('deep'), in: z.string() }).transform((json) => {
      if (json.in === 'parse') fault(json.in)
      return {
        type: 'deep',
        json,
        str: 'deep',
        bind: () => {
          fault(json.in)
          return { ok: false, message: 'no fault' }
        },
      }
    }),
  }
  return { ...registry, programs: [...registry.programs, deep] }
}

const DEEP_FILES: readonly JobFile[] = Object.entries({
  a: 'program: {type: deep, in: parse}\n',
  b: 'program: {type: deep, in: bind}\nschedule: {type: every, seconds: 1}\n',
  c: 'program: {type: echo, text: "{{ bad }}"}\nschedule: {type: every, seconds: 1}\n',
}).map(([jobId, text]) => ({ jobId, path: `${jobId}.yaml`, read: { ok: true, text } }))

test('CHECK16: a file that overflows the stack has an error of its own', () => {
  const deep = deepRegistry(() => endless(0))
  const checked = drained(checkJobFiles(DEEP_FILES, { registry: deep, digest, now: NOW }))
  assert.deepEqual(
    checked.map(({ diagnostics }) => diagnostics.map(formatDiagnostic)),
    [
      ['a.yaml:1:1: error JOB_TOO_LARGE: nested too deeply to be read'],
      ['b.yaml:2:11: error JOB_TRIAL: the next run of this schedule is nested too deeply to be made'],
      ["c.yaml:2:11: error JOB_TRIAL: name 'bad' is not defined (in the next run of this schedule)"],
    ],
  )
})

test('CHECK16: any other exception is a bug, and goes on', () => {
  for (const file of DEEP_FILES.slice(0, 2)) {
    const bug = deepRegistry(() => 'x'.repeat(-1))
    assert.throws(() => drained(checkJobFiles([file], { registry: bug, digest, now: NOW })), RangeError)
  }
})

function drained<T>(checking: Generator<undefined, T>): T {
  let step = checking.next()
  while (step.done !== true) step = checking.next()
  return step.value
}
