export type { HumanStyle } from './human.ts'
export { type Logger, type LoggerOptions, type LogOutput, named, openLogger } from './logger.ts'
