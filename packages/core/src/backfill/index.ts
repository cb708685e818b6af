export * from './backfill.ts'
export { type BackfillInstant, backfillInstants, backfillSchedules } from './instants.ts'
export { advanced, cancelled, room, settled } from './progress.ts'
export { backfillJson, readBackfill } from './record.ts'
