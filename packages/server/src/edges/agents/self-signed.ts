// The certificate library needs it in place before it is loaded.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { hostname } from 'node:os'
import * as x509 from '@peculiar/x509'

const YEARS = 10

/** A fresh certificate for this host and loopback, signed by its own key, and the key, PEM. */
export async function selfSigned(): Promise<{ cert: string; key: string }> {
  x509.cryptoProvider.set(webcrypto)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const notBefore = new Date()
  const notAfter = new Date(notBefore)
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + YEARS)
  const names = [...new Set(['localhost', hostname()])].map((value) => ({ type: 'dns' as const, value }))
  const addresses = ['127.0.0.1', '::1'].map((value) => ({ type: 'ip' as const, value }))
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex'),
    name: 'CN=Apsis agent server',
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.SubjectAlternativeNameExtension([...names, ...addresses]),
      // It is its own root: agents are given this very certificate to trust.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  })
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const key = `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END PRIVATE KEY-----\n`
  return { cert: `${cert.toString('pem')}\n`, key }
}
