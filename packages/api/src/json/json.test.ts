import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bound, finished, job, running, scheduled, T0, waiting } from './fixture/example.ts'
import {
  formatTime,
  jobJson,
  jobJsonSchema,
  logLine,
  logLineSchema,
  outputJson,
  outputJsonSchema,
  parseTime,
  runJson,
  runJsonSchema,
  runSummary,
  runSummarySchema,
} from './index.ts'

test('API1: a time has milliseconds, cut off, and +00:00', () => {
  assert.equal(formatTime(T0), '2026-01-02T03:04:05.678+00:00')
  assert.equal(formatTime(T0 + 0.999), '2026-01-02T03:04:05.678+00:00')
  assert.equal(formatTime(0), '1970-01-01T00:00:00.000+00:00')
})

test('API2: a time reads back as the instant cut to milliseconds, and needs a zone', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_102_444_800_000 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (ms, part) => {
        assert.equal(parseTime(formatTime(ms + part)), ms)
      },
    ),
  )
  assert.equal(parseTime('2026-01-02T03:04:05'), null)
  assert.equal(parseTime('2026-02-30T03:04:05Z'), null)
})

test('API3: a summary has its members whatever the state', () => {
  for (const run of [scheduled, waiting, running, finished]) {
    const { run_id, job_id, args, state, times, labels, version } = runSummary(run)
    assert.deepEqual(
      { run_id, job_id, args, state, labels, version, schedule: times.schedule },
      {
        run_id: run.id,
        job_id: 'down/stream',
        args: { date: '2026-01-02' },
        state: run.state,
        labels: ['demo'],
        version: 3,
        schedule: formatTime(run.times.schedule ?? 0),
      },
    )
  }
})

test('API4: only a run of a schedule that is still to come is expected', () => {
  assert.equal(runSummary(scheduled).expected, true)
  assert.equal('expected' in runSummary({ ...scheduled, origin: { type: 'request' } }), false)
  assert.equal('expected' in runSummary({ ...running, origin: scheduled.origin }), false)
})

test('API19: what made a run, where no schedule did', () => {
  assert.equal('made_by' in runSummary(scheduled), false)
  assert.equal(runSummary({ ...scheduled, origin: { type: 'rerun', of: 'r1' } }).made_by, 'rerun')
})

test('API20: a starting run says whether it waits for an agent', () => {
  const starting = { ...waiting, state: 'starting' } as const
  const handle = { id: '0b0a4d54-2a2f-4b8e-9a36-6d5a4b1f0c11', on: 'agent', agent: null } as const
  assert.equal(runSummary({ ...starting, handle }).because, 'for an agent in group default: none takes it yet')
  assert.equal('because' in runSummary({ ...starting, handle: { ...handle, agent: 'conn' } }), false)
  assert.equal('because' in runSummary({ ...starting, handle: { ...handle, on: 'server' } }), false)
})

test('API5: dependency conditions are listed, and nothing else is', () => {
  assert.deepEqual(runSummary(waiting).dependencies, [['up/stream', { date: '2026-01-02' }]])
  assert.equal(
    'dependencies' in runSummary({ ...waiting, bound: { ...bound, conditions: bound.conditions.slice(1) } }),
    false,
  )
  assert.equal('dependencies' in runSummary(scheduled), false)
})

test('API6: each state says what it alone knows', () => {
  assert.equal(runSummary(waiting).because, 'up/stream(date=2026-01-02) is running')
  assert.equal(runSummary(running).unreachable_since, formatTime(T0 + 1000))
  const { message, elapsed } = runSummary(finished)
  assert.deepEqual({ message, elapsed }, { message: 'exit code 1', elapsed: 2.5 })
})

test('API7: a full run has its bound program, its conditions and the actions of its job', () => {
  const json = runJson(running, { meta: null, job })
  assert.deepEqual(json.program, { type: 'procstar-shell', command: 'echo hi', group_id: 'default', str: 'echo hi' })
  assert.deepEqual(
    json.conds.map((cond) => [cond['type'], cond['str']]),
    [
      ['dependency', 'dependency up/stream(date=2026-01-02) is success'],
      ['max_running', 'fewer than 1 runs'],
    ],
  )
  assert.deepEqual(json.actions, [{ type: 'schedule', job_id: 'next', str: 'schedule next' }])
})

test('API8: a run that is not bound yet shows its job', () => {
  const json = runJson(scheduled, { meta: null, job })
  assert.deepEqual(json.program, { type: 'no-op', str: 'no-op' })
  assert.equal(json.conds.length, 2)
  const unknown = runJson(scheduled, { meta: null, job: null })
  assert.deepEqual([unknown.program, unknown.conds, unknown.actions], [null, [], []])
  assert.equal(runJson({ ...finished, bound: null }, { meta: null, job }).program, null)
})

test('API9: the metadata has labels, program and elapsed', () => {
  assert.deepEqual(runJson(finished, { meta: { status: 1 }, job }).meta, {
    job: { labels: ['demo'] },
    program: { status: 1 },
    elapsed: 2.5,
  })
  assert.deepEqual(runJson(scheduled, { meta: null, job }).meta, { job: { labels: ['demo'] } })
})

test('API10: a full run says its origin and its proc', () => {
  assert.deepEqual(runJson(running, { meta: null, job }).origin, { type: 'action', run_id: 'r2' })
  assert.deepEqual(runJson(scheduled, { meta: null, job }).origin, { type: 'schedule' })
  assert.deepEqual(runJson(running, { meta: null, job }).proc, { proc_id: running.handle.id, conn_id: 'conn' })
  assert.equal('proc' in runJson(finished, { meta: null, job }), false)
})

test('API11: state and log facts are log lines', () => {
  assert.deepEqual(logLine('r1', T0, { type: 'state', state: 'running', message: 'running' }), {
    run_id: 'r1',
    timestamp: formatTime(T0),
    message: 'running',
  })
  assert.equal(logLine('r1', T0, { type: 'log', message: 'x' })?.message, 'x')
  assert.equal(logLine('r1', T0, { type: 'meta' }), null)
})

test('API12: each schedule of a job is in normal form, with enabled and str', () => {
  assert.deepEqual(jobJson(job, () => null).schedule, [
    {
      start: { type: 'interval', interval: 60 },
      stop: { type: 'duration', duration: 30 },
      enabled: true,
      str: 'every 60s',
    },
    { type: 'interval', interval: 90, enabled: false, str: 'every 90s' },
  ])
})

test('API13: conditions are common, or listed by schedule', () => {
  const json = jobJson(job, () => null)
  assert.deepEqual(
    json.common_conditions.map((condition) => condition['type']),
    ['max_running'],
  )
  assert.deepEqual(
    json.resolved_conditions.map(({ schedule_args, conditions }) => [
      schedule_args,
      conditions.map((one) => one['type']),
    ]),
    [
      [{ region: 'eu' }, ['dependency']],
      [{ region: 'us' }, ['dependency']],
    ],
  )
})

test('API14: a dependency is resolved, known args first', () => {
  const [first] = jobJson(job, () => null).resolved_conditions
  const [dependency] = first?.conditions ?? []
  assert.equal(dependency?.['resolved_job_id'], 'up/stream')
  assert.equal(JSON.stringify(dependency?.['resolved_args']), '{"region":"eu","date":"{{ date }}"}')
})

test('API15: every form passes its schema', () => {
  for (const run of [scheduled, waiting, running, finished]) {
    const summary = runSummary(run)
    assert.deepEqual(runSummarySchema.parse(summary), summary)
    const full = runJson(run, { meta: { a: 1 }, job })
    assert.deepEqual(runJsonSchema.parse(JSON.parse(JSON.stringify(full))), JSON.parse(JSON.stringify(full)))
  }
  const json = jobJson(job, () => null)
  assert.deepEqual(jobJsonSchema.parse(json), json)
  assert.doesNotThrow(() => logLineSchema.parse(logLine('r1', T0, { type: 'log', message: '' })))
  assert.doesNotThrow(() => outputJsonSchema.parse(outputJson('output', 5)))
})
