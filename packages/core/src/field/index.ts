export * from './scalar.ts'
export { parseSignal, SIGNALS, signalName } from './signal.ts'
export { daytimeField, durationField, timeField } from './time.ts'
export { calendarField, dstField, dstJson, zoneField } from './schedule.ts'
