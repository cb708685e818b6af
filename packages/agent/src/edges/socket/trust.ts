import { readFile } from 'node:fs/promises'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'

/**
 * What makes a server trusted: the roots that come with Node, those of the system, and the certificate in a file, which is read again each
 * time, since it may be renewed. The hundreds of roots take MBs and tens of ms, so they are left out until a server is not trusted without them:
 * at first the file alone says who is, without a file the roots of Node. What is built is kept while the file says the same.
 */
export class Trust {
  readonly #file: string | null
  #kept: { readonly pem: string; readonly context: SecureContext; readonly complete: boolean } | null = null

  /** `file`: a PEM file to trust as well, or null. */
  constructor(file: string | null) {
    this.#file = file
  }

  /** Throws when the file cannot be read or holds no certificate. */
  async context(): Promise<SecureContext> {
    const pem = await this.#read()
    if (this.#kept?.pem !== pem) this.#kept = { pem, context: first(pem), complete: false }
    return this.#kept.context
  }

  /** Told that a server is not trusted. Gives whether another attempt could find that it is: nothing is left out of the next `context`. */
  complete(): boolean {
    if (this.#kept === null || this.#kept.complete) return false
    const { pem } = this.#kept
    this.#kept = { pem, context: everything(pem), complete: true }
    return true
  }

  /** The certificate to trust in PEM; empty where there is none. */
  async #read(): Promise<string> {
    if (this.#file === null) return ''
    const pem = await readCertificate(this.#file)
    if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new Error(`${this.#file} holds no certificate in PEM`)
    return pem
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

function first(pem: string): SecureContext {
  return createSecureContext(pem === '' ? {} : { ca: pem })
}

function everything(pem: string): SecureContext {
  const roots = new Set([...getCACertificates('default'), ...getCACertificates('system')])
  return createSecureContext({ ca: pem === '' ? [...roots] : [...roots, pem] })
}
