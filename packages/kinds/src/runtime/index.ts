export type * from './types.ts'
export { type RuntimeOptions, runtimes, runtimesFor } from './runtimes.ts'
