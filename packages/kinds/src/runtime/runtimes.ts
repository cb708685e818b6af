import { archiveRuntime } from '../programs/archive/run.ts'
import { noOpRuntime } from '../programs/no-op/run.ts'
import { DEFAULT_RUNTIME_OPTIONS, procstarRuntime, type RuntimeOptions } from '../programs/procstar/run.ts'
import { statsRuntime } from '../programs/stats/run.ts'
import { vacuumRuntime } from '../programs/vacuum/run.ts'
import type { ProgramRuntime } from './types.ts'

export { DEFAULT_RUNTIME_OPTIONS, type RuntimeOptions }

/** The runtimes of the built-in programs by type, with what the server's config says. */
export function runtimesFor(options: RuntimeOptions): ReadonlyMap<string, ProgramRuntime> {
  return new Map<string, ProgramRuntime>([
    ['no-op', noOpRuntime],
    ['archive', archiveRuntime],
    ['vacuum', vacuumRuntime],
    ['stats', statsRuntime],
    // A shell command is bound to the argv that runs it, so one runtime serves both.
    ['procstar', procstarRuntime(options)],
  ])
}

/** The runtimes with the config's defaults. */
export const runtimes: ReadonlyMap<string, ProgramRuntime> = runtimesFor(DEFAULT_RUNTIME_OPTIONS)
