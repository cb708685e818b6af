export { type Address, formatAddress, parseAddress } from './address.ts'
export type { AgentsConfig, Config } from './config.ts'
export { type ConfigResult, defaultConfig, parseConfig } from './parse.ts'
