import { runId } from '@apsis/core/run'
import type { RunWrite, Store } from '../port/index.ts'

/** What `pushRuns` measured. */
export interface Throughput {
  readonly runs: number
  /** Rows written: runs, facts. */
  readonly rows: number
  readonly milliseconds: number
  readonly runsPerSecond: number
}

const JOB = 'bench/noop'
const BOUND = {
  definition: 'a'.repeat(64),
  program: { type: 'no-op', spec: { duration: '0' }, str: 'no-op', stop: { signal: 15, grace: 60_000 }, timeout: null },
  conditions: [],
} as const

/**
 * Pushes `count` no-op runs, numbered from `first`, through a store: three commits a run (scheduled, running, success), seven
 * rows, in groups of `group` runs, `inFlight` groups at a time. `now` gives milliseconds. The baseline of `noop-throughput`.
 * Throws when the store does not hold every run in `success` afterwards.
 */
export async function pushRuns(
  store: Store,
  options: { readonly count: number; readonly first: number; readonly group: number; readonly inFlight: number },
  now: () => number,
): Promise<Throughput> {
  const { count, first, group, inFlight } = options
  const began = now()
  let next = 0
  const push = async (): Promise<void> => {
    while (next < count) {
      const from = first + next
      const size = Math.min(group, count - next)
      next += size
      for (const step of [0, 1, 2] as const) {
        const runs = Array.from({ length: size }, (_, index) => write(from + index, step))
        const { conflicts } = await store.commit({ runs })
        if (conflicts.length > 0) throw new Error(`${conflicts.length} writes were refused`)
      }
    }
  }
  await Promise.all(Array.from({ length: inFlight }, push))
  const milliseconds = now() - began
  const filter = { jobId: JOB, states: ['success'] } as const
  const stored = await store.read.countRuns(filter, first + count)
  if (stored < count) throw new Error(`${count} runs were pushed, and the store holds ${stored}`)
  return { runs: count, rows: count * 7, milliseconds, runsPerSecond: (count / milliseconds) * 1_000 }
}

function write(number: number, step: 0 | 1 | 2): RunWrite {
  const time = 1_764_000_000_000 + number / 8
  const base = {
    id: runId(number),
    jobId: JOB,
    args: { n: String(number) },
    labels: [],
    origin: { type: 'request' } as const,
    version: step,
  }
  const handle = { id: '6f1c8a3e-0000-4000-8000-000000000000', on: 'server', agent: null } as const
  switch (step) {
    case 0:
      return {
        run: { ...base, state: 'scheduled', held: null, times: { schedule: time, new: time, scheduled: time } },
        expect: null,
        facts: [{ type: 'state', state: 'scheduled', message: 'scheduled', time }],
      }
    case 1:
      return {
        run: {
          ...base,
          state: 'running',
          times: { schedule: time, new: time, scheduled: time, waiting: time, starting: time, running: time },
          bound: BOUND,
          handle,
          unreachableSince: null,
        },
        expect: 0,
        facts: [
          { type: 'state', state: 'starting', message: 'starting', time },
          { type: 'state', state: 'running', message: 'started', time },
        ],
      }
    case 2:
      return {
        run: {
          ...base,
          state: 'success',
          times: {
            schedule: time,
            new: time,
            scheduled: time,
            waiting: time,
            starting: time,
            running: time,
            success: time,
          },
          bound: BOUND,
          handle,
          message: null,
          elapsed: 0,
        },
        expect: 1,
        facts: [{ type: 'state', state: 'success', message: 'success', time }],
      }
  }
}
