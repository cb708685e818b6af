import type { Benchmark } from './benchmark.ts'
import { latenessHerd } from './lateness-herd.ts'
import { latenessSingle } from './lateness-single.ts'
import { launchRate } from './launch-rate.ts'
import { noopThroughput } from './noop-throughput.ts'
import { processThroughput } from './process-throughput.ts'

/** Every benchmark, in the order in which they are listed and run. */
export const BENCHMARKS: readonly Benchmark[] = [
  noopThroughput,
  processThroughput,
  launchRate,
  latenessSingle,
  latenessHerd,
]
