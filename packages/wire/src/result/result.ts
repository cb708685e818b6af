/** Result of a proc. Source: spec/procstar.md 3. Unknown members are kept. */
export interface ProcResult {
  readonly state: 'running' | 'terminated' | 'error'
  readonly errors: readonly string[]
  readonly pid: number | null
  readonly proc_stat: { readonly [key: string]: unknown } | null
  readonly proc_statm: { readonly [key: string]: unknown } | null
  readonly cgroup_accounting: { readonly [key: string]: unknown } | null
  readonly times: {
    /** RFC 3339, UTC, nanoseconds. */
    readonly start: string
    readonly now: string
    readonly stop: string | null
    /** Seconds on the monotonic clock. */
    readonly elapsed: number
  }
  readonly status: ProcStatus | null
  readonly rusage: { readonly [key: string]: number } | null
  readonly fds: { readonly [name: string]: FdResult | null }
  // What follows is ours, and absent from an existing agent's result. Null: not known, or nothing to say.
  /** What the process itself left behind, and what was done about it. */
  readonly tree?: TreeResult | null
  /** What ended the proc, where it was not its own doing: `timeout`. */
  readonly ended_by?: string | null
  /** What the kernel counted of the proc's control group. */
  readonly cgroup?: CgroupResult | null
  /** Performance counters by name, those that the kernel lets us have; times in ns. */
  readonly perf?: { readonly [name: string]: number } | null
  /** Working directory: where it is now while it runs, else where it was started, if the spec says so. */
  readonly cwd?: string | null
  /** Environment that it was started with, secrets masked; only where the spec has `result_env`. */
  readonly env?: { readonly [name: string]: string } | null
  /** Limits as the spec has them. */
  readonly limits?: { readonly [name: string]: unknown } | null
  /** By name of the descriptor: how many secrets were masked. */
  readonly masked?: { readonly [name: string]: number } | null
  /** The errors as they happened; `errors` has the texts. */
  readonly errors_detail?: readonly ErrorDetail[] | null
}

export interface TreeResult {
  /** Descendants that were alive when the process ended. */
  readonly left: number
  /** Processes that SIGKILL was sent to. */
  readonly killed: number
  /** Whether nothing of the tree was left when this was recorded. */
  readonly empty: boolean
  /** How that is known: the kernel's word about a control group (`cgroup`), or a walk through all descendants (`subreaper`). */
  readonly proof: string | null
}

/** Figures that the kernel did not give are left out. Sizes in bytes, times in µs as the names say, `pressure` in µs. */
export interface CgroupResult {
  /** `v2`, `v1` or `hybrid`. */
  readonly kind?: string
  readonly path?: string
  readonly pressure?: { readonly [resource: string]: number }
  readonly [figure: string]: unknown
}

/** A step of starting the proc, or of taking its output, that failed. */
export interface ErrorDetail {
  readonly stage: string
  readonly errno: number
  readonly text: string
  readonly fd: number | null
}

export interface ProcStatus {
  /** Raw wait status. */
  readonly status: number
  readonly exit_code: number | null
  readonly signum: number | null
  readonly signal: string | null
  readonly core_dump: boolean
}

/**
 * A captured descriptor. Source: spec/procstar.md 3.8. Ours: `dropped`, the bytes [first, second) of the output that a limit did not keep; `text` and
 * `data` have a mark in their place, and then also the true `length`.
 */
export type FdResult =
  | ({ readonly type: 'text'; readonly text: string; readonly encoding: 'utf-8' } & Cut)
  | ({ readonly type: 'data'; readonly data: string; readonly encoding: 'base64' } & Cut)
  | {
      readonly type: 'detached'
      readonly length: number
      readonly encoding: 'utf-8' | 'base64'
      readonly dropped?: readonly [number, number]
    }
  | { readonly type: 'error' }

interface Cut {
  readonly length?: number
  readonly dropped?: readonly [number, number]
}
