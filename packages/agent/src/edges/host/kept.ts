import { type Captured, type DetachedOutput, droppedIn, droppedOf, type Keep } from '../../machine/index.ts'
import { outputLength, readOutput } from '../spool/index.ts'

/**
 * What was kept of an output. `known`: its true length where that is recorded; else the file's is. While the proc writes, what is dropped grows:
 * what may have been dropped under the reader's hand is left out. Null when more than `most` bytes were kept.
 */
export async function readKept(path: string, keep: Keep, known: number | null, most: number): Promise<Captured> {
  const size = await outputLength(path)
  const dropped = droppedIn(keep, known ?? size, size)
  if (dropped === null) return size > most ? null : readOutput(path, 0, size)
  const { start, stop } = dropped
  if (start + Math.max(0, size - stop) > most) return null
  const head = await readOutput(path, 0, start)
  const tail = await readOutput(path, stop, Math.max(0, size - stop))
  const now = known === null ? (droppedOf(keep, await outputLength(path))?.stop ?? stop) : stop
  const late = Math.min(Math.max(0, now - stop), tail.length)
  const length = known ?? stop + tail.length
  return { length, dropped: { start, stop: stop + late }, head, tail: tail.subarray(late) }
}

/** How long an output is, and what was not kept of it. `known`: as for `readKept`. */
export async function lookKept(path: string, keep: Keep, known: number | null): Promise<DetachedOutput> {
  // Without a limit nothing is dropped, and the file need not be looked at.
  if (keep.limit === null && known !== null) return { length: known, dropped: null }
  const size = await outputLength(path)
  const length = known ?? size
  return { length, dropped: keep.limit === null ? null : droppedIn(keep, length, size) }
}
