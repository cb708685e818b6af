import type { ProcFdData } from '@apsis/wire/message'

const EMPTY_BIN = [0xc4, 0x00]
const BIN_32 = 0xc6
/** What one ProcFdData can hold. */
export const LONGEST_FD_DATA: number = 0xffff_ffff

/**
 * The beginning of the frame of a ProcFdData, all but its bytes: `data` is its last member, so what follows can be sent as it is read, and
 * gigabytes need not be held. `encoded`: the message with no data. `length`: bytes that will follow, below 2^32.
 */
export function fdDataHead(encoded: Uint8Array, length: number): Uint8Array {
  if (encoded.at(-2) !== EMPTY_BIN[0] || encoded.at(-1) !== EMPTY_BIN[1])
    throw new Error('a ProcFdData does not end with its data')
  const head = Buffer.alloc(encoded.length + 3)
  head.set(encoded)
  head.writeUInt8(BIN_32, encoded.length - 2)
  head.writeUInt32BE(length, encoded.length - 1)
  return head
}

/** A ProcFdData with no data yet. */
export function emptyFdData(fields: Omit<ProcFdData, 'type' | 'data'>): ProcFdData {
  return { type: 'ProcFdData', ...fields, data: new Uint8Array(0) }
}
