/** WebSocket frames as bytes, right or wrong (RFC 6455). */
export interface FrameParts {
  readonly opcode: number
  readonly payload: Buffer
  readonly fin?: boolean
  /** The three reserved bits. */
  readonly reserved?: number
  /** Four bytes, as clients have to and servers must not use. */
  readonly mask?: Buffer | null
  /** What the head says of the length, where that is not the truth. */
  readonly announced?: bigint
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export function frame({ opcode, payload, fin = true, reserved = 0, mask = null, announced }: FrameParts): Buffer {
  const length = announced ?? BigInt(payload.length)
  const masked = mask === null ? 0 : 0x80
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode
  const head =
    length < 126n
      ? Buffer.from([first, masked | Number(length)])
      : Buffer.from([first, masked | (length < 65_536n ? 126 : 127)])
  const extended = Buffer.alloc(length < 126n ? 0 : length < 65_536n ? 2 : 8)
  if (extended.length === 2) extended.writeUInt16BE(Number(length))
  if (extended.length === 8) extended.writeBigUInt64BE(length)
  return Buffer.concat([head, extended, mask ?? Buffer.alloc(0), mask === null ? payload : masking(payload, mask)])
}

function masking(payload: Buffer, mask: Buffer): Buffer {
  return Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)))
}

/** A frame that was read, and how many bytes it took. */
export interface ReadFrame {
  readonly opcode: number
  readonly payload: Buffer
  readonly size: number
}

/** The frame that bytes begin with; null when it is not whole yet. */
export function readFrame(bytes: Buffer): ReadFrame | null {
  if (bytes.length < 2) return null
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)]
  const short = second & 0x7f
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0
  const masked = (second & 0x80) !== 0
  const head = 2 + extended + (masked ? 4 : 0)
  if (bytes.length < head) return null
  const length = extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (bytes.length < head + length) return null
  const payload = bytes.subarray(head, head + length)
  const plain = masked ? masking(payload, bytes.subarray(head - 4, head)) : payload
  return { opcode: first & 0x0f, payload: plain, size: head + length }
}
