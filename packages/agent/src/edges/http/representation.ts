/** How output is written in an answer: its bytes as they are, as UTF-8 text whatever they are, as base64, or as base2048 (11 bits a character). */
export type Representation = 'raw' | 'utf-8' | 'base64' | 'base2048'

export const REPRESENTATIONS: readonly Representation[] = ['raw', 'utf-8', 'base64', 'base2048']

/** Rewrites a stream of bytes. What cannot be written before more is there is kept back until then, or until the end. */
export function represent(pieces: AsyncIterable<Uint8Array>, as: Representation): AsyncIterable<Uint8Array> {
  if (as === 'raw') return pieces
  return as === 'utf-8' ? text(pieces) : inGroups(pieces, as)
}

async function* text(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  for await (const piece of pieces) yield Buffer.from(decoder.decode(piece, { stream: true }))
  yield Buffer.from(decoder.decode())
}

// So many bytes are a whole number of characters; anything less would need padding, which belongs at the end.
const GROUP = { base64: 3, base2048: 11 } as const

async function* inGroups(pieces: AsyncIterable<Uint8Array>, as: keyof typeof GROUP): AsyncIterable<Uint8Array> {
  // Few ask for base2048: its tables are made when somebody does.
  const encode = as === 'base64' ? (bytes: Buffer) => bytes.toString('base64') : (await import('base2048')).encode
  let rest = Buffer.alloc(0)
  for await (const piece of pieces) {
    const all = Buffer.concat([rest, piece])
    const whole = all.length - (all.length % GROUP[as])
    rest = all.subarray(whole)
    yield Buffer.from(encode(all.subarray(0, whole)))
  }
  yield Buffer.from(encode(rest))
}

/** Bytes at the end of some text in UTF-8 that begin a character and lack its rest: 0 to 3. */
export function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < sequenceLength(byte) ? back : 0
  }
  return 0
}

function sequenceLength(first: number): number {
  if (first >= 0xf5 || first < 0xc2) return 1
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
}
