export * from './batch.ts'
export * from './reader.ts'
export * from './store.ts'
