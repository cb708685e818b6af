import { newRun, type Run, type RunInput, step } from '@apsis/core/run'

/** The requested run `r1` of the job `job`, after these inputs, all at time 0; for tests. */
export function runAfter(...inputs: readonly RunInput[]): Run {
  const seed = {
    id: 'r1',
    jobId: 'job',
    args: {},
    labels: [],
    origin: { type: 'request' },
    schedule: 0,
    stop: null,
  } as const
  let run: Run = newRun(seed, 0)
  for (const input of inputs) {
    const result = step(run, input, 0)
    if (!result.ok) throw new Error(`${input.type} is refused: ${result.rejection.message}`)
    run = result.run
  }
  return run
}
