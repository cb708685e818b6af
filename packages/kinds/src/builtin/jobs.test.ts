import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { formatDiagnostic } from '@apsis/core/document'
import { checkJobs } from '@apsis/core/check'
import { bindRun, jobIdOfPath, parseJobJson } from '@apsis/core/job'
import fc from 'fast-check'
import { registry } from './index.ts'
import { jobOf, parse } from './sample.test.ts'

const EXAMPLES = join(import.meta.dirname, '../../../../examples/jobs')

const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).flatMap((path) => {
  const jobId = jobIdOfPath(path.replaceAll('\\', '/'))
  return jobId === null ? [] : [{ jobId, text: readFileSync(join(EXAMPLES, path), 'utf8') }]
})

const DAY = 86_400_000

test('KIND1: the examples load and check', () => {
  assert.ok(files.length >= 12)
  const entries = files.map(({ jobId, text }) => {
    const parsed = parse(text, jobId)
    assert.deepEqual(parsed.diagnostics.map(formatDiagnostic), [])
    assert.ok(parsed.ok)
    assert.equal(typeof parsed.job.metadata['description'], 'string', jobId)
    return { job: parsed.job, source: { path: `${jobId}.yaml`, text } }
  })
  for (const now of [0, Date.UTC(2026, 6, 31, 23, 59, 59), Date.UTC(2026, 9, 25, 0, 30)]) {
    assert.deepEqual(checkJobs(entries, { now }).map(formatDiagnostic), [])
  }
})

test('KIND2: something is due within a minute', () => {
  const schedules = files.flatMap(({ jobId, text }) => jobOf(text, jobId).schedules)
  const now = Date.UTC(2026, 0, 1, 12, 0, 0) + 17
  const soon = schedules.filter(({ schedule }) => [...schedule.occurrences(now, now + 60_000)].length > 0)
  assert.ok(soon.length >= 5, `${soon.length} are due within a minute`)
})

test('KIND3: Python names', () => {
  const job = jobOf(`
program: {type: apsis.program.procstar.agent.ProcstarShellProgram, command: x}
schedule:
  - {type: apsis.schedule.daily.DailySchedule, tz: UTC, daytime: "01:00:00"}
  - start: {type: apsis.schedule.interval.IntervalSchedule, interval: 1 h}
    stop: {type: apsis.schedule.stop.DurationStopSchedule, duration: 1}
condition:
  - {type: apsis.cond.dependency.Dependency, job_id: x}
  - {type: apsis.cond.max_running.BoundMaxRunning, count: 2}
action: {type: apsis.actions.schedule.ScheduleAction, job_id: x}
`)
  const text = JSON.stringify(job.json)
  assert.doesNotMatch(text, /apsis\./)
  for (const type of ['procstar-shell', 'daily', 'interval', 'duration', 'dependency', 'max_running', 'schedule']) {
    assert.match(text, new RegExp(`"type":"${type}"`))
  }
  assert.equal(jobOf('program: {type: apsis.program.noop.NoOpProgram}').program.type, 'no-op')
})

test('KIND4: names are unique', () => {
  for (const family of [registry.schedules, registry.stops, registry.programs, registry.conditions, registry.actions]) {
    const names = family.flatMap(({ type, aliases }) => [type, ...aliases])
    assert.deepEqual(names, [...new Set(names)])
  }
})

test('KIND5: mutilated files give diagnostics', () => {
  const corpus = files.map(({ text }) => text)
  const piece = fc.constantFrom(
    '{{ ',
    ' }}',
    '- ',
    ': ',
    '\n',
    '  ',
    '{}',
    '[]',
    '~',
    'yes',
    '0',
    '-1',
    '1e99',
    '.nan',
    '"',
    '&a ',
    '*a',
    'null',
    '2024-01-01',
    '{% if %}',
    '\u0000',
    '<<: ',
  )
  const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.nat(12), put: piece })
  fc.assert(
    fc.property(fc.constantFrom(...corpus), fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
      let mutated = text
      for (const { at, drop, put } of edits) {
        const from = Math.floor(at * mutated.length)
        mutated = mutated.slice(0, from) + put + mutated.slice(from + drop)
      }
      const parsed = parse(mutated)
      for (const { line, column } of parsed.diagnostics)
        assert.ok(line !== null && line >= 1 && column !== null && column >= 1)
      if (!parsed.ok) {
        assert.ok(parsed.diagnostics.some(({ severity }) => severity === 'error'))
        return
      }
      const { job } = parsed
      bindRun(job, { runId: 'r1', args: Object.fromEntries(job.params.map((param) => [param, 'x'])) }, () => ['time'])
      checkJobs([{ job, source: { path: 'j.yaml', text: mutated } }], { now: 20_000 * DAY })
    }),
    { numRuns: 1500 },
  )
})

test('KIND6: normal forms are accepted back', () => {
  const digest = (text: string): string => `${text.length}:${text}`
  for (const { jobId, text } of files) {
    const first = parseJobJson(jobOf(text, jobId).json, { jobId, registry, digest })
    assert.ok(first.ok, jobId)
    const second = parseJobJson(first.job.json, { jobId, registry, digest })
    assert.ok(second.ok, jobId)
    assert.deepEqual(second.job.json, jobOf(text, jobId).json)
    assert.equal(second.job.hash, first.job.hash)
    assert.deepEqual(
      second.job.schedules.map(({ key }) => key),
      first.job.schedules.map(({ key }) => key),
    )
  }
})

test('KIND7: broken templates are told when the file is read', () => {
  const parsed = parse('program:\n  type: procstar-shell\n  command: "echo {{ date "\n')
  assert.ok(!parsed.ok)
  const [first] = parsed.diagnostics
  assert.equal(`${first?.code} ${first?.line}:${first?.column}`, 'JOB_TEMPLATE 3:26')
})

test('KIND8: every kind has a README', () => {
  const src = join(import.meta.dirname, '..')
  for (const family of ['programs', 'conditions', 'schedules', 'stops', 'actions']) {
    for (const entry of readdirSync(join(src, family), { withFileTypes: true })) {
      if (entry.isDirectory())
        assert.ok(existsSync(join(src, family, entry.name, 'README.md')), `${family}/${entry.name}`)
    }
  }
})
