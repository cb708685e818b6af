export { type DueInstant, occurrencesOf } from './occurrences.ts'
export { planSchedules } from './plan.ts'
export type {
  BrokenSchedule,
  PendingInstant,
  PlanCursor,
  PlanInput,
  PlanJob,
  PlannedInstant,
  PlanResult,
  PlanSlice,
  ScheduleRef,
} from './types.ts'
