export * from './batch.ts'
export * from './maintenance.ts'
export * from './reader.ts'
export * from './store.ts'
