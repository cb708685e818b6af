import { agentIdle } from './agent-idle.ts'
import type { Benchmark } from './benchmark.ts'
import { capture } from './capture.ts'
import { captureCpu } from './capture-cpu.ts'
import { chain } from './chain.ts'
import { cliStart, cliStartProcstar, cliStartVersion } from './cli-start.ts'
import { coldStart } from './cold-start.ts'
import { feed } from './feed.ts'
import { historyCost } from './history-cost.ts'
import { latenessHerd } from './lateness-herd.ts'
import { latenessSingle } from './lateness-single.ts'
import { latenessUnderQuery } from './lateness-under-query.ts'
import { launchRate } from './launch-rate.ts'
import { memoryAgent } from './memory-agent.ts'
import { memoryProc } from './memory-proc.ts'
import { memoryServer } from './memory-server.ts'
import { noopThroughput } from './noop-throughput.ts'
import { occurrences } from './occurrences.ts'
import { page } from './page.ts'
import { processThroughput } from './process-throughput.ts'
import { warmStart } from './warm-start.ts'

/** Every benchmark, in the order in which they are listed and run. */
export const BENCHMARKS: readonly Benchmark[] = [
  noopThroughput,
  processThroughput,
  launchRate,
  latenessSingle,
  latenessHerd,
  latenessUnderQuery,
  historyCost,
  page,
  chain,
  coldStart,
  warmStart,
  occurrences,
  capture,
  captureCpu,
  feed,
  memoryServer,
  memoryAgent,
  memoryProc,
  agentIdle,
  cliStart,
  cliStartVersion,
  cliStartProcstar,
]
