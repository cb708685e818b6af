import { droppedMark } from '@apsis/wire/result'
import { outputLength, readFresh, readOutput } from '../edges/spool/index.ts'
import { type DroppedRange, droppedIn, droppedOf, type Instruction, keptStart } from '../machine/index.ts'

type Push = Pick<Extract<Instruction, { readonly do: 'push' }>, 'file' | 'start' | 'most' | 'keep' | 'ended' | 'length'>

/** Bytes of an output that are read at once when the proc has ended: most outputs are shorter. */
const SHORT = 64 * 1024
/** Bytes that are looked for beyond the end. */
const BEYOND = 512

/** What was read of an output: `data` at `start`, and right before it so many bytes that were not kept. `more`: the file may go on. */
export interface OutputPart {
  readonly start: number
  readonly dropped: number
  readonly data: Uint8Array
  readonly more: boolean
}

/** Reads what comes next of an output that is pushed. */
export async function readPart(path: string, push: Push): Promise<OutputPart> {
  const { start, most, keep, ended, length } = push
  if (keep.limit === null || !ended) {
    const data = await readOutput(path, start, Math.max(0, Math.min(most, keptStart(keep) - start)))
    return { start, dropped: 0, data, more: data.length === most }
  }
  const size = await outputLength(path)
  const hole = droppedIn(keep, length ?? size, size)
  const at = behind(hole, start)
  const until = hole !== null && at < hole.start ? hole.start : Infinity
  const data = await readOutput(path, at, Math.min(most, until - at))
  // Something writes there yet, and may have had more dropped under our hand.
  const late = length === null ? Math.min(data.length, behind(droppedOf(keep, await outputLength(path)), at) - at) : 0
  const more = data.length === most || (data.length > 0 && at + data.length === until)
  return { start: at + late, dropped: at + late - start, data: data.subarray(late), more }
}

/** The same, at once, of a file of ours that is short, whole, and written not long ago as a rule, since its proc has ended; null where it is not. */
export function readShort(path: string, { file, start, most, keep, ended, length }: Push): OutputPart | null {
  if (file.path !== undefined || !ended || length === null || keep.limit !== null) return null
  // What outlives the proc may write more.
  const wanted = Math.max(0, length - start) + BEYOND
  if (wanted > Math.min(most, SHORT)) return null
  const data = readFresh(path, start, wanted)
  return { start, dropped: 0, data, more: data.length === wanted }
}

function behind(hole: DroppedRange | null, offset: number): number {
  return hole !== null && offset >= hole.start && offset < hole.stop ? hole.stop : offset
}

/** Bytes of a file, or others that stand in the place of what is not there. */
export type Stretch = { readonly start: number; readonly stop: number } | Uint8Array

/** The bytes [start, stop) of an output, with a mark in the place of those that were not kept. */
export function stretches(hole: DroppedRange | null, start: number, stop: number): readonly Stretch[] {
  const missing = hole === null ? 0 : Math.min(stop, hole.stop) - Math.max(start, hole.start)
  if (hole === null || missing <= 0) return [{ start, stop }]
  return [
    { start, stop: Math.max(start, hole.start) },
    Buffer.from(droppedMark(missing)),
    { start: Math.min(stop, hole.stop), stop },
  ]
}

/** How many bytes that is. */
export function stretchLength(all: readonly Stretch[]): number {
  return all.reduce((sum, one) => sum + (one instanceof Uint8Array ? one.length : one.stop - one.start), 0)
}
