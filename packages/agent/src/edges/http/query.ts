import { type Refusal, refusal } from './refusal.ts'
import { type Representation, REPRESENTATIONS } from './representation.ts'

type Found<T> = { readonly kind: 'value'; readonly value: T } | Refusal

/** A flag of the query: `1` or `true`, `0` or `false`; absent is the default. */
export function flag(query: URLSearchParams, name: string, otherwise: boolean): Found<boolean> {
  const text = query.get(name)
  if (text === null) return { kind: 'value', value: otherwise }
  if (text === '1' || text === 'true') return { kind: 'value', value: true }
  if (text === '0' || text === 'false') return { kind: 'value', value: false }
  return refusal(400, `${name}: expected 0 or 1, got ${JSON.stringify(text)}`)
}

/** A number of bytes in the query; null when it is absent. */
export function offset(query: URLSearchParams, name: string): Found<number | null> {
  const text = query.get(name)
  if (text === null) return { kind: 'value', value: null }
  if (/^\d{1,15}$/.test(text)) return { kind: 'value', value: Number(text) }
  return refusal(400, `${name}: expected a number of bytes from 0, got ${JSON.stringify(text)}`)
}

/** How output is to be written; `raw` when that is not said. */
export function encodingOf(query: URLSearchParams): Found<Representation> {
  const text = query.get('encoding') ?? 'raw'
  const as = REPRESENTATIONS.find((one) => one === text)
  if (as !== undefined) return { kind: 'value', value: as }
  return refusal(400, `encoding: expected ${REPRESENTATIONS.join(', ')}, got ${JSON.stringify(text)}`)
}
