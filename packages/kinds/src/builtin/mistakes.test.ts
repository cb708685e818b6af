import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from './sample.test.ts'

function told(lines: readonly string[]): string[] {
  return parse(lines.join('\n')).diagnostics.map(
    ({ code, line, column, message }) => `${line}:${column} ${code} ${message}`,
  )
}

test('KIND12: ten mistakes get ten diagnostics, each at its column', () => {
  const lines = [
    'params: [date, [x]]', //                              1: not a name
    'shedule: {}', //                                      2: unknown key
    'schedule:',
    '  - type: daily',
    '    tz: Europe/Pari', //                              3: unknown zone
    '    daytime: ["09:00:00", "9:00"]', //                4: not a daytime
    '    calender: all', //                                5: unknown key
    '  - {type: intervall, interval: 1 h}', //             6: unknown type
    'condition:',
    '  - {type: max_running, count: many, job: x}', //     7, 8: not a number; unknown key
    'program:',
    '  type: procstar-shell',
    '  comand: echo', //                                   9, 10: unknown key, and so a missing one
  ]
  assert.deepEqual(told(lines), [
    '1:16 JOB_VALUE expected the name of a param, not a list',
    '2:1 JOB_KEY_UNKNOWN unexpected key: shedule',
    '5:9 JOB_VALUE unknown time zone: Europe/Pari',
    "6:27 JOB_VALUE can't parse as daytime: 9:00: expected HH:MM:SS",
    '7:5 JOB_KEY_UNKNOWN unexpected key: calender',
    '8:12 JOB_TYPE_UNKNOWN unknown schedule type: intervall',
    '10:32 JOB_VALUE count must be a whole number, 0 or more, not many',
    '10:38 JOB_KEY_UNKNOWN unexpected key: job',
    '12:3 JOB_KEY_MISSING missing key: command',
    '13:3 JOB_KEY_UNKNOWN unexpected key: comand',
  ])
})

test('KIND13: ten more, in every family', () => {
  const lines = [
    'schedule:',
    '  start: {type: interval, interval: 3 weeks, phase: x, args: 3}', // 1, 2, 3
    '  stop: {type: duration, duration: -1}', //                          4
    'condition: {type: dependency, states: [success, 7], exist: [done]}', // 5, 6, 7: and no job_id
    'action: {type: schedule, job_id: 1, if: {states: [runing]}}', //     8, 9
    'successors: {job: a, args: 1}', //                                   10, 11, 12
    'metadata: {labels: [[a]], description: [b]}', //                     13, 14
  ]
  assert.deepEqual(
    told(lines).map((line) => line.split(' ').slice(0, 2).join(' ')),
    [
      '1:1 JOB_KEY_MISSING',
      '2:37 JOB_VALUE',
      '2:53 JOB_VALUE',
      '2:62 JOB_VALUE',
      '3:36 JOB_VALUE',
      '4:12 JOB_KEY_MISSING',
      '4:49 JOB_VALUE',
      '4:61 JOB_VALUE',
      '5:34 JOB_VALUE',
      '5:51 JOB_VALUE',
      '6:13 JOB_KEY_MISSING',
      '6:14 JOB_KEY_UNKNOWN',
      '6:28 JOB_VALUE',
      '7:21 JOB_VALUE',
      '7:40 JOB_VALUE',
    ],
  )
})
