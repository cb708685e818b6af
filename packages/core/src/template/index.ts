export type { ArgsScope, BindScope, Expanded } from './scope.ts'
export { MAX_OUTPUT, MAX_TEMPLATE } from './budget.ts'
export { expand, isTemplate, templateFault } from './expand.ts'
