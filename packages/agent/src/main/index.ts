export type { Request, ShutdownHow } from '../machine/index.ts'
export type { AgentEnd, AgentHandle, LocalRequest, ProcCounts } from './handle.ts'
export { type AgentSurroundings, type LogLevel, runAgent } from './run-agent.ts'
export { shutdownOnSignals } from './signals.ts'
