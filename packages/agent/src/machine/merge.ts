/** Bytes of one record of a file of times (launcher/PROTOCOL.md). */
const RECORD = 17

/** From `offset` on, the output of a capture (by its number among the proc's) was read at `wall`, ns since 1970. */
export interface TimeRecord {
  readonly capture: number
  readonly offset: number
  readonly wall: bigint
}

/** Bytes [start, stop) of one capture. */
export interface MergedStretch {
  readonly capture: number
  readonly start: number
  readonly stop: number
}

/** The records in a file of times; a part of one at the end is none. */
export function timeRecords(file: Uint8Array): readonly TimeRecord[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  return Array.from({ length: Math.floor(file.byteLength / RECORD) }, (_, index) => {
    const at = index * RECORD
    return {
      capture: view.getUint8(at),
      offset: Number(view.getBigUint64(at + 1, true)),
      wall: view.getBigUint64(at + 9, true),
    }
  })
}

/**
 * The outputs of several captures as one, in the order in which they were read; every byte once. `lengths`: by capture, those to be merged. A record holds
 * until the next one of its capture; what came before a capture's first is put right before that, or at the end where there is none.
 */
export function mergedOrder(
  records: readonly TimeRecord[],
  lengths: ReadonlyMap<number, number>,
): readonly MergedStretch[] {
  const order: MergedStretch[] = []
  const done = new Map<number, number>()
  const add = (capture: number, until: number): void => {
    const start = done.get(capture) ?? 0
    if (until <= start) return
    done.set(capture, until)
    const last = order.at(-1)
    if (last?.capture === capture) order[order.length - 1] = { ...last, stop: until }
    else order.push({ capture, start, stop: until })
  }
  // From the end, since a stretch ends where the next one of its capture begins.
  const ends = new Map(lengths)
  const until = records.toReversed().map(({ capture, offset }) => {
    const length = lengths.get(capture)
    if (length === undefined) return 0
    const end = ends.get(capture) ?? length
    ends.set(capture, Math.min(end, offset))
    return end
  })
  for (const [index, { capture }] of records.entries()) add(capture, until[records.length - 1 - index] ?? 0)
  for (const [capture, length] of lengths) add(capture, length)
  return order
}
