import assert from 'node:assert/strict'
import test from 'node:test'
import { after, due, ENDED, fresh, RUNS, SCHEDULE, STARTED, UNASSIGNED } from './fixture.test.ts'
import type { RunInput } from './input.ts'
import { step } from './step.ts'

const STOP: RunInput = { type: 'stop' }

test('RUN30: stop signals now and arms SIGKILL for the end of the grace period', () => {
  for (const inputs of [
    [SCHEDULE, due()],
    [SCHEDULE, due(), STARTED],
  ]) {
    const { run, effects } = after(fresh(), ...inputs, STOP)
    const at = 1000 * inputs.length
    assert.equal(run.state, 'stopping')
    assert.deepEqual(effects.slice(-2), [
      { type: 'stop', signum: 15, grace: 60_000 },
      { type: 'arm', key: 'kill', at: at + 60_000 },
    ])
    assert.equal(after(run, STOP).run, run)
  }
})

test('RUN31: stopped before any agent was asked: over at once', () => {
  const { run } = after(fresh(), SCHEDULE, due(0, UNASSIGNED), STOP)
  assert.ok(run.state === 'error' && run.message === 'stopped before it was started')
})

test('RUN32: stop time and timeout stop a running run, and the first cause is kept', () => {
  const running = after(fresh(9000), SCHEDULE, due(), STARTED).run
  const stopped = after(running, { type: 'timer', key: 'stop' }).run
  assert.ok(stopped.state === 'stopping' && stopped.stopping.reason === 'schedule' && stopped.stopping.signal === 15)
  const timedOut = after(running, { type: 'timer', key: 'timeout' }).run
  assert.ok(timedOut.state === 'stopping' && timedOut.stopping.reason === 'timeout' && timedOut.stopping.signal === 2)
  assert.equal(after(timedOut, { type: 'timer', key: 'stop' }).run, timedOut)
})

test('RUN33: SIGKILL when the grace period is over; never where grace is null', () => {
  const stopping = after(fresh(), SCHEDULE, due(), STARTED, STOP).run
  const killed = step(stopping, { type: 'timer', key: 'kill' }, 63_000)
  assert.ok(killed.ok)
  assert.deepEqual(killed.effects, [{ type: 'stop', signum: 9, grace: 0 }])
  const setBack = step(stopping, { type: 'timer', key: 'kill' }, -63_000)
  assert.ok(setBack.ok && setBack.run.state === 'stopping' && setBack.run.stopping.signal === 9)
  assert.deepEqual(setBack.effects, killed.effects)
  const start = due()
  assert.ok(start.type === 'due' && start.bind.ok)
  const program = { ...start.bind.bound.program, stop: { signal: 15, grace: null } }
  const patient: RunInput = { ...start, bind: { ok: true, bound: { ...start.bind.bound, program } } }
  const never = after(fresh(), SCHEDULE, patient, STARTED, STOP)
  assert.deepEqual(never.effects.at(-1), { type: 'stop', signum: 15, grace: null })
})

test('RUN34: what the state does not allow is refused with the existing texts', () => {
  const messages = (input: RunInput) =>
    RUNS.flatMap((run) => {
      const result = step(run, input, 0)
      return result.ok ? [] : [result.rejection.message]
    })
  assert.ok(messages(STOP).includes("can't stop run r1: run is scheduled"))
  assert.ok(messages({ type: 'skip', message: 'skipped' }).includes("can't skip r1 in state running"))
  assert.ok(messages({ type: 'signal', signum: 1, name: 'SIGHUP' }).includes('invalid run state for signal: success'))
  assert.ok(messages({ type: 'mark', state: 'success' }).includes('run r1 already in state success'))
  assert.ok(messages({ type: 'mark', state: 'success' }).includes("can't mark r1 in state waiting"))
})

test('RUN35: skip ends a scheduled or a waiting run', () => {
  for (const inputs of [[SCHEDULE], [SCHEDULE, due(1)]]) {
    assert.equal(after(fresh(), ...inputs, { type: 'skip', message: 'skipped' }).run.state, 'skipped')
  }
  assert.equal(after(fresh(), SCHEDULE, due(), ENDED).run.state, 'success')
})
