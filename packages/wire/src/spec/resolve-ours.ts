import { parseSignal } from '../signal/index.ts'
import { type ResolvedLimit, resolveLimits } from './limits.ts'
import type { AccountName, CgroupSpec, ProcSpec, SignalSpec } from './spec.ts'

/** How a proc is stopped. Times in ms. */
export interface StopPolicy {
  readonly signum: number
  readonly grace: number
}

/** The members that are ours, with every default filled in. Null: left as the agent has it. */
export interface ResolvedOurs {
  readonly cwd: string | null
  readonly umask: number | null
  readonly orphans: 'keep' | 'kill' | 'wait'
  readonly user: AccountName | null
  readonly group: AccountName | null
  readonly groups: readonly AccountName[] | null
  readonly limits: readonly ResolvedLimit[]
  readonly nice: number | null
  /** 0: none. Null: SIGKILL, the launcher's default. */
  readonly pdeathSignal: number | null
  /** Signal n is bit n - 1. */
  readonly signals: { readonly ignored: bigint; readonly blocked: bigint }
  readonly searchPath: boolean
  readonly closeFds: boolean
  /** `after` in ms. */
  readonly timeout: (StopPolicy & { readonly after: number }) | null
  /** Null when the spec says nothing about it. */
  readonly stop: StopPolicy | null
  readonly cgroup: CgroupSpec
  readonly perf: boolean
  readonly mask: readonly string[]
  readonly resultEnv: boolean
}

const SIGTERM = 15
const GRACE = 60

/** Fills in the defaults of the members that are ours. */
export function resolveOurs(spec: ProcSpec): ResolvedOurs {
  return {
    cwd: spec.cwd ?? null,
    umask: spec.umask ?? null,
    orphans: spec.orphans ?? 'keep',
    user: spec.user ?? null,
    group: spec.group ?? null,
    groups: spec.groups ?? null,
    limits: resolveLimits(spec.limits ?? {}),
    nice: spec.nice ?? null,
    pdeathSignal: (spec.pdeath_signal ?? null) === null ? null : number(spec.pdeath_signal),
    signals: { ignored: bits(spec.signals?.ignore), blocked: bits(spec.signals?.block) },
    searchPath: spec.search_path ?? false,
    closeFds: spec.close_fds ?? true,
    timeout: timeout(spec),
    stop: (spec.stop ?? null) === null ? null : policy(spec.stop ?? {}, {}),
    cgroup: spec.cgroup ?? {},
    perf: spec.perf ?? false,
    mask: spec.mask ?? [],
    resultEnv: spec.result_env ?? false,
  }
}

function timeout(spec: ProcSpec): ResolvedOurs['timeout'] {
  const given = spec.timeout ?? null
  if (given === null) return null
  const own = typeof given === 'number' ? { duration: given } : given
  return { after: milliseconds(own.duration), ...policy(own, spec.stop ?? {}) }
}

function policy(own: NonNullable<ProcSpec['stop']>, otherwise: NonNullable<ProcSpec['stop']>): StopPolicy {
  return {
    signum: number(own.signal ?? otherwise.signal ?? SIGTERM),
    grace: milliseconds(own.grace ?? otherwise.grace ?? GRACE),
  }
}

// Never 0 for what is above it: that would be no time limit at all.
function milliseconds(seconds: number): number {
  return Math.ceil(seconds * 1000)
}

function bits(signals: readonly SignalSpec[] = []): bigint {
  return signals.reduce((mask, signal) => mask | (1n << BigInt(number(signal) - 1)), 0n)
}

function number(signal: SignalSpec | null | undefined): number {
  if (signal === 0) return 0
  const read = parseSignal(signal)
  if (!read.ok) throw new RangeError(read.error)
  return read.value
}
