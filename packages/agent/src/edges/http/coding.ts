import type { Transform } from 'node:stream'

// In order of preference among what a client likes the same.
const CODINGS = ['zstd', 'gzip', 'br'] as const

export type Coding = (typeof CODINGS)[number]

/** The coding that a client likes best of those that there are, null for none (RFC 9110, 12.5.3). */
export function chooseCoding(accept: string | undefined): Coding | null {
  if (accept === undefined) return null
  const weights = new Map<string, number>()
  for (const item of accept.toLowerCase().split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim())
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    const weight = q === undefined ? 1 : Number(q.slice(2))
    weights.set(name === 'x-gzip' ? 'gzip' : name, weight >= 0 && weight <= 1 ? weight : 0)
  }
  let best: Coding | null = null
  let most = 0
  for (const coding of CODINGS) {
    const weight = weights.get(coding) ?? weights.get('*') ?? 0
    if (weight > most) [best, most] = [coding, weight]
  }
  return (weights.get('identity') ?? 0) > most ? null : best
}

/** What compresses bytes that go through it; `flush` lets out what went in. Speed before size: output is compressed for each reader anew. */
export async function compressor(coding: Coding): Promise<Transform & { flush(done: () => void): void }> {
  // Only now: an agent that nobody asks for this starts the sooner.
  const zlib = await import('node:zlib')
  if (coding === 'zstd') return zlib.createZstdCompress()
  if (coding === 'gzip') return zlib.createGzip({ level: 5 })
  return zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } })
}
