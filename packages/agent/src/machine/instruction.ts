import type { AgentMessage } from '@apsis/wire/message'
import type { AskedLine, DeletedLine, LostLine, Monitor } from './journal.ts'
import type { Command, CommandFor, Peer, Receipt, Request } from './input.ts'
import type { Keep } from './dropped.ts'
import type { LaunchPlan } from './launch-plan.ts'
import type { OutputFile } from './place.ts'
import type { Proc } from './proc.ts'

/** What the owner has to do, in the order given. */
export type Instruction =
  /** Append to a segment's journal, durably; then give `recorded` or `unrecorded`. */
  | {
      readonly do: 'record'
      readonly segment: number
      readonly lines: readonly (AskedLine | LostLine | DeletedLine)[]
      readonly receipt: Receipt
    }
  /** Ask the launcher; answers are `launched` and `launchFailed`. */
  | { readonly do: 'launch'; readonly plan: LaunchPlan }
  /** Give up the launcher's own end of a pipe whose one proc will not start. */
  | { readonly do: 'unpipe'; readonly pipe: number }
  /** Tell a monitor; the answer is `commanded`. */
  | {
      readonly do: 'command'
      readonly id: string
      readonly monitor: Monitor
      readonly command: Command
      readonly for: CommandFor
    }
  /** Have the launcher report the end of a monitor that another launcher started. */
  | { readonly do: 'watch'; readonly monitor: Monitor }
  /** Kill what is in the control groups that a proc's monitor, which is no more, has left, and remove them; then give `cgroupsEnded`. */
  | { readonly do: 'endCgroups'; readonly id: string; readonly monitor: Monitor; readonly cgroups: readonly string[] }
  | { readonly do: 'send'; readonly to: Peer; readonly message: AgentMessage }
  /** Build the result of the proc as it was, and send it. `news`: nobody asked; while much waits to be sent, what it uses is left out for a server of ours. */
  | { readonly do: 'sendResult'; readonly to: Peer; readonly proc: Proc; readonly news: boolean }
  /** The same for a server that wants one from time to time: not when the last of them still waits to be sent. */
  | { readonly do: 'sendUpdate'; readonly proc: Proc }
  /** Send [start, stop) of an output, stop null: to its end, a mark in the place of what was not kept. `length`: its true length where it is recorded. */
  | {
      readonly do: 'sendFdData'
      readonly to: Peer
      readonly request: FdDataRequest
      readonly file: OutputFile
      readonly encoding: 'utf-8' | null
      readonly keep: Keep
      readonly length: number | null
    }
  /** A request of somebody on this host, which has no other answer, is carried out; a start is durable. */
  | { readonly do: 'accepted'; readonly to: Peer }
  /** Read at most `most` bytes at `start`, or behind what was not kept there, and send them as ProcOutput, if there are any; then give `pushed`. While the proc has not ended, only what is sure to be kept. */
  | {
      readonly do: 'push'
      readonly id: string
      readonly fd: number
      readonly name: string
      readonly generation: number
      readonly file: OutputFile
      readonly start: number
      readonly most: number
      readonly keep: Keep
      readonly ended: boolean
      readonly length: number | null
    }
  /** Give `grown` when the file grows, until `unfollow`. */
  | { readonly do: 'follow'; readonly file: OutputFile }
  | { readonly do: 'unfollow'; readonly file: OutputFile }
  /** Delete output files. */
  | { readonly do: 'erase'; readonly files: readonly OutputFile[] }
  /** Delete a segment: none of its procs is held. */
  | { readonly do: 'removeSegment'; readonly segment: number }
  /** The agent is done: send what is waiting to be sent, drop the connection, end. */
  | { readonly do: 'finish' }
  /** Something for the log that needs a person's attention. */
  | { readonly do: 'warn'; readonly text: string }

export type FdDataRequest = Extract<Request, { readonly type: 'ProcFdDataRequest' }>
