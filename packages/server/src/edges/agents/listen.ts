import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { AgentHub } from '../../engine/agents/hub.ts'
import type { Log } from '../../engine/ports.ts'
import { RareLog } from './rare-log.ts'
import { MAX_STRANGERS, Strangers } from './strangers.ts'

/** Largest message that an agent may send, bytes: attached outputs come inline from existing agents. */
const MAX_MESSAGE = 64 * 1024 * 1024
/** Bytes that may wait to be sent to one agent; beyond them it is cut off, and resumes. */
const MAX_BUFFERED = 16 * 1024 * 1024

export interface AgentListener {
  readonly port: number
  close(): Promise<void>
}

/** Accepts agents by WebSocket over TLS, and gives their links to the hub. Rejects with the system's error when the address cannot be bound. */
export async function listenForAgents(options: {
  readonly host: string
  readonly port: number
  readonly cert: string
  readonly key: string
  readonly hub: AgentHub
  readonly log: Log
}): Promise<AgentListener> {
  const { host, port, cert, key, hub, log } = options
  const server = createServer({ cert, key, minVersion: 'TLSv1.2' }, (_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain' }).end('Agents connect here by WebSocket.\n')
  })
  let closing = false
  const rare = new RareLog(log)
  const strangers = new Strangers()
  const sockets = new WebSocketServer({
    server,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    verifyClient: ({ req }, answer) => {
      if (!strangers.full) return answer(true)
      const text = 'too many connections have not registered'
      rare.warn(`an agent connection is refused: ${text}`, { address: req.socket.remoteAddress, limit: MAX_STRANGERS })
      answer(false, 503, text)
    },
  })
  sockets.on('connection', (socket, request) => {
    // An agent that was cut off comes back at once: its handshake may have been under way when listening ended.
    if (closing) {
      socket.terminate()
      return
    }
    request.socket.setNoDelay(true)
    accept(socket, request.socket, { hub, log, rare, strangers })
  })
  // Without a listener an error after start would end the process; one before it is the caller's.
  let listening = false
  sockets.on('error', (error) => {
    if (listening) log.error('agent listener failed', { error: String(error) })
  })
  server.on('tlsClientError', (error) => rare.warn('an agent connection failed in TLS', { error: String(error) }))
  await listen(server, host === '*' ? undefined : host, port)
  listening = true
  const address = server.address()
  return {
    port: isAddress(address) ? address.port : port,
    close: async () => {
      closing = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      hub.close()
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      await closed
    },
  }
}

interface Acceptance {
  readonly hub: AgentHub
  readonly log: Log
  readonly rare: RareLog
  readonly strangers: Strangers
}

function accept(socket: WebSocket, stream: Socket, { hub, log, rare, strangers }: Acceptance): void {
  const { remoteAddress: address = '', remotePort: port = 0 } = stream
  // What a turn asks of an agent goes out in one piece: of many small frames each would cost a system call and a record of TLS.
  let gathering = false
  const gather = (): void => {
    if (gathering) return
    gathering = true
    stream.cork()
    setImmediate(() => {
      gathering = false
      stream.uncork()
    })
  }
  const end = hub.open({
    address,
    port,
    send: (frame) => {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > MAX_BUFFERED) {
        log.warn('an agent takes nothing: cut off', { address, port, buffered: socket.bufferedAmount })
        socket.terminate()
      } else {
        gather()
        socket.send(frame)
      }
    },
    ping: () => {
      if (socket.readyState === socket.OPEN) socket.ping()
    },
    close: (code, reason) => socket.close(code, reason),
  })
  const known = strangers.add(stream, () => {
    rare.warn('an agent connection sent too much before it registered: cut off', { address, port })
    socket.terminate()
  })
  socket.on('message', (data, isBinary) => {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)
    end.receive(isBinary ? bytes : bytes.toString('utf8'))
    if (end.registered) known()
  })
  socket.on('pong', () => end.heard())
  socket.on('ping', () => end.heard())
  socket.on('close', () => {
    known()
    end.closed()
  })
  socket.on('error', (error) => {
    const data = { address, port, error: String(error) }
    if (end.registered) log.warn('agent connection failed', data)
    else rare.warn('an agent connection failed before it registered', data)
  })
}

function listen(server: Server, host: string | undefined, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}
