export { parseProcResult, readProcResult } from './parse.ts'
export type * from './result.ts'
export { resultJson } from './text.ts'
