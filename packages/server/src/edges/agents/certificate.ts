import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A server certificate with its key, PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  /** Where the certificate is: what agents are to trust. */
  readonly certPath: string
}

/** The certificate in `folder`, made and kept there (self-signed, for this host and loopback) when there is none yet. */
export async function certificateIn(folder: string): Promise<Certificate> {
  const certPath = join(folder, 'agent-server.crt')
  const keyPath = join(folder, 'agent-server.key')
  try {
    const [cert, key] = await Promise.all([readFile(certPath, 'utf8'), readFile(keyPath, 'utf8')])
    return { cert, key, certPath }
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  // Loaded only here: it is large, and needed once in the life of a data folder.
  const { selfSigned } = await import('./self-signed.ts')
  const { cert, key } = await selfSigned()
  await mkdir(dirname(certPath), { recursive: true })
  // The key first: a certificate is never there without it.
  await replace(keyPath, key, 0o600)
  await replace(certPath, cert, 0o644)
  return { cert, key, certPath }
}

async function replace(path: string, text: string, mode: number): Promise<void> {
  const fresh = `${path}.new`
  await writeFile(fresh, text, { mode })
  await chmod(fresh, mode)
  await rename(fresh, path)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
