export { AgeClock, keptAge } from './age-clock.ts'
export { noteShortRetention } from './kept-too-short.ts'
export { Retention, type RetentionOptions } from './retention.ts'
export { upkeepServices } from './services.ts'
