import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { Address } from '@apsis/core/config'

/** The names that a server on these addresses is called by: this machine's, loopback's, and those that it was told to listen on. */
export function ownNames(bind: readonly Address[]): readonly string[] {
  const bound = bind.map(({ host }) => host).filter((host) => host !== '*' && isIP(host) === 0)
  return [...new Set(['localhost', hostname(), ...bound].map((name) => name.toLowerCase()))]
}

/**
 * What is wrong with where a request says that it comes from and goes to, or null: the message of an `ORIGIN` refusal. Without this, any web
 * page could use a server that listens without a token on loopback.
 *
 * `Host` must be an address or one of our names: a page of another site can make its own name lead here, and is then of the same origin as
 * we are; a name of ours it cannot have. `Origin` must be the same host where the request can change something or opens a socket
 * (`acts`): browsers say it on every such request.
 */
export function originFault(headers: IncomingHttpHeaders, names: readonly string[], acts: boolean): string | null {
  const { origin, host } = headers
  if (!isOurs(host, names)) {
    const said = host === undefined ? 'there is no Host' : `Host is ${JSON.stringify(host)}`
    return `${said}: expected an IP address or one of ${names.join(', ')}`
  }
  return acts && origin !== undefined && !isOf(origin, host) ? 'a page of another site may not do this' : null
}

function isOurs(host: string | undefined, names: readonly string[]): boolean {
  const [, bracketed, plain = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host ?? '') ?? []
  if (bracketed !== undefined) return isIP(bracketed) === 6
  return isIP(plain) === 4 || names.includes(plain.toLowerCase().replace(/\.$/, ''))
}

function isOf(origin: string, host: string | undefined): boolean {
  return URL.parse(origin)?.host === host?.toLowerCase()
}
