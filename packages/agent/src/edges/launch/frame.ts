import type { Command, FdAction, LaunchPlan, Monitor } from '../../machine/index.ts'
import { FrameWriter } from './frame-writer.ts'

/** Most bytes of a frame after its length (launcher/PROTOCOL.md). */
export const FRAME_MAX: number = 4 * 1024 * 1024
const NEVER = 0xffff_ffff

const START = 1
const COMMAND = 2
const WATCH = 3

/** Files are named to the launcher by their paths. */
export interface Paths {
  journal(segment: number): string
  output(file: { readonly segment: number; readonly name: string }): string
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
  frame.field(9, Buffer.from([plan.orphans === 'kill' ? 1 : 0]))
  if (plan.restrictedExe !== null) frame.text(10, plan.restrictedExe)
  return frame.length > FRAME_MAX ? null : frame.result()
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
  }
}

function fdHead(fd: number, kind: number): Uint8Array {
  return Buffer.concat([i32(fd), Buffer.from([kind])])
}

function monitorBytes(monitor: Monitor): Uint8Array {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32LE(monitor.pid)
  bytes.writeBigUInt64LE(BigInt(monitor.start), 4)
  return bytes
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function i32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}
