import { type Args, type Bound, type Run, type RunFact, runId, type State } from '@apsis/core/run'
import type { InstantRow, JobRow, RunWrite } from '../port/index.ts'

/** The time that the runs here begin at, ms. */
export const T0 = 1_764_000_000_000

/** What the runs here are bound to. */
export const BOUND: Bound = {
  definition: 'hash-of-ünïcode',
  program: {
    type: 'shell',
    spec: { command: 'echo "hi"\n', list: [1, 2.5, null, { deep: true }] },
    str: 'echo "hi"',
    stop: { signal: 15, grace: 60_000 },
    timeout: { duration: 3_600_000.5, signal: 2 },
  },
  conditions: [{ type: 'dependency', spec: { job_id: 'other' }, str: 'dependency: other' }],
}

export interface RunParts {
  readonly jobId?: string
  readonly args?: Args
  readonly version?: number
  /** Of all its changes. */
  readonly time?: number
  /** When it is due. */
  readonly due?: number
}

/** A run in a state, with all that a run in that state can have. */
export function run(number: number, state: State, parts: RunParts = {}): Run {
  const time = parts.time ?? T0 + number
  const base = {
    id: runId(number),
    jobId: parts.jobId ?? 'dir/job',
    args: parts.args ?? { date: '2026-01-01', ünï: '"x"\n' },
    labels: ['b', 'a'],
    origin: { type: 'schedule', scheduleKey: 'key' } as const,
    version: parts.version ?? 0,
    times: { schedule: parts.due ?? time, stop: time + 0.125, [state]: time },
  }
  const handle = { id: `proc-${number}`, on: 'agent', agent: 'conn' } as const
  switch (state) {
    case 'new':
      return { ...base, state }
    case 'scheduled':
      return { ...base, state, held: { since: T0, until: T0 + 0.5, reason: 'ünï', due: false, pause: null } }
    case 'waiting':
      return { ...base, state, bound: BOUND, waitingFor: { index: 0, because: 'other runs' } }
    case 'starting':
      return { ...base, state, bound: BOUND, handle: { ...handle, agent: null } }
    case 'running':
      return { ...base, state, bound: BOUND, handle, unreachableSince: null }
    case 'stopping': {
      const stopping = { reason: 'timeout', signal: 15, killAt: T0 + 0.5 } as const
      return { ...base, state, bound: BOUND, handle, unreachableSince: T0, stopping }
    }
    case 'success':
    case 'failure':
    case 'error':
    case 'skipped':
      return { ...base, state, bound: BOUND, handle, message: 'exit 1', elapsed: 1.5 }
  }
}

/** A write of a run with one fact that says its state. `expect` follows from its version. */
export function write(written: Run, more: Partial<RunWrite> = {}): RunWrite {
  const time = Math.max(T0, ...Object.values(written.times))
  return {
    run: written,
    expect: written.version === 0 ? null : written.version - 1,
    facts: [{ ...stateFact(written.state), time }],
    ...more,
  }
}

export function stateFact(state: State): RunFact {
  return { type: 'state', state, message: `now ${state}` }
}

/** The instant that a run grows from. */
export function instant(number: number | null, due: number, parts: Partial<InstantRow> = {}): InstantRow {
  return {
    jobId: 'dir/job',
    scheduleKey: 'key',
    due,
    args: { date: '2026-01-01' },
    runId: number === null ? null : runId(number),
    verdict: null,
    reason: null,
    decidedAt: null,
    ...parts,
  }
}

/** A job as it was read, with nothing left to be parsed. */
export function plainJob({ jobId, hash, json, adHoc }: JobRow): JobRow {
  return { jobId, hash, json, adHoc }
}
