import type { Benchmark } from './benchmark.ts'
import { coldStart } from './cold-start.ts'
import { latenessHerd } from './lateness-herd.ts'
import { latenessSingle } from './lateness-single.ts'
import { launchRate } from './launch-rate.ts'
import { noopThroughput } from './noop-throughput.ts'
import { occurrences } from './occurrences.ts'
import { processThroughput } from './process-throughput.ts'
import { warmStart } from './warm-start.ts'

/** Every benchmark, in the order in which they are listed and run. */
export const BENCHMARKS: readonly Benchmark[] = [
  noopThroughput,
  processThroughput,
  launchRate,
  latenessSingle,
  latenessHerd,
  coldStart,
  warmStart,
  occurrences,
]
