import assert from 'node:assert/strict'
import test from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { EXTENSIONS } from '@apsis/wire/session'
import { optionsIn, startAgent, temporaryFolder, trusted } from '../../fixture/agent.ts'
import { selfSigned } from '../../fixture/certificate.ts'
import { afterwards } from '../../fixture/cleanup.ts'
import { FixtureServer } from '../../fixture/server.ts'

for (const file of [true, false])
  test(`a server that only the roots of the host vouch for is trusted at once, ${file ? 'with' : 'without'} a file`, async (context) => {
    const [own, other] = await Promise.all([selfSigned(), selfSigned()])
    const folder = await temporaryFolder(context)
    const server = await FixtureServer.start(own, EXTENSIONS)
    afterwards(context, () => server.close())
    const cert = file ? await trusted(folder, other.cert) : null
    const roots = getCACertificates('default')
    setDefaultCACertificates([...roots, own.cert])
    afterwards(context, async () => setDefaultCACertificates(roots))
    const options = optionsIn(folder, { host: 'localhost', port: server.port, cert })
    const agent = await startAgent(context, { ...options, connectCountMax: 1 })
    await server.registrations.until((all) => all.length === 1)
    assert.deepEqual(
      agent.lines.filter((line) => line.includes('cannot connect')),
      [],
    )
  })
