import type { JsonObject } from '@apsis/core/json'
import type { BoundProgram } from '@apsis/core/run'
import { formatInstant } from '@apsis/core/time'
import type { ProcSpec } from '@apsis/wire/spec'
import type { AgentProgramRuntime, ProgramRun } from '../../runtime/types.ts'
import { procMeta, procOutcome } from './outcome.ts'

/** What the server's config says about processes. */
export interface RuntimeOptions {
  /** The command that runs another as another user, before the options that we give it. */
  readonly sudoArgv: readonly string[]
  /** Memory limit of programs that name none, in GB of 10^9 bytes. */
  readonly memMaxGb: number | null
}

export const DEFAULT_RUNTIME_OPTIONS: RuntimeOptions = {
  sudoArgv: ['/usr/bin/sudo', '--preserve-env', '--set-home'],
  memMaxGb: null,
}

/** Processes on agents. */
export function procstarRuntime(options: RuntimeOptions): AgentProgramRuntime {
  return {
    on: 'agent',
    group: (bound) => textOf(bound, 'group_id'),
    spec: (bound, run) => procSpec(bound, run, options),
    outcome: procOutcome,
    meta: procMeta,
  }
}

/** What the agent is asked to run (spec/apsis.md 4.3); `orphans` goes only to agents that know it. */
function procSpec(bound: BoundProgram, run: ProgramRun, options: RuntimeOptions): ProcSpec {
  const argv = argvOf(bound)
  const user = bound.spec['sudo_user']
  const sudo = typeof user === 'string' ? [...options.sudoArgv, '--non-interactive', '--user', user, '--'] : []
  return {
    argv: [...sudo, ...argv],
    // Not where sudo is first: it looks the program up itself.
    ...(bound.spec['search_path'] === true && sudo.length === 0 ? { search_path: true } : {}),
    env: { inherit: true, vars: { ...ownVariables(bound), ...variables(run) } },
    fds: [
      ['stdout', { capture: { mode: 'tempfile', encoding: null, attached: false } }],
      ['stderr', { dup: { fd: 1 } }],
    ],
    systemd_properties: {
      slice: {
        memory_accounting: true,
        tasks_accounting: true,
        memory_max: memoryMax(bound, options),
        memory_swap_max: 0,
      },
    },
    orphans: 'kill',
  }
}

// Those of the job; a bound program is what `bindRun` made, so anything else is a damaged store.
function ownVariables(bound: BoundProgram): Readonly<Record<string, string | null>> {
  const env = bound.spec['env'] ?? {}
  if (!isObject(env)) throw new TypeError(`a bound ${bound.type} program with an env that is no mapping`)
  return Object.fromEntries(
    Object.entries(env).map(([name, value]): [string, string | null] => {
      if (value !== null && typeof value !== 'string')
        throw new TypeError(`a bound ${bound.type} program with env ${name}`)
      return [name, value]
    }),
  )
}

function variables(run: ProgramRun): Readonly<Record<string, string>> {
  const time = run.scheduleTime ?? null
  return {
    APSIS_RUN_ID: run.id,
    APSIS_JOB_ID: run.jobId,
    ...(time === null ? {} : { APSIS_SCHEDULE_TIME: formatInstant(time) }),
  }
}

function memoryMax(bound: BoundProgram, options: RuntimeOptions): number | null {
  const resources = bound.spec['resources']
  const own = isObject(resources) ? resources['mem_max_gb'] : null
  const gb = typeof own === 'number' ? own : options.memMaxGb
  return gb === null ? null : Math.round(gb * 1e9)
}

function argvOf(bound: BoundProgram): readonly string[] {
  const argv = bound.spec['argv']
  if (!Array.isArray(argv) || !argv.every((arg) => typeof arg === 'string')) {
    throw new TypeError(`a bound ${bound.type} program without argv`)
  }
  return argv
}

function textOf(bound: BoundProgram, key: string): string {
  const value = bound.spec[key]
  if (typeof value !== 'string') throw new TypeError(`a bound ${bound.type} program without ${key}`)
  return value
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
