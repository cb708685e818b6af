import type { Command, FdAction, LaunchPlan, Monitor, OutputFile } from '../../machine/index.ts'
import { FrameWriter } from './frame-writer.ts'

/** Most bytes of a frame after its length (launcher/PROTOCOL.md). */
export const FRAME_MAX: number = 4 * 1024 * 1024
const NEVER = 0xffff_ffff

const START = 1
const COMMAND = 2
const WATCH = 3
const UNPIPE = 4

/** Files are named to the launcher by their paths. */
export interface Paths {
  journal(segment: number): string
  output(file: OutputFile): string
}

/** The request to start a proc, or null when it is larger than the launcher takes. */
export function startFrame(request: number, plan: LaunchPlan, paths: Paths): Uint8Array | null {
  const frame = new FrameWriter(START, request)
  frame.text(1, plan.id)
  frame.text(2, plan.exe)
  for (const item of plan.argv) frame.text(3, item)
  for (const item of plan.env) frame.text(4, item)
  if (plan.cwd !== null) frame.text(5, plan.cwd)
  if (plan.umask !== null) frame.field(6, u32(plan.umask))
  for (const action of plan.fds) frame.field(7, fdAction(action, paths))
  frame.text(8, paths.journal(plan.segment))
  frame.field(9, Buffer.from([ORPHANS[plan.orphans]]))
  if (plan.restrictedExe !== null) frame.text(10, plan.restrictedExe)
  addAttributes(frame, plan)
  addCaptures(frame, plan, paths)
  addEnclosure(frame, plan)
  return frame.length > FRAME_MAX ? null : frame.result()
}

const ORPHANS = { keep: 0, kill: 1, wait: 2 } as const

// Fields 11 to 17: what the child sets for itself. What the launcher does anyway is left out.
function addAttributes(frame: FrameWriter, plan: LaunchPlan): void {
  for (const { resource, soft, hard } of plan.limits)
    frame.field(11, Buffer.concat([Buffer.from([resource]), limit(soft), limit(hard)]))
  if (plan.nice !== null) frame.field(12, i32(plan.nice))
  if (plan.pdeathSignal !== null) frame.field(13, Buffer.from([plan.pdeathSignal]))
  const { ignored, blocked } = plan.signals
  if (ignored !== 0n || blocked !== 0n) frame.field(14, Buffer.concat([u64(ignored), u64(blocked)]))
  if (plan.credentials !== null) {
    const { uid, gid, groups } = plan.credentials
    frame.field(15, Buffer.concat([uid, gid, ...groups].map(u32)))
  }
  if (plan.searchPath) frame.field(16, Buffer.from([1]))
  if (plan.keepFds) frame.field(17, Buffer.from([1]))
}

const KEEP = { start: 0, end: 1, both: 2 } as const
const TIMES = 1
const NAMED = 2

// Fields 20 to 22: how the monitor captures.
function addCaptures(frame: FrameWriter, plan: LaunchPlan, paths: Paths): void {
  for (const action of plan.fds) {
    if (action.kind !== 'capture' || action.options === null) continue
    const { limit: most, keep, times, isNamed } = action.options
    const bits = (times ? TIMES : 0) | (isNamed ? NAMED : 0)
    frame.field(20, Buffer.concat([i32(action.fd), u64(BigInt(most ?? 0)), Buffer.from([KEEP[keep], bits])]))
  }
  for (const mask of plan.masks) frame.field(21, mask)
  if (plan.times !== null) frame.text(22, paths.output(plan.times))
}

// Fields 30 to 34: what is around the proc and its time.
function addEnclosure(frame: FrameWriter, plan: LaunchPlan): void {
  if (plan.cgroup !== null) {
    for (const parent of plan.cgroup.parents) frame.text(30, parent)
    for (const setting of plan.cgroup.settings) frame.text(31, setting)
  }
  if (plan.timeout !== null) {
    const { after, signum, grace } = plan.timeout
    frame.field(32, Buffer.concat([u32(after), Buffer.from([signum]), u32(Math.min(grace, NEVER - 1))]))
  }
  if (plan.perf) frame.field(34, Buffer.from([1]))
}

/** The request to give up a pipe whose other end will not be asked for. */
export function unpipeFrame(request: number, pipe: number): Uint8Array {
  const frame = new FrameWriter(UNPIPE, request)
  frame.bytes(u32(pipe))
  return frame.result()
}

/** The request to tell a monitor something. */
export function commandFrame(request: number, monitor: Monitor, command: Command): Uint8Array {
  const frame = new FrameWriter(COMMAND, request)
  frame.bytes(monitorBytes(monitor))
  frame.bytes(Buffer.from([command.what === 'signal' ? 0 : 1, command.signum]))
  const grace = command.what === 'signal' ? 0 : command.grace
  frame.bytes(u32(grace === null ? NEVER : Math.min(grace, NEVER - 1)))
  return frame.result()
}

/** The request to report the end of a monitor. */
export function watchFrame(request: number, monitor: Monitor): Uint8Array {
  const frame = new FrameWriter(WATCH, request)
  frame.bytes(monitorBytes(monitor))
  return frame.result()
}

function fdAction(action: FdAction, paths: Paths): Uint8Array {
  switch (action.kind) {
    case 'inherit':
      return fdHead(action.fd, 0)
    case 'close':
      return fdHead(action.fd, 1)
    case 'open':
      return Buffer.concat([fdHead(action.fd, 2), u32(action.flags), u32(action.mode), Buffer.from(action.path)])
    case 'dup':
      return Buffer.concat([fdHead(action.fd, 3), i32(action.from)])
    case 'capture':
      return Buffer.concat([fdHead(action.fd, 4), Buffer.from(paths.output(action.file))])
    case 'data':
      return Buffer.concat([fdHead(action.fd, 5), action.bytes])
    case 'pipe':
      return Buffer.concat([fdHead(action.fd, 6), u32(action.pipe), Buffer.from([action.side === 'read' ? 0 : 1])])
  }
}

function fdHead(fd: number, kind: number): Uint8Array {
  return Buffer.concat([i32(fd), Buffer.from([kind])])
}

function monitorBytes(monitor: Monitor): Uint8Array {
  const bytes = Buffer.allocUnsafe(12)
  bytes.writeUInt32LE(monitor.pid)
  bytes.writeBigUInt64LE(BigInt(monitor.start), 4)
  return bytes
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: bigint): Uint8Array {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

// All ones: unlimited.
function limit(value: number | null): Uint8Array {
  return u64(value === null ? 2n ** 64n - 1n : BigInt(value))
}

function i32(value: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32LE(value)
  return bytes
}
