import { droppedMark } from '@apsis/wire/result'
import { outputLength, readOutput } from '../edges/spool/index.ts'
import {
  type DroppedRange,
  droppedIn,
  fileOf,
  type MergedStretch,
  mergedOrder,
  type OutputFile,
  type Proc,
  timeRecords,
  timesFile,
} from '../machine/index.ts'

/** The outputs of a proc whose times are recorded, as one; or why there is no such thing. */
export type MergedFound =
  | {
      readonly kind: 'merged'
      /** Whether all of them are text. */
      readonly text: boolean
      /** What is there now, in the order in which it was read, with a mark in the place of what was not kept. */
      readonly pieces: (signal: AbortSignal) => AsyncIterable<Uint8Array>
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'untimed' }

/** Bytes read at a time. */
const PIECE = 256 * 1024
/** The longest file of times that a launcher writes. */
const LONGEST_TIMES = 4 * 1024 * 1024

interface Source {
  readonly path: string
  readonly hole: DroppedRange | null
}

/** Merges the outputs of a proc. */
export function mergedOutput(proc: Proc | undefined, pathOf: (file: OutputFile) => string): MergedFound {
  if (proc === undefined) return { kind: 'unknown' }
  const captures = proc.fds.flatMap(({ fd, action }) => (action.kind === 'capture' ? [{ fd, action }] : []))
  // Records have the number that a capture has among all of them.
  const timed = [...captures.entries()].filter(([, { action }]) => action.times)
  if (timed.length === 0) return { kind: 'untimed' }
  const pieces = async function* (signal: AbortSignal): AsyncIterable<Uint8Array> {
    const sources = new Map<number, Source>()
    const lengths = new Map<number, number>()
    for (const [index, { fd, action }] of timed) {
      const path = pathOf(fileOf(proc, fd))
      const size = await outputLength(path)
      const length = (proc.state === 'ended' ? proc.end.lengths?.get(fd) : undefined) ?? size
      sources.set(index, { path, hole: droppedIn(action, length, size) })
      lengths.set(index, length)
    }
    const records = timeRecords(await readOutput(pathOf(timesFile(proc.place)), 0, LONGEST_TIMES))
    for (const stretch of mergedOrder(records, lengths)) {
      const source = sources.get(stretch.capture)
      if (source !== undefined) yield* bytesOf(stretch, source, signal)
    }
  }
  return { kind: 'merged', text: timed.every(([, { action }]) => action.encoding === 'utf-8'), pieces }
}

async function* bytesOf(
  { start, stop }: MergedStretch,
  source: Source,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const { path, hole } = source
  for (let at = start; at < stop && !signal.aborted; ) {
    if (hole !== null && at >= hole.start && at < hole.stop) {
      // Where it begins stands for all of it, though others wrote meanwhile.
      if (at === hole.start) yield Buffer.from(droppedMark(hole.stop - hole.start))
      at = hole.stop
      continue
    }
    const until = hole !== null && at < hole.start ? Math.min(stop, hole.start) : stop
    const piece = await readOutput(path, at, Math.min(PIECE, until - at))
    if (piece.length === 0) throw new Error('the output is gone')
    yield piece
    at += piece.length
  }
}
