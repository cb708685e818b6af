import { DECODE_LIMITS } from '@apsis/wire/msgpack'

type Json =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly why: 'text' | 'json' | 'limit'; readonly error: string }

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a]
const [ARRAY, ARRAY_END, MAP, MAP_END] = [0x5b, 0x5d, 0x7b, 0x7d]

/**
 * Reads JSON in UTF-8, with the limits that messages of the agent protocol have: 64 MB of empty maps would take 2 GB, and of empty texts more than a
 * heap has, so what has too many values is refused before it is parsed. Errors are without a place.
 */
export function readJson(bytes: Uint8Array): Json {
  const excess = excessOf(bytes)
  if (excess !== null) return { ok: false, why: 'limit', error: excess }
  try {
    return { ok: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, why: 'json', error: error.message }
    return { ok: false, why: 'text', error: 'not UTF-8' }
  }
}

// A key counts as a value. Where it is no JSON the count means nothing, but is still a bound of what the parser makes of it.
function excessOf(bytes: Uint8Array): string | null {
  const { values: most, depth: deepest } = DECODE_LIMITS
  let values = 1
  let depth = 0
  let inText = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (inText) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) inText = false
    } else if (byte === QUOTE) inText = true
    else if (byte === COMMA || byte === COLON) values++
    else if (byte === ARRAY || byte === MAP) {
      values++
      if (++depth > deepest) return `nesting deeper than ${deepest}`
    } else if (byte === ARRAY_END || byte === MAP_END) depth--
    if (values > most) return `more than ${most} values`
  }
  return null
}
