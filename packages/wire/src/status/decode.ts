import type { ProcStatus } from '../result/index.ts'
import { signalName } from '../signal/index.ts'

const CORE_DUMP = 0x80

/**
 * What a raw wait status of Linux says (spec/procstar.md 3.3): exit code 42 is 10752, death by SIGTERM 15, with a core dump 143. A status of a
 * process that has not ended (stopped, continued) has neither an exit code nor a signal.
 */
export function decodeStatus(status: number): ProcStatus {
  const low = status & 0x7f
  if (low === 0) return { status, exit_code: (status >> 8) & 0xff, signum: null, signal: null, core_dump: false }
  if (low === 0x7f) return { status, exit_code: null, signum: null, signal: null, core_dump: false }
  return { status, exit_code: null, signum: low, signal: signalName(low), core_dump: (status & CORE_DUMP) !== 0 }
}
