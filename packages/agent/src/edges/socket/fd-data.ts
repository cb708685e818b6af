import type { ProcFdData } from '@apsis/wire/message'

const EMPTY_BIN = [0xc4, 0x00]
const [BIN_8, BIN_16, BIN_32] = [0xc4, 0xc5, 0xc6]
/** What one ProcFdData can hold. */
export const LONGEST_FD_DATA: number = 0xffff_ffff

/**
 * The beginning of the frame of a ProcFdData, all but its bytes: `data` is its last member, so what follows can be sent as it is read, and
 * gigabytes need not be held. `encoded`: the message with no data. `length`: bytes that will follow, below 2^32.
 */
export function fdDataHead(encoded: Uint8Array, length: number): Uint8Array {
  if (encoded.at(-2) !== EMPTY_BIN[0] || encoded.at(-1) !== EMPTY_BIN[1])
    throw new Error('a ProcFdData does not end with its data')
  // The shortest form, as existing agents send it (spec/procstar.md 4.2).
  const [tag, size] = length < 0x100 ? [BIN_8, 1] : length < 0x1_0000 ? [BIN_16, 2] : [BIN_32, 4]
  const head = Buffer.alloc(encoded.length - 1 + size)
  head.set(encoded.subarray(0, -1))
  head.writeUInt8(tag, encoded.length - 2)
  head.writeUIntBE(length, encoded.length - 1, size)
  return head
}

/** A ProcFdData with no data yet. */
export function emptyFdData(fields: Omit<ProcFdData, 'type' | 'data'>): ProcFdData {
  return { type: 'ProcFdData', ...fields, data: new Uint8Array(0) }
}
