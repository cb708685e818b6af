import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALL_DAYS } from '../calendar/index.ts'
import { jobOf } from '../job/sample-kinds.test.ts'
import { DAY } from '../time/index.ts'
import { scheduleProblems } from './schedules.ts'
import { folder, NOW, PROGRAM, scheduled, told } from './folder-fixture.test.ts'

const HOURLY = 'schedule: {type: every, seconds: 3600}\n'
const needs = (jobId: string): string => `condition: {type: needs, job_id: ${jobId}}\n`

test('CHECK4: what is only good to know is told when asked for', () => {
  const files = {
    j: `${PROGRAM}schedule: [{type: every, seconds: 5}, {type: every, seconds: 7, args: {x: 1}}]\n`,
    off: `${PROGRAM}schedule: {type: every, seconds: 5, enabled: false}\n`,
    hand: PROGRAM,
  }
  assert.deepEqual(told(folder(files, false)), [])
  assert.deepEqual(told(folder(files), []), [
    'notice JOB_REMARK j.yaml:2:39 seven is odd',
    'notice JOB_ARGS_UNUSED j.yaml:2:72 arg x is not used: job j has no such param',
    'notice JOB_DISABLED off.yaml:2:11 the schedule is disabled',
    'notice JOB_UNREACHABLE hand.yaml:1:1 no schedule and no action starts this job',
  ])
})

test('CHECK6: jobs that schedule each other for ever', () => {
  const files = {
    a: `${PROGRAM}successors: b\n`,
    b: `${PROGRAM}action: [{type: schedule, job_id: c}, {type: schedule, job_id: leaf}]\n`,
    c: `${PROGRAM}action: {type: schedule, job_id: b}\nsuccessors: [a]\n`,
    leaf: PROGRAM,
    again: `${PROGRAM}action: {type: schedule, job_id: again, if: {states: [failure]}}\n`,
    self: `${PROGRAM}successors: [self]\n`,
  }
  assert.deepEqual(told(folder(files, false)), [
    'warning JOB_ACTION_CYCLE a.yaml:2:13 these jobs schedule each other for ever: a → b → c → a',
    'warning JOB_ACTION_CYCLE b.yaml:2:35 these jobs schedule each other for ever: b → c → b',
    'warning JOB_ACTION_CYCLE self.yaml:2:14 these jobs schedule each other for ever: self → self',
  ])
})

test('CHECK6: a long chain is no cycle, and needs no stack', () => {
  const chain = Object.fromEntries(
    Array.from({ length: 3000 }, (_, n) => [`j${n}`, `${PROGRAM}${n < 2999 ? `successors: j${n + 1}\n` : ''}`]),
  )
  assert.deepEqual(told(folder(chain, false)), [])
  const [found, ...rest] = told(folder({ ...chain, j2999: `${PROGRAM}successors: j0\n` }, false))
  assert.match(found ?? '', /: j0 → j1 → (j\d+ → ){8}\(2980 more\) → (j\d+ → ){10}j0$/)
  assert.deepEqual(rest, [])
})

test('CHECK7: IDs that differ by case only', () => {
  assert.deepEqual(told(folder({ Team: PROGRAM, other: PROGRAM, team: PROGRAM }, false)), [
    'warning JOB_ID_CASE team.yaml:1:1 the ID of this job differs from that of job Team by upper and lower case only',
  ])
})

test('CHECK8: runs that wait for each other', () => {
  const files = {
    a: `${PROGRAM}${HOURLY}${needs('b')}`,
    b: `${PROGRAM}${needs('c')}`,
    c: `${PROGRAM}condition: [{type: needs, job_id: d}, {type: needs, job_id: a}]\n`,
    d: PROGRAM,
    e: `${PROGRAM}params: [n]\ncondition: {type: needs, job_id: e, args: {n: "2"}}\n`,
  }
  assert.deepEqual(told(folder(files)), [
    'warning JOB_CYCLE a.yaml:3:12 dependency cycle detected: a → b → c → a',
    'warning JOB_CYCLE e.yaml:3:12 dependency cycle detected: e(n=2) → e(n=2)',
  ])
  assert.deepEqual(told(folder(files, false)), [])
})

test('CHECK9: a condition that never holds', () => {
  const text = `${PROGRAM}condition: [{type: needs, job_id: b}, {type: never}, {type: never, on: "{{ x }}"}]\n`
  assert.deepEqual(told(folder({ a: text, b: PROGRAM })), [
    'warning JOB_NEVER_STARTS a.yaml:2:39 this condition never holds: never',
  ])
})

test('CHECK10: names that no template has', () => {
  assert.deepEqual(told(folder({ a: 'program: {type: echo, text: "{{ bad }}"}\n' })), [
    "warning JOB_TEMPLATE_NAME a.yaml:1:29 name 'bad' is not defined",
  ])
})

test('CHECK11: a schedule that is over', () => {
  const text = `${PROGRAM}schedule: [{type: every, seconds: 1, until: 1000}, {type: every, seconds: 1, until: 1000, enabled: false}]\n`
  assert.deepEqual(told(folder({ a: text })), [
    'warning JOB_SCHEDULE_OVER a.yaml:2:12 this schedule is never due again',
  ])
})

test('CHECK12: a calendar that ends within a year', () => {
  const text = `${PROGRAM}schedule: [{type: every, seconds: 1}, {type: every, seconds: 1, enabled: false}]\n`
  const job = jobOf(text)
  const ending = (days: number): string[] => {
    const calendar = { ...ALL_DAYS, name: 'market', end: NOW / DAY + days }
    const schedules = job.schedules.map((one) => ({ ...one, schedule: { ...one.schedule, calendars: [calendar] } }))
    return scheduleProblems({ ...job, schedules }, NOW).map(
      ({ code, severity, path, message }) => `${severity} ${code} ${path.join('.')} ${message}`,
    )
  }
  assert.deepEqual(ending(365), [
    'warning JOB_CALENDAR_END schedule.0.calendar calendar market ends with 2026-12-31: nothing is due after it',
    'notice JOB_CALENDAR_END schedule.1.calendar calendar market ends with 2026-12-31: nothing is due after it',
  ])
  assert.deepEqual(ending(366), [])
})

test('CHECK13: what a run of the coming day waits for is scheduled', () => {
  const files = {
    a: `${PROGRAM}${HOURLY}condition: [{type: needs, job_id: hourly}, {type: needs, job_id: made}, {type: needs, job_id: hand}]\n`,
    hourly: `${PROGRAM}${HOURLY}successors: between\n`,
    between: `${PROGRAM}action: {type: schedule, job_id: made}\n`,
    made: PROGRAM,
    hand: PROGRAM,
    off: `${PROGRAM}schedule: {type: every, seconds: 3600, enabled: false}\n${needs('hand')}`,
  }
  assert.deepEqual(scheduled(files, {}), [
    'error JOB_UNSCHEDULED a.yaml:3:73 scheduled run a(): dependency hand() not scheduled',
  ])
  assert.deepEqual(scheduled(files, { dependencies: false }), [])
})

test('CHECK13: of many such runs ten are told, and how many more there are', () => {
  const files = {
    a: `${PROGRAM}params: [time]\nschedule: {type: every, seconds: 3600}\n${needs('b')}`,
    b: `${PROGRAM}params: [time]\n`,
  }
  const found = scheduled(files, {})
  assert.equal(found.length, 11)
  assert.match(found[0] ?? '', /scheduled run a\(time=2026-01-01T00:00:00\S*\): dependency b\(\) not scheduled$/)
  assert.match(found[10] ?? '', /14 more scheduled runs: dependency not scheduled$/)
})

test('CHECK13: cycles among the runs are errors then', () => {
  assert.deepEqual(scheduled({ a: `${PROGRAM}${HOURLY}${needs('b')}`, b: `${PROGRAM}${HOURLY}${needs('a')}` }, {}), [
    'error JOB_CYCLE a.yaml:3:12 dependency cycle detected: a → b → a',
  ])
})

test('CHECK14: a run that waits too long', () => {
  const every = (hours: number): string => `schedule: {type: every, seconds: ${hours * 3600}}\n`
  const files = {
    a: `${PROGRAM}params: [time]\n${every(24)}${needs('b')}`,
    b: `${PROGRAM}condition: [{type: needs, job_id: c}, {type: needs, job_id: d}]\n${every(24)}`,
    c: `${PROGRAM}${every(24)}`,
    d: `${PROGRAM}schedule: {type: every, seconds: 300000}\n`,
  }
  // The one run of `d` is due 74400 s into the day.
  const options = { dependencies: false, maxWait: 3_600_000 }
  assert.deepEqual(scheduled(files, options), [
    `error JOB_WAIT a.yaml:4:12 scheduled run a(time=2026-01-01T00:00:00+00:00) waits 74400 s for its dependencies, more than 3600 s:
  a(time=2026-01-01T00:00:00+00:00) at 2026-01-01T00:00:00+00:00
    b at 2025-12-31T00:00:00+00:00
      c at 2025-12-31T00:00:00+00:00
      d at 2026-01-01T20:40:00+00:00`,
    `error JOB_WAIT b.yaml:2:13 scheduled run b waits 74400 s for its dependencies, more than 3600 s:
  b at 2026-01-01T00:00:00+00:00
    c at 2025-12-31T00:00:00+00:00
    d at 2026-01-01T20:40:00+00:00`,
  ])
  assert.deepEqual(scheduled(files, { ...options, maxWait: 74_400_000 }), [])
})

test('CHECK15: more runs than are looked at are told, and raise no false alarm', () => {
  const files = {
    a: `${PROGRAM}params: [time]\nschedule: {type: every, seconds: 1}\n`,
    b: `${PROGRAM}${HOURLY}condition: {type: needs, job_id: a, args: {time: "2026-01-01T20:00:00Z"}}\n`,
  }
  assert.deepEqual(scheduled(files, {}), [
    'notice JOB_LIMIT a.yaml:3:11 this job has more runs in two days than are looked at; what waits for the others is not checked',
  ])
})

test('CHECK18: of an unknown job ID the near one is told', () => {
  const files = folder({
    'team/load': PROGRAM,
    a: `${PROGRAM}${needs('team/laod')}`,
    b: `${PROGRAM}${HOURLY}${needs('load')}`,
    c: `${PROGRAM}successors: [nothing]\n`,
  })
  const hints = files.flatMap(({ jobId, diagnostics }) =>
    diagnostics.filter(({ severity }) => severity === 'error').map(({ hint }) => `${jobId}: ${hint}`),
  )
  assert.deepEqual(hints, ["a: did you mean 'team/load'?", "b: did you mean 'team/load'?", 'c: null'])
})
