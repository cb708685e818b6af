import type { Duration, Instant } from '@apsis/core/time'
import type { StoreQueues } from '@apsis/store/port'
import type { AgentView, EngineLoad, SanityReport } from '../../engine/index.ts'

/** Where the figures come from that are looked at when somebody asks. Each is cheap: a count that somebody keeps. */
export interface MetricSources {
  readonly version: string
  /** The folder with the database files. */
  readonly dataFolder: string
  now(): Instant
  load(): EngineLoad
  /** The agents, connected or not. */
  agents(): readonly AgentView[]
  /** Whether an agent is to take no new runs. */
  drained(connId: string): boolean
  /** Live runs that an agent was given. */
  loadOf(connId: string): number
  /** Jobs in force. */
  jobs(): number
  readonly feed: { readonly seq: number; readonly followers: number; readonly drops: number }
  queues(): StoreQueues
  /** What the check of the ledger found last; null: it did not look yet. */
  sanity(): SanityReport | null
  /** For how long what retention would remove has been due, ms, as last seen; null: nothing is to be removed, or it is not known. */
  retentionLag(): Duration | null
}
