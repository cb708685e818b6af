import type { Parsed } from '@apsis/core/time'

/** Where the existing clients look for a server that they are not told of. */
export const DEFAULT_PORT = 5000

export interface AddressOptions {
  readonly host?: string
  readonly port?: string
}

/** `http://host:port` of the server: from the options, else from `APSIS_HOST` (`HOST`, `HOST:PORT` or a URL), else this machine's. */
export function serverBase(options: AddressOptions, environment: string | undefined): Parsed<string> {
  const given = options.host ?? (environment === '' ? undefined : environment) ?? 'localhost'
  const scheme = given.includes('://') ? '' : 'http://'
  const bare = /^[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$/.test(given) ? `[${given}]` : given
  const url = URL.parse(`${scheme}${bare}`)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    return { ok: false, message: `not the address of a server: ${given}; expected HOST, HOST:PORT or a URL` }
  }
  if (options.port !== undefined) {
    if (!/^\d{1,5}$/.test(options.port) || Number(options.port) > 65_535) {
      return { ok: false, message: `not a port: ${options.port}; expected 1 to 65535` }
    }
    url.port = options.port
  } else if (url.port === '' && scheme !== '') url.port = String(DEFAULT_PORT)
  return { ok: true, value: url.origin }
}
