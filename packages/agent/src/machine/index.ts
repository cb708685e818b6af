export type { Accounts, Credentials } from './accounts.ts'
export type { PlaceCgroup, PlacedCgroup } from './cgroup-settings.ts'
export { type DroppedRange, droppedIn, droppedOf, type Keep, keptStart } from './dropped.ts'
export type { TreeRecord } from './end-record.ts'
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
export { mergedOrder, type MergedStretch, timeRecords } from './merge.ts'
export type { Now } from './now.ts'
export type { CaptureOptions, FdAction, LaunchPlan } from './launch-plan.ts'
export { fileKey, fileOf, type OutputFile, outputFile, timesFile } from './place.ts'
export { planOf } from './plan.ts'
export type { Ended, Proc } from './proc.ts'
export { type Captured, type CutOutput, type DetachedOutput, type Gathered, resultOf } from './result.ts'
export { type HostUnits, statStartTime } from './stat.ts'
export type { MachineConfig } from './state.ts'
