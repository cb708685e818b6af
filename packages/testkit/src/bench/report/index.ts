export type { Bound, Figure } from './figure.ts'
export { lastLine, roundLine, summaryLines, targetText } from './line.ts'
export { type Measured, type Result, resultOf, type Round } from './result.ts'
export type { Summary } from './statistics.ts'
