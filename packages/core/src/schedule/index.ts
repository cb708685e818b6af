export { type CronInstant, cronDst, cronInstants, cronOccurrences, type CronRule } from './cron.ts'
export { type CronExpression, parseCron } from './cron-parse.ts'
export { type DailyInstant, type DailyRule, dailyInstants, dailyOccurrences } from './daily.ts'
export {
  type DailyBound,
  type DailyIntervalRule,
  dailyIntervalFault,
  dailyIntervalOccurrences,
  isDailyIntervalEmpty,
  MAX_STOP_SHIFT,
} from './daily-interval.ts'
export { delayed } from './delayed.ts'
export { explicitOccurrences } from './explicit.ts'
export { type IntervalRule, intervalFault, intervalOccurrences } from './interval.ts'
export { daytimeStop, durationStop } from './stop.ts'
