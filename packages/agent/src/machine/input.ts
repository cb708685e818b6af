import type { Extensions, ServerMessage } from '@apsis/wire/message'
import type { Accounts } from './accounts.ts'
import type { TreeRecord } from './end-record.ts'
import type { DeletedLine, JournalLine, Monitor, StageError } from './journal.ts'
import type { OutputFile } from './place.ts'

/** Who asked: the server of the present connection, or somebody on this host, by a ticket of the owner's. */
export type Peer = { readonly kind: 'server' } | { readonly kind: 'local'; readonly ticket: number }

/** What can be asked of the agent. */
export type Request = Exclude<ServerMessage, { readonly type: 'Registered' }>

/** What a write to a journal was for; comes back when it is done. */
export type Receipt =
  | {
      readonly kind: 'asked'
      readonly to: Peer
      readonly request: Extract<Request, { type: 'ProcStartRequest' }>
      readonly ids: readonly string[]
    }
  | {
      readonly kind: 'deleted'
      /** Null: nobody asked. */
      readonly asked: { readonly to: Peer; readonly request: Extract<Request, { type: 'ProcDeleteRequest' }> } | null
      readonly line: DeletedLine
    }
  /** `id`: of a proc of which the conclusion is told only now; null where it was told before. */
  | { readonly kind: 'lost'; readonly id: string | null }
  | {
      readonly kind: 'withdrawn'
      readonly segment: number
      readonly lines: readonly DeletedLine[]
      readonly to: Peer
      readonly request: Extract<Request, { type: 'ProcStartRequest' }>
      /** Why the request is refused. */
      readonly reason: string
    }

/** What a command to a monitor was for; comes back with the answer. Null: the agent's own. */
export type CommandFor = { readonly to: Peer; readonly request: Request } | null

/** What a monitor is told: to signal the proc, or to stop its whole tree (grace in ms, null: never SIGKILL). */
export type Command =
  | { readonly what: 'signal'; readonly signum: number }
  | { readonly what: 'stop'; readonly signum: number; readonly grace: number | null }

/** How the agent is to end (spec/procstar.md 6.1); `finish`: at once, and what still runs goes on. */
export type ShutdownHow = 'idle' | 'terminate' | 'kill' | 'finish'

/**
 * What happens to the agent. The owner promises an order: before `launcherReady` and `gone` it has read every journal to its end, so that
 * what has no record then will never have one.
 */
export type Input =
  /** A record was read; of a segment found at the start, or by following the live ones. */
  | { readonly kind: 'journal'; readonly segment: number; readonly line: JournalLine }
  /** Every segment was read; `segments` are those that there are, new procs go to `current`, one of them. */
  | { readonly kind: 'recovered'; readonly current: number; readonly segments: readonly number[] }
  /** A new segment was begun. */
  | { readonly kind: 'rotated'; readonly current: number }
  | { readonly kind: 'recorded'; readonly receipt: Receipt }
  /** It could not be written; `isGone` when what it was written to is there no more, so that nobody will ever read it. */
  | { readonly kind: 'unrecorded'; readonly receipt: Receipt; readonly reason: string; readonly isGone?: boolean }
  | { readonly kind: 'launcherReady' }
  | { readonly kind: 'launcherLost' }
  | { readonly kind: 'launched'; readonly id: string; readonly monitor: Monitor }
  | { readonly kind: 'launchFailed'; readonly id: string; readonly error: StageError }
  /** The answer to a command; `errno` null when the launcher was lost before it answered. */
  | {
      readonly kind: 'commanded'
      readonly id: string
      readonly command: Command
      readonly for: CommandFor
      readonly errno: number | null
    }
  | { readonly kind: 'gone'; readonly monitor: Monitor }
  /** What was found there; `tree` null when the control groups were gone, or something in them would not end. */
  | {
      readonly kind: 'cgroupsEnded'
      readonly id: string
      readonly monitor: Monitor
      readonly tree: TreeRecord | null
    }
  /** The host's accounts have changed. */
  | { readonly kind: 'accounts'; readonly accounts: Accounts }
  | { readonly kind: 'connected'; readonly extensions: Extensions }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'request'; readonly from: Peer; readonly request: Request }
  /** A read for an output stream has been sent, `length` bytes with what was skipped; `more` when the file went on after it. */
  | {
      readonly kind: 'pushed'
      readonly id: string
      readonly fd: number
      readonly generation: number
      readonly length: number
      readonly more: boolean
    }
  | { readonly kind: 'grown'; readonly file: OutputFile }
  | { readonly kind: 'shutdown'; readonly how: ShutdownHow }
  /** About once a second. */
  | { readonly kind: 'tick' }
