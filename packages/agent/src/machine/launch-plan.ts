import type { ResolvedLimit, ResolvedOurs } from '@apsis/wire/spec'
import type { Credentials } from './accounts.ts'
import type { OutputFile } from './place.ts'

/** How output is captured where that is not simply all of it. */
export interface CaptureOptions {
  /** Bytes that are kept; null for all. */
  readonly limit: number | null
  readonly keep: 'start' | 'end' | 'both'
  /** Whether times go to the plan's `times`. */
  readonly times: boolean
  /** Whether the file is the user's, to be truncated at the start. */
  readonly isNamed: boolean
}

/** What to do with one descriptor of a proc, in the words of the launcher. */
export type FdAction =
  | { readonly fd: number; readonly kind: 'inherit' | 'close' }
  | { readonly fd: number; readonly kind: 'open'; readonly flags: number; readonly mode: number; readonly path: string }
  | { readonly fd: number; readonly kind: 'dup'; readonly from: number }
  | {
      readonly fd: number
      readonly kind: 'capture'
      readonly file: OutputFile
      readonly options: CaptureOptions | null
    }
  | { readonly fd: number; readonly kind: 'data'; readonly bytes: Uint8Array }
  /** One end of a pipe between two procs. */
  | { readonly fd: number; readonly kind: 'pipe'; readonly pipe: number; readonly side: 'read' | 'write' }

/** Everything that the launcher needs to start a proc. */
export interface LaunchPlan {
  readonly id: string
  readonly exe: string
  readonly argv: readonly string[]
  /** `NAME=VALUE`. */
  readonly env: readonly string[]
  readonly cwd: string | null
  readonly umask: number | null
  /** Applied in this order. */
  readonly fds: readonly FdAction[]
  /** The segment whose journal takes the records of this proc. */
  readonly segment: number
  readonly orphans: 'keep' | 'kill' | 'wait'
  /** The only file that may be executed, or null for any. */
  readonly restrictedExe: string | null
  readonly limits: readonly ResolvedLimit[]
  readonly nice: number | null
  /** 0: none. Null: the launcher's default. */
  readonly pdeathSignal: number | null
  /** Signal n is bit n - 1. */
  readonly signals: ResolvedOurs['signals']
  /** Null: the agent's own. */
  readonly credentials: Credentials | null
  readonly searchPath: boolean
  /** Whether descriptors that are not named stay open. */
  readonly keepFds: boolean
  /** What is masked in captured output. */
  readonly masks: readonly Uint8Array[]
  /** Where times of output are recorded; null when no capture asks for that. */
  readonly times: OutputFile | null
  /** The groups to make the proc's own in, and what to set there, `FILE=VALUE`; null on a host without. */
  readonly cgroup: { readonly parents: readonly string[]; readonly settings: readonly string[] } | null
  /** Times in ms. */
  readonly timeout: ResolvedOurs['timeout']
  readonly perf: boolean
}
