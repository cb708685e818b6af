import type { DroppedRange, OutputLook, OutputSource } from '../../main/index.ts'

/** Bytes [start, stop) of an output. */
export interface Interval {
  readonly start: number
  readonly stop: number
}

/** Bytes read, and given on, at a time. */
const PIECE = 256 * 1024

/**
 * The bytes of an interval that was there at a look; those that were not kept then are left out. Throws when it is not there any more, since more was
 * dropped or its proc was deleted.
 */
export async function* pieces(
  source: OutputSource,
  interval: Interval,
  { dropped, mayLose }: OutputLook,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  for (let at = interval.start; at < interval.stop && !signal.aborted; ) {
    const next = behind(dropped, at)
    if (next > at) {
      at = next
      continue
    }
    const stop = dropped !== null && at < dropped.start ? Math.min(interval.stop, dropped.start) : interval.stop
    const piece = await source.read(at, Math.min(PIECE, stop - at))
    if (piece.length === 0) throw new Error('the output is gone')
    // After the read: what was made a hole before it was read as zeros.
    if (mayLose && behind((await source.look()).dropped, at) > at) throw new Error('the output was dropped')
    yield piece
    at += piece.length
  }
}

/**
 * The bytes from `start` on, also those that are yet to come, until the proc has ended and all is there, or `stop`; those that are not kept are left
 * out. Waits without looking again and again.
 */
export async function* followed(
  source: OutputSource,
  { start, stop }: Interval,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  let news = Promise.withResolvers<void>()
  const wake = (): void => news.resolve()
  const off = source.onGrowth(wake)
  signal.addEventListener('abort', wake)
  try {
    for (let at = start; at < stop && !signal.aborted; ) {
      news = Promise.withResolvers()
      // Before the read: what was written before the end is in it.
      const ended = source.ended()
      const { dropped, mayLose } = await source.look()
      at = behind(dropped, at)
      const until = dropped !== null && at < dropped.start ? Math.min(stop, dropped.start) : stop
      const piece = await source.read(at, Math.max(0, Math.min(PIECE, until - at)))
      const late = mayLose ? Math.min(piece.length, behind((await source.look()).dropped, at) - at) : 0
      at += piece.length
      if (piece.length > late) yield piece.subarray(late)
      else if (late > 0) continue
      else if (ended) return
      else if (!signal.aborted) await news.promise
    }
  } finally {
    off()
    signal.removeEventListener('abort', wake)
  }
}

/** The first offset from this one on that is not dropped. */
function behind(dropped: DroppedRange | null, offset: number): number {
  return dropped !== null && offset >= dropped.start && offset < dropped.stop ? dropped.stop : offset
}
