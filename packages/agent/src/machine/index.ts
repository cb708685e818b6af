export type { Command, CommandFor, Input, Peer, Receipt, Request, ShutdownHow } from './input.ts'
export type { FdDataRequest, Instruction } from './instruction.ts'
export {
  type AskedLine,
  type DeletedLine,
  type JournalLine,
  journalText,
  type LostLine,
  type Monitor,
  parseJournalLine,
  type SegmentLine,
  type StageError,
} from './journal.ts'
export { AgentMachine } from './machine.ts'
export type { Now } from './now.ts'
export { fileKey, type OutputFile, outputFile } from './place.ts'
export { type FdAction, type LaunchPlan, planOf } from './plan.ts'
export type { Ended, Proc } from './proc.ts'
export { type Gathered, resultOf } from './result.ts'
export { type HostUnits, statStartTime } from './stat.ts'
export type { MachineConfig } from './state.ts'
