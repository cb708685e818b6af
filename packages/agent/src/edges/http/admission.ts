import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type HttpOptions, isLoopback } from '../../options/index.ts'
import { type Refusal, refusal } from './refusal.ts'

/** Why a request is not let in, or null. `over`: what it came by. */
export type Admission = (headers: IncomingHttpHeaders, over: 'port' | 'socket') => Refusal | null

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']

/**
 * Lets in requests that bring the token, if there is one; of those to a loopback port, such as name it: a web page whose own name is made to lead
 * here does not (DNS rebinding). None from another site's page, which a browser says by `Origin`.
 */
export function admission({ host, token, names }: HttpOptions): Admission {
  const expected = token === null ? null : digest(token)
  const known = new Set([...LOOPBACK_NAMES, host, ...names].map((name) => name.toLowerCase()))
  return (headers, over) => {
    const { host: given, authorization, origin } = headers
    if (over === 'port' && given === undefined) return refusal(400, 'no Host header')
    if (over === 'port' && isLoopback(host) && !known.has(hostName(given ?? '')))
      return refusal(403, `not a name of this service: ${given}`)
    if (origin !== undefined && originHost(origin) !== given?.toLowerCase())
      return refusal(403, `not for pages of another site: ${origin}`)
    if (expected === null) return null
    const [, bearer] = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? '') ?? []
    // Digests, as those are of one length: the comparison says nothing of how much was right.
    if (bearer !== undefined && timingSafeEqual(digest(bearer), expected)) return null
    const detail = bearer === undefined ? 'no token: expected Authorization: Bearer TOKEN' : 'wrong token'
    return refusal(401, detail, { 'WWW-Authenticate': 'Bearer realm="procstar"' })
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

// Without the port, and without a last dot.
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
}

function originHost(origin: string): string | null {
  try {
    return new URL(origin).host.toLowerCase()
  } catch {
    // `null`, as a page of a file or a sandbox has.
    return null
  }
}
