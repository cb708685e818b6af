import type { JsonObject } from '../json/index.ts'
import type { ActionSpec } from '../kind/index.ts'
import type { Catchup } from '../job/catchup.ts'
import type { Duration, Instant } from '../time/index.ts'
import type { Address } from './address.ts'
import type { LogConfig } from './log.ts'
import type { RetentionRule } from './retention.ts'

/**
 * What a config file says. Durations are ms. Paths are as written: relative ones are relative to the folder of the file.
 * Null: not said, so that what comes from the environment or the command line can come in.
 */
export interface Config {
  readonly jobDir: string
  /** Where calendar files are, beside those below the job folder; of one name, the first counts. */
  readonly calendarDirs: readonly string[]
  /** Names that templates have, with their values: `Environment.names`. */
  readonly templateNames: JsonObject
  /** The folder with the database and everything else that the server keeps. */
  readonly data: string | null
  /** Where the HTTP server listens. Empty: not said. */
  readonly bind: readonly Address[]
  readonly runs: {
    /** How old a run may be to be loaded and listed; null: any age. */
    readonly lookback: Duration | null
  }
  readonly schedule: {
    readonly horizon: Duration
    /** From when to schedule; null: where the server left off. */
    readonly since: 'now' | Instant | null
    /** Instants missed for longer than this are not made up for; null: all are. */
    readonly maxAge: Duration | null
    /** For schedules that say nothing of it; null: every missed instant gets its run. */
    readonly catchup: Catchup | null
  }
  readonly log: LogConfig
  readonly reload: {
    /** Whether the job folder is watched, and read again by itself when something in it changes. */
    readonly watch: boolean
  }
  /** For how long runs are kept; for ever where no rule is about them. */
  readonly retention: readonly RetentionRule[]
  readonly waiting: {
    /** For how long a run may wait for its conditions; null: for ever. */
    readonly maxTime: Duration | null
  }
  /** Actions of every run. */
  readonly actions: readonly ActionSpec[]
  /** For programs that set no timeout; null: none. */
  readonly timeout: { readonly duration: Duration; readonly signal: number } | null
  readonly agents: AgentsConfig
}

/** How agents connect, and what is asked of them. */
export interface AgentsConfig {
  /** Null: not said. */
  readonly enable: boolean | null
  readonly host: string | null
  readonly port: number | null
  readonly accessToken: string | null
  readonly tls: { readonly certPath: string | null; readonly keyPath: string | null }
  /** For how long a run may wait for an agent of its group. */
  readonly startTimeout: Duration
  /** For how long an agent may be away before its runs are given up; null: for ever. */
  readonly reconnectTimeout: Duration | null
  readonly updateInterval: Duration | null
  readonly outputInterval: Duration | null
  readonly sudoArgv: readonly string[]
  /** Memory limit of programs that name none, in GB of 10^9 bytes; null: none. */
  readonly memMaxGb: number | null
}
