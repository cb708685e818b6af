import type { Limit, LimitName } from './limits.ts'

/** A descriptor as asked for. Source: spec/procstar.md 2.3; `data` and parts of `capture` are ours. */
export type FdSpec =
  | 'inherit'
  | 'close'
  | { readonly null: { readonly flags?: OpenFlags } }
  | { readonly file: { readonly path: string; readonly flags?: OpenFlags; readonly mode?: number } }
  | { readonly dup: { readonly fd: number } }
  | { readonly capture: CaptureSpec }
  | 'pipe-write'
  | { readonly 'pipe-read': { readonly proc_id: string; readonly fd: string } }
  /** For reading: these bytes, then the end. At most 1 MiB. */
  | { readonly data: { readonly text: string } | { readonly base64: string } }

/** How output is captured. */
export interface CaptureSpec {
  /** `file` (ours): to `path`, which is the user's: made or truncated at the start, and not deleted with the proc. */
  readonly mode?: 'tempfile' | 'memory' | 'file'
  readonly encoding?: 'utf-8' | null
  readonly attached?: boolean
  /** Relative to the proc's working directory. */
  readonly path?: string | null
  /** Bytes that are kept; the rest is dropped, and offsets stay those of the whole stream. */
  readonly limit?: number | null
  /** Which bytes are kept: the first (default), the last, or half of `limit` of each. */
  readonly keep?: 'start' | 'end' | 'both' | null
  /** Records when each part came. */
  readonly times?: boolean | null
}

export type OpenFlags = 'Default' | 'Read' | 'Write' | 'Create' | 'Replace' | 'CreateAppend' | 'Append' | 'ReadWrite'

/** A signal: its name, with or without `SIG`, or its number from 1 to 64. */
export type SignalSpec = string | number

/** A user or a group, by name or number. */
export type AccountName = string | number

/** Settings of the proc's control group; sizes in bytes. */
export interface CgroupSpec {
  readonly memory_max?: number
  readonly memory_high?: number
  readonly memory_swap_max?: number
  readonly pids_max?: number
  /** Cores. */
  readonly cpu_max?: number
  /** 1 to 10,000. */
  readonly cpu_weight?: number
  /** 1 to 10,000. */
  readonly io_weight?: number
}

/** A process to run: the existing schema, then ours from `cwd` on, which goes only to a peer with extension `stop`. In ours null is the same as absent. Source: spec/procstar.md 2.1, spec/decisions.md. */
export interface ProcSpec {
  readonly id?: string | null
  readonly exe?: string | null
  readonly argv: readonly string[]
  readonly env?: {
    readonly inherit?: boolean | readonly string[]
    readonly vars?: Readonly<Record<string, string | null>>
  }
  readonly fds?: readonly (readonly [string, FdSpec])[]
  readonly systemd_properties?: { readonly [key: string]: unknown }
  readonly cwd?: string | null
  readonly umask?: number | null
  /** What becomes of the tree when the process itself has ended: `keep` (existing behaviour, default), `kill`, or `wait`: the proc lasts as long as the tree. */
  readonly orphans?: 'keep' | 'kill' | 'wait' | null
  /** Runs as this user, with its primary and supplementary groups unless they are given. */
  readonly user?: AccountName | null
  readonly group?: AccountName | null
  /** Supplementary groups. */
  readonly groups?: readonly AccountName[] | null
  readonly limits?: { readonly [name in LimitName]?: Limit } | null
  /** -20 to 19. */
  readonly nice?: number | null
  /** What the proc gets when its monitor dies: SIGKILL by default, 0 is none. */
  readonly pdeath_signal?: SignalSpec | null
  /** What the program starts with; by default every signal has its default action and none is blocked. */
  readonly signals?: { readonly ignore?: readonly SignalSpec[]; readonly block?: readonly SignalSpec[] } | null
  /** Looks `exe` up in PATH of the proc's environment. */
  readonly search_path?: boolean | null
  /** Closes every descriptor that is not named; true by default. */
  readonly close_fds?: boolean | null
  /** Seconds until the proc is stopped, with the signal and grace of `stop` where it has none. */
  readonly timeout?:
    | number
    | { readonly duration: number; readonly signal?: SignalSpec; readonly grace?: number }
    | null
  /** How the proc is stopped: the signal (SIGTERM), and seconds (60) until SIGKILL to its whole tree. */
  readonly stop?: { readonly signal?: SignalSpec; readonly grace?: number } | null
  readonly cgroup?: CgroupSpec | null
  /** Counts instructions and the like, where the kernel lets us. */
  readonly perf?: boolean | null
  /** Secrets that are masked in captured output, in the forms in which they usually show. */
  readonly mask?: readonly string[] | null
  /** Shows the environment in the result. */
  readonly result_env?: boolean | null
  /** How results name the descriptors 0, 1 and 2: `stdin`, `stdout`, `stderr` (default), or by number as the others. */
  readonly fd_names?: 'name' | 'number' | null
}
