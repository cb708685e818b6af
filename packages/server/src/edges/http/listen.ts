import type { Server } from 'node:http'
import { type Address, formatAddress } from '@apsis/core/config'

/** Why a server cannot listen: what to tell whoever started it. */
export interface ListenFailure {
  readonly ok: false
  readonly code: 'PORT_IN_USE' | 'ADDRESS_UNAVAILABLE' | 'ADDRESS_FORBIDDEN' | 'LISTEN_FAILED'
  readonly message: string
}

/** Listens; the address has the port that was really taken where 0 was asked for. */
export async function listen(
  server: Server,
  address: Address,
): Promise<{ ok: true; address: Address } | ListenFailure> {
  const { host, port } = address
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(host === '*' ? { port } : { host, port }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  } catch (error) {
    return failureOf(error, address)
  }
  const bound = server.address()
  return { ok: true, address: { host, port: typeof bound === 'object' && bound !== null ? bound.port : port } }
}

function failureOf(error: unknown, address: Address): ListenFailure {
  const name = formatAddress(address)
  const code = error instanceof Error && 'code' in error ? error.code : null
  switch (code) {
    case 'EADDRINUSE': {
      const message = `${name} is in use, perhaps by another server: stop that one, or choose another address with --bind ADDR:PORT`
      return { ok: false, code: 'PORT_IN_USE', message }
    }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND': {
      const message = `this machine has no address ${address.host}: choose one that it has with --bind ADDR:PORT, or *:${address.port} for all`
      return { ok: false, code: 'ADDRESS_UNAVAILABLE', message }
    }
    case 'EACCES': {
      const message = `may not listen on ${name}: choose a port from 1024 on with --bind ADDR:PORT`
      return { ok: false, code: 'ADDRESS_FORBIDDEN', message }
    }
    default: {
      const message = `cannot listen on ${name}: ${error instanceof Error ? error.message : String(error)}`
      return { ok: false, code: 'LISTEN_FAILED', message }
    }
  }
}
