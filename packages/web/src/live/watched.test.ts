import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogLine, RunSummary } from '@apsis/api/json'
import { MAX_LOG, reduceWatched, UNWATCHED } from './watched.ts'

const run = (version: number): RunSummary => ({
  run_id: 'r1',
  job_id: 'job',
  args: {},
  state: 'running',
  times: {},
  labels: [],
  version,
})
const line = (number: number): LogLine => ({
  run_id: 'r1',
  timestamp: '2026-01-01T00:00:00.000+00:00',
  message: `line ${number}`,
})
const outputs = (length: number) => ({ output: { name: 'output', length, content_type: 'x' } })

test('WEB12: everything first, then what changes; a line that repeats once', () => {
  const first = reduceWatched(UNWATCHED, {
    run: run(2),
    meta: { a: 1 },
    run_log: [line(1), line(2)],
    outputs: outputs(5),
  })
  assert.deepEqual(first, {
    run: run(2),
    meta: { a: 1 },
    log: [line(1), line(2)],
    logDropped: 0,
    outputs: outputs(5),
    gone: false,
  })
  const repeated = reduceWatched(first, { run: run(1), run_log_append: line(2) })
  assert.deepEqual(repeated, first)
  const next = reduceWatched(repeated, { run: run(3), run_log_append: line(3), outputs: outputs(9) })
  assert.deepEqual(next, { ...first, run: run(3), log: [line(1), line(2), line(3)], outputs: outputs(9) })
  assert.deepEqual(reduceWatched(next, { run_log: [line(1)] }).log, [line(1)])
})

test('WEB20: what is held of a run that the server no longer has stays', () => {
  const first = reduceWatched(UNWATCHED, { run: run(2), meta: { a: 1 }, run_log: [line(1)], outputs: outputs(5) })
  assert.deepEqual(reduceWatched(first, 'gone'), { ...first, gone: true })
})

test('WEB13: the log is bounded', () => {
  const whole = Array.from({ length: MAX_LOG + 2 }, (_, index) => line(index))
  const first = reduceWatched(UNWATCHED, { run_log: whole })
  assert.deepEqual([first.log.length, first.logDropped, first.log[0]], [MAX_LOG, 2, line(2)])
  const next = reduceWatched(first, { run_log_append: line(-1) })
  assert.deepEqual([next.log.length, next.logDropped, next.log.at(-1)], [MAX_LOG, 3, line(-1)])
})
