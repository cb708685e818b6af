export * from './address.ts'
export * from './fetch.ts'
export * from './sockets.ts'
export * from './failure.ts'
