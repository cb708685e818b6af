import { type Client, createClient } from '@apsis/api/client'

/** Milliseconds after which a request is given up. */
const TIMEOUT = 30_000

/** The client of the page's own server. */
export const client: Client = createClient({
  base: '',
  fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT) }),
})
