import assert from 'node:assert/strict'
import test from 'node:test'
import { after, due, fresh, RUNS, SCHEDULE } from './fixture.test.ts'
import { step } from './step.ts'

const RELABEL = { type: 'relabel', labels: ['new'] } as const

test('RUN17: a coming run gets the labels of its job, without a line of the log, and keeps its timers', () => {
  const { run, facts, effects } = after(after(fresh(), SCHEDULE).run, RELABEL)
  assert.deepEqual(run.labels, ['new'])
  assert.deepEqual(facts, [{ type: 'meta' }])
  assert.deepEqual(effects, [{ type: 'arm', key: 'due', at: 1000 }])
  assert.equal(after(run, RELABEL).run, run)
})

test('RUN17: one that has begun keeps those that it began with', () => {
  for (const run of RUNS.filter(({ state }) => state !== 'scheduled')) {
    const result = step(run, RELABEL, 5_000)
    assert.ok(result.ok && result.run === run)
  }
})

test('RUN16: the log says when a run is to be stopped, as it is scheduled and when it is moved', () => {
  const scheduled = after(fresh(9000), SCHEDULE)
  assert.deepEqual(scheduled.facts.at(-1), { type: 'log', message: 'stop time: 1970-01-01T00:00:09+00:00' })
  const moved = after(scheduled.run, { type: 'move', time: 5000, reason: null })
  assert.deepEqual(moved.facts.at(-1), { type: 'log', message: 'stop time: 1970-01-01T00:00:13+00:00' })
  assert.equal(after(fresh(), SCHEDULE, due()).run.times.stop, undefined)
  assert.equal(after(fresh(), SCHEDULE).facts.length, 1)
})
