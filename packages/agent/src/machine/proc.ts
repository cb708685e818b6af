import type { FdEntry, ProcSpec, StopPolicy } from '@apsis/wire/spec'
import type { Credentials } from './accounts.ts'
import type { EndExtras } from './end-record.ts'
import type { Monitor, StageError } from './journal.ts'
import type { PipeIds } from './pipes.ts'
import type { Place } from './place.ts'

/** A proc that the agent holds, by what has become of it. Records are never changed but replaced, so one that was handed out stays true. */
export type Proc = Recording | Asked | Running | Ended

interface Held {
  readonly id: string
  readonly place: Place
  /** Its descriptors, which the result is about. */
  readonly fds: readonly FdEntry[]
  /** What is executed, for error texts. */
  readonly exe: string
  /** When it was asked for, in ns since 1970. */
  readonly askedAt: bigint
  /** How its spec says that it is to be stopped, or null. */
  readonly stop: StopPolicy | null
  /** What the result shows of its spec; null: nothing. */
  readonly about: About | null
}

/** What the result of a proc shows of what was asked for. */
export interface About {
  readonly cwd: string | null
  readonly limits: ProcSpec['limits'] | null
  /** Its environment, secrets masked; null where that was not asked for. */
  readonly env: Readonly<Record<string, string>> | null
  /** What no text of the result may show, the longest first; null: nothing. */
  readonly secrets: readonly string[] | null
}

/** What is needed until it has started. */
interface Unstarted extends Held {
  readonly spec: ProcSpec
  /** Whom it runs as, null for the agent's own. */
  readonly credentials: Credentials | null
  /** The same, within a segment, for procs of one request that have pipes; null for one without. */
  readonly batch: number | null
  /** Its environment where that was recorded; else it is made when the launcher is asked. */
  readonly env: readonly string[] | null
}

/** Its intention is on its way to the journal; nothing was asked of the launcher. */
export interface Recording extends Unstarted {
  readonly state: 'recording'
}

/** Its intention is durable; there is no sign of it yet. */
export interface Asked extends Unstarted {
  readonly state: 'asked'
  /** Of what the launcher was asked last. */
  readonly pipes: PipeIds
  /** Known once the launcher has answered. */
  readonly monitor: Monitor | null
}

/** It has started and there is no record of its end. */
export interface Running extends Held {
  readonly state: 'running'
  readonly monitor: Monitor
  readonly started: Started
  /** Folders of the control groups that end with its monitor, as its orphans are to be killed; absent for none. */
  readonly cgroups?: readonly string[]
}

/** It has ended, or is lost; held until the server deletes it. */
export interface Ended extends Held {
  readonly state: 'ended'
  /** Null when it never came to executing its program, or that is not known. */
  readonly started: Started | null
  /** May outlive the proc when its orphans are kept. Null when never known. */
  readonly monitor: Monitor | null
  readonly end: End
  /** Its deletion is on its way to the journal. */
  readonly deleting: boolean
}

export interface Started {
  readonly pid: number
  /** In ticks since boot; 0 when not known. */
  readonly pidStart: number
  readonly wall: bigint
  readonly mono: bigint
}

/** How a proc ended: by its monitor's record, or by the agent's conclusion. */
export interface End extends EndExtras {
  readonly pid: number | null
  /** Raw wait status, or null when nobody saw it. */
  readonly status: number | null
  readonly start: bigint
  readonly stop: bigint
  readonly elapsed: bigint
  readonly rusage: Readonly<Record<string, number>> | null
  readonly errors: readonly string[]
  /** The steps that failed, where there is a record of them. */
  readonly steps?: readonly StageError[]
  /** Last line of its /proc/PID/stat. */
  readonly stat: string | null
  /** By descriptor, the length of each captured output; absent where that is for the file to say. An output of 0 has no file. */
  readonly lengths?: ReadonlyMap<number, number>
}
