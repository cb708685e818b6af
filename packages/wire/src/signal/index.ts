export { signalName, signalNumber, signalsOfMask } from './name.ts'
export { parseSignal } from './parse.ts'
export type { StandardSignal } from './table.ts'
