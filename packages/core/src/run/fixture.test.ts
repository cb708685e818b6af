import assert from 'node:assert/strict'
import { newRun } from './create.ts'
import type { RunInput } from './input.ts'
import type { Accepted } from './outcome.ts'
import { type Bound, type Handle, type Run, runId } from './run.ts'
import { step } from './step.ts'

/** Inputs and runs that the tests of this folder share. */
export const HANDLE: Handle = { id: 'r1-p', on: 'agent', agent: 'a' }
export const UNASSIGNED: Handle = { id: 'r1-p', on: 'agent', agent: null }
export const ON_SERVER: Handle = { id: 'r1-p', on: 'server', agent: null }

export function bound(conditions = 0): Bound {
  return {
    definition: 'h',
    program: {
      type: 'procstar',
      spec: {},
      str: 'true',
      stop: { signal: 15, grace: 60_000 },
      timeout: { duration: 5_000, signal: 2 },
    },
    conditions: Array.from({ length: conditions }, (_, n) => ({ type: 'const', spec: {}, str: `condition ${n}` })),
  }
}

export function due(conditions = 0, handle: Handle = HANDLE): RunInput {
  return { type: 'due', bind: { ok: true, bound: bound(conditions) }, handle }
}

export const ENDED: Extract<RunInput, { type: 'ended' }> = {
  type: 'ended',
  outcome: 'success',
  message: null,
  startedAt: null,
  at: null,
  meta: null,
}
export const FAILED: RunInput = { ...ENDED, outcome: 'error', message: 'no' }

export function fresh(stop: number | null = null): Run {
  const seed = { id: runId(1), jobId: 'job', args: {}, labels: [], schedule: 1000, stop }
  return newRun({ ...seed, origin: { type: 'request' } }, 0)
}

/** Applies inputs in order, each at `1000 * index` ms; every one must be accepted. */
export function after(run: Run, ...inputs: RunInput[]): Accepted {
  let result: Accepted = { ok: true, run, facts: [], effects: [], meta: null }
  inputs.forEach((input, index) => {
    const next = step(result.run, input, 1000 * index)
    if (!next.ok) assert.fail(next.rejection.message)
    result = next
  })
  return result
}

export const SCHEDULE: RunInput = { type: 'schedule', message: 'scheduled: now' }
export const STARTED: RunInput = { type: 'started', at: 2000, meta: null }

/** One run of every state, by the inputs that lead there. */
export const RUNS: readonly Run[] = [
  fresh(),
  after(fresh(), SCHEDULE).run,
  after(fresh(9000), SCHEDULE, { type: 'hold', until: 1e9, reason: null, pause: null }).run,
  after(fresh(), SCHEDULE, due(1)).run,
  after(fresh(), SCHEDULE, due()).run,
  after(fresh(), SCHEDULE, due(0, UNASSIGNED)).run,
  after(fresh(), SCHEDULE, due(0, ON_SERVER)).run,
  after(fresh(9000), SCHEDULE, due(), STARTED).run,
  after(fresh(), SCHEDULE, due(), STARTED, { type: 'stop' }).run,
  after(fresh(), SCHEDULE, due(), { type: 'stop' }).run,
  after(fresh(), SCHEDULE, due(), STARTED, ENDED).run,
  after(fresh(), SCHEDULE, due(), STARTED, { ...ENDED, outcome: 'failure' }).run,
  after(fresh(), SCHEDULE, due(), FAILED).run,
  after(fresh(), SCHEDULE, { type: 'skip', message: null }).run,
]

export const INPUTS: readonly RunInput[] = [
  SCHEDULE,
  due(),
  due(2),
  due(0, UNASSIGNED),
  due(0, ON_SERVER),
  { type: 'due', bind: { ok: false, message: 'bad template' }, handle: HANDLE },
  { type: 'start', bind: { ok: true, bound: bound() }, handle: HANDLE },
  { type: 'start', bind: { ok: true, bound: bound(1) }, handle: HANDLE },
  { type: 'evaluated', outcome: { type: 'ready' }, handle: HANDLE },
  { type: 'evaluated', outcome: { type: 'waiting', index: 0, because: 'not yet' }, handle: HANDLE },
  { type: 'evaluated', outcome: { type: 'goto', state: 'skipped', because: 'twice' }, handle: HANDLE },
  { type: 'evaluated', outcome: { type: 'goto', state: 'error', because: 'never' }, handle: HANDLE },
  { type: 'assigned', agent: 'b' },
  { type: 'unassigned' },
  STARTED,
  { type: 'progress', meta: { a: 1 } },
  ENDED,
  { ...ENDED, outcome: 'failure' },
  { ...ENDED, outcome: 'error', startedAt: 5 },
  FAILED,
  { type: 'stop' },
  { type: 'signal', signum: 10, name: 'SIGUSR1' },
  { type: 'skip', message: null },
  { type: 'hold', until: null, reason: 'why', pause: null },
  { type: 'hold', until: 1e9, reason: null, pause: 'p' },
  { type: 'release', reason: null },
  { type: 'move', time: 5000, reason: 'why' },
  { type: 'timer', key: 'hold' },
  { type: 'mark', state: 'success' },
  { type: 'mark', state: 'failure' },
  { type: 'timer', key: 'due' },
  { type: 'timer', key: 'stop' },
  { type: 'timer', key: 'timeout' },
  { type: 'timer', key: 'kill' },
  { type: 'timer', key: 'assign' },
  { type: 'unreachable' },
  { type: 'reachable' },
  { type: 'relabel', labels: ['new'] },
  { type: 'note', message: 'hello' },
]
