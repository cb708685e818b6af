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
}

export interface ProcStatus {
  /** Raw wait status. */
  readonly status: number
  readonly exit_code: number | null
  readonly signum: number | null
  readonly signal: string | null
  readonly core_dump: boolean
}

/** A captured descriptor. Source: spec/procstar.md 3.8. */
export type FdResult =
  | { readonly type: 'text'; readonly text: string; readonly encoding: 'utf-8' }
  | { readonly type: 'data'; readonly data: string; readonly encoding: 'base64' }
  | { readonly type: 'detached'; readonly length: number; readonly encoding: 'utf-8' | 'base64' }
  | { readonly type: 'error' }
