import type { FdEntry, ProcSpec } from '@apsis/wire/spec'
import type { Monitor } from './journal.ts'
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
}

/** Its intention is on its way to the journal; nothing was asked of the launcher. */
export interface Recording extends Held {
  readonly state: 'recording'
  readonly spec: ProcSpec
}

/** Its intention is durable; there is no sign of it yet. */
export interface Asked extends Held {
  readonly state: 'asked'
  readonly spec: ProcSpec
  /** Known once the launcher has answered. */
  readonly monitor: Monitor | null
}

/** It has started and there is no record of its end. */
export interface Running extends Held {
  readonly state: 'running'
  readonly monitor: Monitor
  readonly started: Started
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
export interface End {
  readonly pid: number | null
  /** Raw wait status, or null when nobody saw it. */
  readonly status: number | null
  readonly start: bigint
  readonly stop: bigint
  readonly elapsed: bigint
  readonly rusage: Readonly<Record<string, number>> | null
  readonly errors: readonly string[]
  /** Last line of its /proc/PID/stat. */
  readonly stat: string | null
  /** By descriptor, the length of each captured output; absent where that is for the file to say. An output of 0 has no file. */
  readonly lengths?: ReadonlyMap<number, number>
}
