// What two keys have to have in common to be looked for in the same place.
const PLACES = 1024
/** The longest key that is kept, in bytes: what is longer is no name of the protocol. */
const LONGEST = 31

/** One key to a place: another one that falls there is not kept. A hostile peer can fill them, and then only loses the gain. */
const places = Array.from({ length: PLACES }, (): string | undefined => undefined)

/**
 * The text of a map's key from `start` to `end` where it is ASCII, of 1 to 31 bytes, and its place is its own; else null. It is the same string each time,
 * so that the engine of the language knows it already; without this half of the time of decoding goes into keys.
 */
export function knownKey(bytes: Uint8Array, start: number, end: number): string | null {
  const length = end - start
  if (length < 1 || length > LONGEST || end > bytes.length) return null
  let hash = length
  for (let index = start; index < end; index++) {
    const byte = bytes[index] ?? 0
    if (byte > 0x7f) return null
    hash = (Math.imul(hash, 31) + byte) | 0
  }
  const place = (hash ^ (hash >>> 10)) & (PLACES - 1)
  const key = places[place]
  if (key === undefined) return keep(bytes, start, end, place)
  if (key.length !== length) return null
  for (let index = 0; index < length; index++) if (key.charCodeAt(index) !== bytes[start + index]) return null
  return key
}

function keep(bytes: Uint8Array, start: number, end: number, place: number): string {
  const codes = Array.from(bytes.subarray(start, end))
  const key = String.fromCharCode(...codes)
  places[place] = key
  return key
}
