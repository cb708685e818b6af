export type { AgentServerOptions, RunningServer, ServerOptions, StartFailure, StartResult } from './options.ts'
export { type CommandOptions, serve, type Serving } from './serve.ts'
export { type LogFlags, openServerLog, tendLog } from './server-log.ts'
export { startServer } from './start-server.ts'
