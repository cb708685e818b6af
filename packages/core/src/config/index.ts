export { type Address, formatAddress, parseAddress } from './address.ts'
export type { AgentsConfig, Config } from './config.ts'
export { type ConfigResult, defaultConfig, parseConfig } from './parse.ts'
export {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogConfig,
  type LogFormat,
  type LogLevel,
  parseLogFormat,
  parseLogLevel,
} from './log.ts'
export { isOwnFile, type RetentionRule, rulesOfJob } from './retention.ts'
