import { acknowledged, afterRead, LARGEST_WINDOW, type OutputStream, wanted } from './output-stream.ts'
import type { Keep } from './dropped.ts'
import { captureOf, fileOf } from './place.ts'
import type { Ended, Proc } from './proc.ts'
import type { Step } from './state.ts'

/** Streams looked at per tick, in case the host did not tell that a file has grown. */
const POLLED = 64

/** Begins to send a descriptor's bytes from `start` on, instead of what was asked before. */
export function openStream(step: Step, proc: Proc, fd: number, name: string, start: number, window: number): void {
  const { streams } = step.state
  const file = fileOf(proc, fd)
  if (streams.get(proc.id, fd) === undefined) step.out.push({ do: 'follow', file })
  advance(step, {
    id: proc.id,
    fd,
    name,
    file,
    keep: keepOf(step, proc, fd),
    ended: proc.state === 'ended',
    generation: streams.generation(),
    window: Math.min(window, LARGEST_WINDOW),
    sent: start,
    acknowledged: start,
    reading: false,
    // Before the launcher is asked there is no file.
    grown: proc.state !== 'recording',
  })
}

/** The server has everything below `offset`. */
export function acknowledge(step: Step, id: string, fd: number, offset: number): void {
  const stream = step.state.streams.get(id, fd)
  if (stream !== undefined) advance(step, acknowledged(stream, offset))
}

/** A read is done and sent. */
export function pushed(step: Step, id: string, fd: number, generation: number, length: number, more: boolean): void {
  const stream = step.state.streams.get(id, fd)
  if (stream?.generation === generation) advance(step, afterRead(stream, length, more))
}

/** The file of a stream has grown. */
export function grown(step: Step, stream: OutputStream | undefined): void {
  if (stream !== undefined) advance(step, { ...stream, grown: true })
}

/** Looks for new bytes of a proc that has ended: its last ones, unless all that it wrote was sent. */
export function pushFor(step: Step, proc: Ended): void {
  for (const { fd } of proc.fds) {
    const stream = step.state.streams.get(proc.id, fd)
    if (stream === undefined) continue
    const over: OutputStream = { ...stream, ended: true }
    if (stream.sent < (proc.end.lengths?.get(fd) ?? Infinity)) grown(step, over)
    else step.state.streams.put(over)
  }
}

/** Looks for new bytes of some streams that wait. */
export function pollStreams(step: Step): void {
  for (const stream of step.state.streams.waiting(POLLED)) grown(step, stream)
}

/** Ends the streams of a proc. */
export function closeStreamsOf(step: Step, proc: Proc): void {
  for (const { fd } of proc.fds) close(step, step.state.streams.get(proc.id, fd))
}

/** Ends every stream. */
export function closeStreams(step: Step): void {
  for (const stream of step.state.streams.values()) close(step, stream)
}

function close(step: Step, stream: OutputStream | undefined): void {
  if (stream === undefined) return
  step.state.streams.remove(stream)
  step.out.push({ do: 'unfollow', file: stream.file })
}

function advance(step: Step, stream: OutputStream): void {
  const most = wanted(stream)
  if (most <= 0) return step.state.streams.put(stream)
  const { id, fd, name, generation, file, keep, ended, sent: start } = stream
  step.state.streams.put({ ...stream, reading: true, grown: false })
  const proc = step.state.procs.get(id)
  const length = proc?.state === 'ended' ? (proc.end.lengths?.get(fd) ?? null) : null
  step.out.push({ do: 'push', id, fd, name, generation, file, start, most, keep, ended, length })
}

const ALL: Keep = { limit: null, keep: 'start' }

// A server that cannot be told of a hole gets it as the file has it: zeros.
function keepOf(step: Step, proc: Proc, fd: number): Keep {
  if ((step.state.extensions?.['output'] ?? 0) < 2) return ALL
  return captureOf(proc, fd) ?? ALL
}
