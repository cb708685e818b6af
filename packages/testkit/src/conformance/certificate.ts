import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { selfSigned } from '@apsis/agent/fixture'
import { type Scope, temporaryFolder } from '../agent/index.ts'

/** A certificate for this host, and where it is: what agents are to trust. */
export async function testCertificate(
  scope: Scope,
): Promise<{ readonly cert: string; readonly key: string; readonly certPath: string }> {
  const certificate = await selfSigned()
  const certPath = join(await temporaryFolder(scope), 'cert.pem')
  await writeFile(certPath, certificate.cert)
  return { ...certificate, certPath }
}
