export * from './scalar.ts'
export { daytimeHint, durationHint, zoneHint } from './hints.ts'
export { oddDaytimes } from './odd-daytime.ts'
export { parseSignal, SIGNALS, signalName } from './signal.ts'
export { catchupField } from './catchup.ts'
export { shortOrMapping } from './short-or-mapping.ts'
export { daytimeField, durationField, instantField, timeField } from './time.ts'
export {
  calendarField,
  dstField,
  dstGivenField,
  dstJson,
  dstWith,
  timeShiftField,
  timeShiftJson,
  zoneField,
} from './schedule.ts'
export { checkedTemplate, templateField, templateTextField } from './template.ts'
