export * from './context.ts'
export * from './format.ts'
export * from './run.ts'
export * from './usage.ts'
