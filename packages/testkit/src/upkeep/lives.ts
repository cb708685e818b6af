import { type Bound, newRun, type Run, type RunInput, runId, step } from '@apsis/core/run'
import type { RunWrite, Store } from '@apsis/store/port'

/** When the runs here began, ms. */
export const T0 = 1_764_000_000_000

/** The job that they are of. */
export const JOB = 'dir/job'

const bound: Bound = {
  definition: 'hash',
  program: { type: 'procstar', spec: {}, str: 'true', stop: { signal: 15, grace: 60_000 }, timeout: null },
  conditions: [],
}

/** Bytes of output that each run has, in two pieces. */
export const OUTPUT = 6_000

/** Writes runs `from` to `to` of their job, each from request to success as the engine would, with an output. */
export async function live(store: Store, from: number, to: number): Promise<void> {
  await store.commit({ jobs: [{ jobId: JOB, hash: 'hash', json: {}, adHoc: false }], nextRun: to + 1 })
  const lives = Array.from({ length: to - from + 1 }, (_, index) => [...life(from + index)])
  const longest = Math.max(...lives.map(({ length }) => length))
  for (let at = 0; at < longest; at++) await store.commit({ runs: lives.flatMap((life) => life.slice(at, at + 1)) })
  const chunks = Array.from({ length: to - from + 1 }, (_, index) => runId(from + index)).flatMap((id) => [
    { runId: id, outputId: 'output', offset: 0, data: new Uint8Array(OUTPUT / 2) },
    { runId: id, outputId: 'output', offset: OUTPUT / 2, data: new Uint8Array(OUTPUT / 2) },
  ])
  await store.appendOutput(chunks)
}

function* life(number: number): Generator<RunWrite> {
  const id = runId(number)
  const handle = { id: `${id}-proc`, on: 'agent', agent: 'conn' } as const
  const inputs: readonly RunInput[] = [
    { type: 'schedule', message: 'scheduled' },
    { type: 'due', bind: { ok: true, bound }, handle },
    { type: 'evaluated', outcome: { type: 'ready' }, handle },
    { type: 'started', at: T0, meta: null },
    { type: 'ended', outcome: 'success', message: null, startedAt: null, at: null, meta: { status: 0 } },
  ]
  let run: Run = newRun(
    { id, jobId: JOB, args: {}, labels: [], origin: { type: 'request' }, schedule: T0, stop: null },
    T0,
  )
  for (const [index, input] of inputs.entries()) {
    const before = run
    const now = T0 + number + index
    const result = step(run, input, now)
    if (!result.ok) throw new Error(result.rejection.message)
    run = result.run
    const facts = result.facts.map((fact) => ({ ...fact, time: now }))
    yield { run, expect: before.state === 'new' ? null : before.version, facts }
  }
}
