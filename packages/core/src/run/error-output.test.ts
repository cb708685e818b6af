import assert from 'node:assert/strict'
import test from 'node:test'
import { errorOutput } from './error-output.ts'
import { after, due, ENDED, FAILED, fresh, HANDLE, RUNS, SCHEDULE, STARTED, UNASSIGNED } from './fixture.test.ts'

test('RUN25: a run that ended in error before its program ran has the message for an output, marked or not', () => {
  const unbound = after(fresh(), SCHEDULE, {
    type: 'due',
    bind: { ok: false, message: 'bad template' },
    handle: HANDLE,
  })
  assert.equal(errorOutput(unbound.run), 'bad template\n')
  const refused = after(fresh(), SCHEDULE, due(), FAILED)
  assert.equal(errorOutput(refused.run), 'no\n')
  assert.equal(errorOutput(after(refused.run, { type: 'mark', state: 'success' }).run), 'no\n')
  const stopped = after(fresh(), SCHEDULE, due(0, UNASSIGNED), { type: 'stop' })
  assert.equal(errorOutput(stopped.run), 'stopped before it was started\n')
})

test('RUN25: no other run has', () => {
  const ran = after(fresh(), SCHEDULE, due(), STARTED, { ...ENDED, outcome: 'error', message: 'lost' }).run
  const skipped = after(fresh(), SCHEDULE, { type: 'skip', message: 'why' }).run
  const others = RUNS.filter(({ state }) => state !== 'error')
  for (const run of [ran, skipped, ...others]) assert.equal(errorOutput(run), null)
})
