import { parentPort } from 'node:worker_threads'
import { type Outcome, runSeed } from './run-seed.ts'

// A worker thread that runs the seeds it is given, one after the other: what happens in a seed is a function of the seed alone.
parentPort?.on('message', (seed: number) => {
  runSeed(seed).then(
    (outcome) => parentPort?.postMessage(outcome satisfies Outcome),
    (error: unknown) => {
      // Thrown outside of what a seed checks, so no result of it: the worker ends, and with it the whole run.
      setImmediate(() => {
        throw new Error(`seed ${seed} cannot be run`, { cause: error })
      })
    },
  )
})
