export { CatchupDecision, type CatchupVerdict, type Gap } from './decision.ts'
export { overdueOf, type OverdueInstant, type OverdueOf } from './overdue.ts'
export {
  type CatchupCount,
  type CatchupPreview,
  type CatchupPreviewInput,
  type CatchupReason,
  previewCatchup,
  type UndecidedInstant,
} from './preview.ts'
export {
  type CatchupDefaults,
  catchupDefaults,
  type CatchupRule,
  catchupRule,
  decidedBefore,
  MAKE_UP_ALL,
  OVERDUE,
  runsAll,
} from './rule.ts'
export { StartSpacing } from './spacing.ts'
