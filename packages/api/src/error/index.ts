export * from './codes.ts'
export * from './status.ts'
export * from './body.ts'
