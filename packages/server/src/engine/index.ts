export { AD_HOC_PREFIX, MAX_AD_HOC } from './ad-hoc.ts'
export { AgentHub, type HubOptions, type LinkEnd } from './agents/hub.ts'
export type { Link } from './agents/connection.ts'
export { OUTPUT_ID, OutputSink } from './agents/output-sink.ts'
export type {
  BackfillPreview,
  BackfillRequest,
  CommandReply,
  Commands,
  JobChanges,
  Operation,
  PauseRequest,
  ScheduleRequest,
  WithReason,
} from './commands.ts'
export type { Published } from './committer.ts'
export type { Drain, Drains } from './drains.ts'
export type { DecidedAhead } from './decided-ahead.ts'
export { Engine } from './engine.ts'
export { ALIVE } from './heartbeat.ts'
export type { EngineLoad, EngineOptions } from './options.ts'
export { JobChangeRefused } from './job-changes.ts'
export { StoreBusy } from './store-busy.ts'
export type { Observer } from './observer.ts'
export type { AgentEvent, Agents, AgentView, Clock, LoadOf, Log, NewId } from './ports.ts'
export type { Findings, SanityInstant, SanityReport } from './sanity-report.ts'
export { TimeHeap, type Timed } from './time-heap.ts'
