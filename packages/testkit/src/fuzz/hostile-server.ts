import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:tls'
import { Arrivals, type Scope } from '../agent/index.ts'
import { testCertificate } from '../conformance/index.ts'
import { soon } from './campaign.ts'
import { OPCODE } from './frames.ts'
import { RawSocket } from './raw-socket.ts'

const WEB_SOCKET_KEY = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** What an agent connects to: over real TLS, and what it is answered is the test's to say, byte by byte. */
export class HostileServer {
  readonly #accepted: Arrivals<RawSocket> = new Arrivals<RawSocket>()
  #taken = 0
  readonly port: number
  readonly certPath: string

  private constructor(server: Server, port: number, certPath: string) {
    this.port = port
    this.certPath = certPath
    server.on('secureConnection', (socket) => this.#accepted.add(new RawSocket(socket)))
  }

  static async start(scope: Scope): Promise<HostileServer> {
    const { certPath, ...certificate } = await testCertificate(scope)
    const server = createServer(certificate)
    server.on('tlsClientError', () => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('no port')
    const made = new HostileServer(server, address.port, certPath)
    scope.defer(async () => {
      for (const socket of made.#accepted.all) socket.drop()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    })
    return made
  }

  /** The next connection of the agent, with its handshake unanswered. The one before is dropped. */
  async connection(): Promise<{ readonly socket: RawSocket; readonly key: string }> {
    // Those before were dropped, and one may have come in their place.
    for (const former of this.#accepted.all.slice(0, this.#taken)) former.drop()
    this.#accepted.all.splice(0, this.#taken)
    this.#taken = 0
    for (;;) {
      const socket = await soon(
        this.#accepted.first(() => true, this.#taken),
        'a connection of the agent',
        20_000,
      )
      this.#taken++
      const head = await soon(socket.head(), 'the handshake of the agent')
      const [, key] = /^sec-websocket-key: *(\S+)/im.exec(head ?? '') ?? []
      if (key !== undefined) return { socket, key }
    }
  }

  /** The next connection, once the agent has sent its registration. */
  async registering(): Promise<RawSocket> {
    for (;;) {
      const { socket, key } = await this.connection()
      socket.write(accepting(key))
      if (await socket.frame(({ opcode }) => opcode === OPCODE.binary, 'Register')) return socket
    }
  }
}

/** How a server answers the handshake. */
export function accepting(key: string): string {
  const accept = createHash('sha1')
    .update(key + WEB_SOCKET_KEY)
    .digest('base64')
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
}
