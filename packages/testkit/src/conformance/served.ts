import type { TestContext } from 'node:test'
import { afterwards, LocalAgent, temporaryFolder } from '../agent/index.ts'
import { testCertificate } from './certificate.ts'
import { ExistingServer, TOKEN } from './existing-server.ts'
import { map, type PlainMap } from './plain.ts'

/** A real agent that is connected to an existing server over TLS. */
export interface Served {
  readonly server: ExistingServer
  readonly agent: LocalAgent
}

/** Starts both. `before`: what is done to the server before there is an agent. */
export async function served(
  context: TestContext,
  before: (server: ExistingServer) => void = () => {},
): Promise<Served> {
  const scope = afterwards(context)
  const certificate = await testCertificate(scope)
  const server = await ExistingServer.start(certificate)
  scope.defer(() => server.close())
  before(server)
  const agent = await LocalAgent.start(scope, await temporaryFolder(scope), {
    host: 'localhost',
    port: server.port,
    cert: certificate.certPath,
    token: TOKEN,
    group: 'blue',
    connId: 'conn-1',
  })
  await server.message('Register')
  return { server, agent }
}

/** A spec as Apsis makes them: output captured in a temporary file, detached. */
export function shell(script: string): PlainMap {
  return map({
    argv: ['/bin/sh', '-c', script],
    fds: [
      ['stdin', map({ null: map({ flags: 'Read' }) })],
      ['stdout', map({ capture: map({ mode: 'tempfile', encoding: null, attached: false }) })],
      ['stderr', map({ dup: map({ fd: 1 }) })],
    ],
  })
}

export function start(specs: Readonly<Record<string, PlainMap>>): { readonly type: string; readonly specs: PlainMap } {
  return { type: 'ProcStartRequest', specs: map(specs) }
}
