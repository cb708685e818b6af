import type { IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { Arrivals } from '../agent/index.ts'
import { faultOf } from './agent-messages.ts'
import { isArray, isMap, map, type Plain, type PlainMap, textOf } from './plain.ts'
import { readPlain } from './read.ts'
import { writePlain } from './write.ts'

export const TOKEN = 'secret'
const REGISTERED = writePlain(map({ type: 'Registered' }))

/** A message as it came: the value, its bytes, and the connection (from 0) that brought it. */
export interface Arrived {
  readonly type: string
  readonly message: PlainMap
  readonly bytes: Buffer
  readonly connection: number
}

/** How a connection ended. */
export interface Ended {
  readonly code: number
  readonly connection: number
}

/**
 * An existing server by its rules (spec/procstar.md 4.2, 4.7), and stricter: it closes on whatever would have it close, and keeps a list of
 * every rule that an agent broke. It knows procs by id as an existing one does, and asks for results after a reconnect.
 */
export class ExistingServer {
  readonly #http: Server
  readonly #sockets: WebSocketServer
  readonly #known = new Set<string>()
  #live: WebSocket | null = null
  #count = 0
  readonly #unreadable = Promise.withResolvers<never>()
  /** What an agent did that existing servers do not take. */
  readonly faults: string[] = []
  readonly upgrades: IncomingMessage[] = []
  readonly arrived: Arrivals<Arrived> = new Arrivals<Arrived>()
  /** Connections whose registration was answered as an agent wants it. */
  readonly registered: Arrivals<number> = new Arrivals<number>()
  readonly ended: Arrivals<Ended> = new Arrivals<Ended>()
  /** Instead of Registered, for tests of what is refused. Null: nothing is sent. */
  answer: Buffer | string | null = REGISTERED

  private constructor(http: Server) {
    this.#http = http
    // Also where nobody waits.
    this.#unreadable.promise.catch(() => {})
    this.#sockets = new WebSocketServer({ server: http, perMessageDeflate: true, maxPayload: 0 })
    this.#sockets.on('connection', (socket, request) => this.#accept(socket, request))
  }

  static async start(certificate: { readonly cert: string; readonly key: string }): Promise<ExistingServer> {
    const server = new ExistingServer(createServer(certificate))
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve))
    return server
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#http.address()
    if (address === null || typeof address === 'string') throw new Error('the server does not listen')
    return address.port
  }

  /** Connections that there were. */
  get connections(): number {
    return this.#count
  }

  /** Sends a message as the Python library does, or bytes as they are. */
  send(message: Readonly<Record<string, Plain>> | Buffer | string): void {
    if (this.#live === null) throw new Error('no agent is registered')
    const specs = Buffer.isBuffer(message) || typeof message === 'string' ? undefined : message['specs']
    if (isMap(specs)) for (const id of specs.keys()) this.#known.add(id)
    const raw = Buffer.isBuffer(message) || typeof message === 'string'
    this.#live.send(raw ? message : writePlain(map(message)))
  }

  /** Sends where an agent is registered; false where none is. */
  trySend(message: Readonly<Record<string, Plain>>): boolean {
    if (this.#live === null) return false
    this.send(message)
    return true
  }

  /** Forgets the messages that have come, for those who look at very many. */
  forget(): void {
    this.arrived.all.length = 0
  }

  /** The first message of a type that satisfies, of those after the first `skip`. Rejects when the agent sends what cannot be read. */
  async message(type: string, holds: (message: PlainMap) => boolean = () => true, skip = 0): Promise<PlainMap> {
    const arrived = this.arrived.first((one) => one.type === type && holds(one.message), skip)
    return (await Promise.race([arrived, this.#unreadable.promise])).message
  }

  /** The result of a proc that has ended. */
  final(id: string, skip = 0): Promise<PlainMap> {
    return this.message(
      'ProcResult',
      (message) => {
        const res = message.get('res')
        const times = isMap(res) ? res.get('times') : undefined
        return message.get('proc_id') === id && isMap(times) && times.get('stop') !== null
      },
      skip,
    )
  }

  /** The states in the results of a proc, in order. */
  states(id: string): readonly string[] {
    return this.arrived.all.flatMap(({ type, message }) => {
      const res = message.get('res')
      return type === 'ProcResult' && message.get('proc_id') === id && isMap(res) ? [textOf(res.get('state'))] : []
    })
  }

  /** Drops the connection, as a network does. */
  drop(): void {
    this.#live?.terminate()
  }

  closeConnection(code: number): void {
    this.#live?.close(code)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#sockets.close()
    await new Promise<void>((resolve) => this.#http.close(() => resolve()))
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    const connection = this.#count++
    this.upgrades.push(request)
    let registered = false
    socket.on('error', () => {})
    socket.on('close', (code) => {
      if (this.#live === socket) this.#live = null
      this.ended.add({ code, connection })
    })
    socket.on('message', (data, isBinary) => {
      const read = isBinary ? this.#read(bytesOf(data)) : 'a text frame'
      if (typeof read === 'string') {
        this.faults.push(read)
        this.#unreadable.reject(new Error(read))
        socket.close(registered ? 1011 : 1000)
        return
      }
      const arrived: Arrived = { ...read, connection }
      if (!registered) {
        registered = this.#register(socket, arrived)
        if (!registered) return
      } else if (!this.#takes(arrived)) socket.close(1011)
      this.arrived.add(arrived)
    })
  }

  #read(bytes: Buffer): Omit<Arrived, 'connection'> | string {
    try {
      const message = readPlain(bytes)
      const fault = faultOf(message)
      if (fault !== null || !isMap(message)) return fault ?? 'no map'
      return { type: textOf(message.get('type')), message, bytes }
    } catch (error) {
      return `unreadable: ${String(error)}: ${bytes.subarray(0, 200).toString('hex')}`
    }
  }

  #register(socket: WebSocket, { type, message, connection }: Arrived): boolean {
    if (type !== 'Register' || message.get('access_token') !== TOKEN) {
      this.faults.push(`registered with ${type}`)
      socket.close(1000)
      return false
    }
    if (this.answer !== null) socket.send(this.answer)
    if (Buffer.isBuffer(this.answer) && this.answer.equals(REGISTERED)) this.registered.add(connection)
    this.#live = socket
    const ids = message.get('proc_ids')
    const held = new Set(isArray(ids) ? ids.map(textOf) : [])
    for (const id of this.#known) {
      if (held.has(id)) this.send({ type: 'ProcResultRequest', proc_id: id })
      else this.#known.delete(id)
    }
    for (const id of held) this.#known.add(id)
    return true
  }

  /** Whether an existing server takes it; some messages are about procs that it has to know. */
  #takes({ type, message }: Arrived): boolean {
    const id = message.get('proc_id')
    if (type === 'ProcResult' || type === 'ProcFdData') this.#known.add(textOf(id))
    if ((type === 'ProcDelete' || type === 'ProcUnknown') && !this.#known.delete(textOf(id))) {
      this.faults.push(`${type} of ${textOf(id)}, which this server does not know`)
      return false
    }
    return true
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}
