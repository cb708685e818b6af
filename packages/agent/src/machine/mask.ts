/** What the launcher takes for one proc (launcher/PROTOCOL.md). */
const MOST_PATTERNS = 256
const MOST_BYTES = 64 * 1024
/** Bytes of the shortest pattern: what is shorter would be found everywhere. */
const SHORTEST = 4

/**
 * What is masked in the output for some secrets: each as it is, as a part of base64 (whatever stands before and after it), URL-encoded, and
 * escaped in JSON. Each pattern once.
 */
export function maskPatterns(secrets: readonly string[]): readonly Uint8Array[] {
  const patterns = new Map<string, Buffer>()
  for (const secret of secrets) {
    for (const form of forms(secret)) {
      const bytes = Buffer.from(form)
      // The part of a short secret's base64 that does not depend on its neighbours may be too short to mean anything.
      if (bytes.length >= SHORTEST) patterns.set(form, bytes)
    }
  }
  return [...patterns.values()]
}

/** Why the launcher does not take the secrets of a proc, or null. */
export function maskProblem(id: string, secrets: readonly string[]): string | null {
  const short = secrets.findIndex((secret) => Buffer.byteLength(secret) < SHORTEST)
  if (short >= 0) return `secret too short: ${id} mask[${short}], at least ${SHORTEST} bytes`
  const patterns = maskPatterns(secrets)
  if (patterns.length > MOST_PATTERNS)
    return `too many secrets: ${id} needs ${patterns.length} patterns, at most ${MOST_PATTERNS}`
  const bytes = patterns.reduce((sum, { length }) => sum + length, 0)
  return bytes > MOST_BYTES ? `secrets too long: ${id} needs ${bytes} bytes of patterns, at most ${MOST_BYTES}` : null
}

function forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].map((offset) => innerBase64(bytes, offset))
  const url = percent(bytes)
  const json = JSON.stringify(secret).slice(1, -1)
  return [
    secret,
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    url,
    url.replaceAll('%20', '+'),
    url.replaceAll(/%../g, (code) => code.toLowerCase()),
    json,
    json.replaceAll('/', '\\/'),
    json.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ]
}

/** The characters of the base64 of a text that has the bytes at an offset of 0, 1 or 2 (mod 3), less those that the bytes before and after them change. */
function innerBase64(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
  const first = Math.ceil((offset * 8) / 6)
  return text.slice(first, Math.floor(((offset + bytes.length) * 8) / 6))
}

/** Percent-encoding that leaves only the unreserved characters of RFC 3986. */
function percent(bytes: Buffer): string {
  return encodeURIComponent(bytes.toString()).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
