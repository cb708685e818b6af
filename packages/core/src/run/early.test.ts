import assert from 'node:assert/strict'
import test from 'node:test'
import { mayPrecedeRecord } from './early.ts'
import { after, due, fresh, INPUTS, ON_SERVER, RUNS, SCHEDULE, STARTED, UNASSIGNED } from './fixture.test.ts'
import type { RunInput } from './input.ts'
import { step } from './step.ts'

const STOP: RunInput = { type: 'stop' }

test('RUN36: the stop of a process that runs, its timers and its SIGKILL may go before their record', () => {
  const started = after(fresh(9000), SCHEDULE, due(), STARTED)
  assert.ok(mayPrecedeRecord(started.run, started.effects))
  for (const input of [STOP, { type: 'timer', key: 'timeout' }, { type: 'timer', key: 'stop' }] as const) {
    const stopping = after(started.run, input)
    assert.ok(mayPrecedeRecord(stopping.run, stopping.effects), JSON.stringify(input))
    const killed = after(stopping.run, { type: 'timer', key: 'kill' })
    assert.ok(mayPrecedeRecord(killed.run, killed.effects))
  }
})

test('RUN36: nothing that starts or releases anything may, nor the stop of what may not have started', () => {
  for (const run of RUNS) {
    for (const input of INPUTS) {
      const result = step(run, input, 10_000)
      if (!result.ok || !mayPrecedeRecord(result.run, result.effects)) continue
      const types = result.effects.map(({ type }) => type)
      assert.ok(types.every((type) => type === 'stop' || type === 'signal' || type === 'arm' || type === 'disarm'))
      assert.ok(result.run.times.running !== undefined)
    }
  }
  for (const handle of [undefined, UNASSIGNED, ON_SERVER]) {
    const { run, effects } = after(fresh(), SCHEDULE, due(0, handle), STOP)
    assert.equal(mayPrecedeRecord(run, effects), false)
  }
})

test('RUN37: a stopping run that is heard to have started is stopped again', () => {
  const { run, effects } = after(fresh(), SCHEDULE, due(), STOP, STARTED)
  assert.deepEqual(effects, [{ type: 'stop', signum: 15, grace: 59_000 }])
  assert.ok(mayPrecedeRecord(run, effects))
})

test('RUN38: a signal to a run without a process is refused', () => {
  const runs = [after(fresh(), SCHEDULE, due(), STOP).run, after(fresh(), SCHEDULE, due(0, ON_SERVER), STARTED).run]
  for (const run of runs) {
    const result = step(run, { type: 'signal', signum: 10, name: 'SIGUSR1' }, 5_000)
    assert.ok(!result.ok && result.rejection.message === 'no running program to send signal to: r1')
  }
})
