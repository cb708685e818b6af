import { readFile } from 'node:fs/promises'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'

/**
 * What makes a server trusted: the roots that come with Node, those of the system, and the certificate in a file, which is read again each
 * time, since it may be renewed. Building this from hundreds of roots takes tens of ms, so it is kept while the file says the same.
 */
export class Trust {
  readonly #file: string | null
  #kept: { readonly pem: string; readonly context: SecureContext } | null = null

  /** `file`: a PEM file to trust as well, or null. */
  constructor(file: string | null) {
    this.#file = file
  }

  /** Throws when the file cannot be read or holds no certificate. */
  async context(): Promise<SecureContext> {
    const pem = this.#file === null ? '' : await readCertificate(this.#file)
    if (this.#kept?.pem !== pem) this.#kept = { pem, context: build(pem, this.#file) }
    return this.#kept.context
  }
}

async function readCertificate(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`the certificate to trust cannot be read: ${why}`, { cause: error })
  }
}

function build(pem: string, file: string | null): SecureContext {
  const roots = new Set([...getCACertificates('default'), ...getCACertificates('system')])
  if (file !== null && !pem.includes('-----BEGIN CERTIFICATE-----'))
    throw new Error(`${file} holds no certificate in PEM`)
  return createSecureContext({ ca: [...roots, ...(file === null ? [] : [pem])] })
}
