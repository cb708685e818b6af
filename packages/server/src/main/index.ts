export { type LogLevel, logger } from '../edges/log/index.ts'
export type { AgentServerOptions, RunningServer, ServerOptions, StartFailure, StartResult } from './options.ts'
export { type CommandOptions, serve, type Serving } from './serve.ts'
export { startServer } from './start-server.ts'
