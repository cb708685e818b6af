export { type LogLevel, logger } from './logger.ts'
