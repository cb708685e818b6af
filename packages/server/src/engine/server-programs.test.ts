import assert from 'node:assert/strict'
import test from 'node:test'
import type { Run, RunInput } from '@apsis/core/run'
import type { ServerRuntime } from '@apsis/kinds/runtime'
import { runAfter } from './run.fixture.ts'
import { ServerPrograms } from './server-programs.ts'
import { Timers } from './timers.ts'

const PROGRAM = { type: 'no-op', spec: {}, str: 'no-op', stop: { signal: 15, grace: 60_000 }, timeout: null }
const LASTS: ServerRuntime = {
  on: 'server',
  start: (_program, { now }) => ({ endsAt: now + 100_000, outcome: 'success', message: null }),
}

function starting(): Run {
  const bind = { ok: true, bound: { definition: 'h', program: PROGRAM, conditions: [] } } as const
  const handle = { id: 'r1-p', on: 'server', agent: null } as const
  return runAfter({ type: 'schedule', message: 'now' }, { type: 'due', bind, handle })
}

test('a program that is stopped has run for as long as was measured, however the clock was set', () => {
  const state = { now: 1_000_000, monotonic: 0 }
  const clock = {
    now: () => state.now,
    monotonic: () => state.monotonic,
    after: () => () => {},
    wake: () => () => {},
    soon: () => {},
  }
  const inputs: RunInput[] = []
  const programs = new ServerPrograms(new Timers(clock), clock, (_id, input) => void inputs.push(input))
  const run = starting()
  programs.start(run, LASTS)
  state.now -= 3_600_000
  state.monotonic += 20_000
  programs.stop(run)
  const ended = inputs.find((input) => input.type === 'ended')
  assert.equal(ended?.elapsed, 20_000)
})
