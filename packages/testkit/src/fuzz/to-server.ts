import { connect } from 'node:tls'
import type { AgentMessage } from '@apsis/wire/message'
import { encodeAgentMessage } from '@apsis/wire/codec'
import { Random } from '../random/index.ts'
import { TOKEN } from '../system/index.ts'
import { badFrame } from './bad-frames.ts'
import { type Campaign, type FuzzReport, soon, Tally } from './campaign.ts'
import { frame, OPCODE } from './frames.ts'
import { mutateBytes, mutateJson, pick, randomBytes } from './mutate.ts'
import { PACKED_ATOMS, packed, unpacked } from './packed.ts'
import { RawSocket } from './raw-socket.ts'

const REGISTER: AgentMessage = {
  type: 'Register',
  conn: { conn_id: 'fuzz', group_id: 'fuzzed', restricted_exe: null },
  proc: {
    pid: 1,
    ppid: 0,
    uid: 0,
    euid: 0,
    username: 'me',
    gid: 0,
    egid: 0,
    groupname: null,
    hostname: 'host',
  },
  proc_ids: ['a', 'b'],
  access_token: TOKEN,
  shutdown_state: 'active',
}
const EXTENDED = { ...REGISTER, extensions: { errors: 1, output: 2, stop: 1, results: 1 } }
const MESSAGES: readonly AgentMessage[] = [
  REGISTER,
  EXTENDED,
  { type: 'ProcidList', proc_ids: ['a', 'b'] },
  { type: 'ProcDelete', proc_id: 'a' },
  { type: 'ProcUnknown', proc_id: 'b' },
  { type: 'RequestError', msg: { type: 'ProcSignalRequest', proc_id: 'a' }, err: 'no process' },
  { type: 'ShutDown', shutdown_state: 'idling' },
  { type: 'ProcFdData', proc_id: 'a', fd: 'stdout', start: 0, stop: 3, encoding: null, data: Buffer.from('abc') },
  { type: 'ProcOutput', proc_id: 'a', fd: 'stdout', start: 0, data: Buffer.from('abc') },
]
const GOLDEN = MESSAGES.map((message) => Buffer.from(encodeAgentMessage(message)))
const DOCUMENTS = MESSAGES.map(unpacked)
const REGISTERS = [REGISTER, EXTENDED].map((message) => Buffer.from(encodeAgentMessage(message)))
const HANDSHAKE = Buffer.from(
  'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
)
const MASK = Buffer.from([1, 2, 3, 4])
/** Messages in a connection. */
const MOST_MESSAGES = 100

const binary = (payload: Buffer): Buffer => frame({ opcode: OPCODE.binary, payload, mask: MASK })
const ping = (payload: Buffer): Buffer => frame({ opcode: OPCODE.ping, payload, mask: MASK })

/** Where the server under test listens for agents. */
export interface AgentsDoor {
  readonly port: number
  /** PEM. */
  readonly cert: string
}

async function opened({ port, cert }: AgentsDoor): Promise<RawSocket> {
  const socket = connect({ host: 'localhost', port, ca: cert })
  const raw = new RawSocket(socket)
  const secure = new Promise<void>((resolve) => socket.once('secureConnect', () => resolve()))
  await soon(Promise.race([secure, raw.closed]), 'a TLS connection')
  return raw
}

/** A connection after the handshake, and after a registration where one is given. Throws Error when the server does not take it. */
async function connected(door: AgentsDoor, register: Buffer | null): Promise<RawSocket> {
  const socket = await opened(door)
  socket.write(HANDSHAKE)
  const head = await soon(socket.head(), 'an answer to the handshake')
  if (head?.startsWith('HTTP/1.1 101') !== true) throw new Error(`the handshake is answered by ${head}`)
  if (register === null) return socket
  socket.write(binary(register))
  if (
    !(await socket.frame(
      ({ opcode, payload }) => opcode === OPCODE.binary && payload.includes('Registered'),
      'Registered',
    ))
  )
    throw new Error('the server does not take the registration')
  return socket
}

function badMessage(random: Random): Buffer {
  // Few that are malformed, since each takes a connection.
  if (random.chance(0.97)) return packed(mutateJson(random, pick(random, DOCUMENTS), DOCUMENTS, PACKED_ATOMS))
  return random.chance(0.2) ? randomBytes(random, random.below(200)) : mutateBytes(random, pick(random, GOLDEN), GOLDEN)
}

/** FUZZ8. Throws Error with the seed when the server neither goes on nor closes. */
export async function fuzzAgentMessages(door: AgentsDoor, { seed, enough }: Campaign): Promise<FuzzReport> {
  const random = new Random(seed)
  const tally = new Tally()
  while (!enough(tally.inputs)) {
    const socket = await connected(door, random.chance(0.8) ? pick(random, REGISTERS) : null)
    let sent = 0
    for (; sent < MOST_MESSAGES && !socket.isClosed; sent++) {
      socket.write(binary(badMessage(random)))
      // A malformed one ends the connection: what follows it would not be looked at.
      if (sent % 5 === 0 && !(await socket.answers(ping, `${sent}`))) break
    }
    tally.add(socket.isClosed ? 'closed' : 'answered', sent)
    socket.drop()
  }
  return tally
}

/** FUZZ9. Throws Error with what the server does not close on. */
export async function fuzzAgentFrames(door: AgentsDoor, { seed, enough }: Campaign): Promise<FuzzReport> {
  const random = new Random(seed)
  const tally = new Tally()
  while (!enough(tally.inputs)) {
    if (random.chance(0.2)) {
      const socket = await opened(door)
      socket.write(random.chance(0.3) ? randomBytes(random, 300) : mutateBytes(random, HANDSHAKE, [HANDSHAKE]))
      // It may be a good one, or the beginning of one: then our end of it ends it.
      socket.write('\r\n\r\n')
      await soon(socket.head(), 'an answer to the handshake')
      socket.drop()
      tally.add('handshake')
      continue
    }
    const socket = await connected(door, random.chance(0.5) ? pick(random, REGISTERS) : null)
    const { what, bytes } = badFrame(random, MASK)
    socket.write(bytes)
    await soon(socket.closed, `closed by the server: ${what}`, 5_000)
    tally.add(what)
  }
  return tally
}

/** FUZZ10: a stranger sends 80 MiB of fragments that never end, and an agent does. Throws Error when it is not cut off. */
export async function floodServer(door: AgentsDoor): Promise<FuzzReport> {
  const mebibyte = Buffer.alloc(1 << 20)
  for (const register of [null, ...REGISTERS.slice(0, 1)]) {
    const socket = await connected(door, register)
    for (let count = 0; count < 80 && !socket.isClosed; count++) {
      const opcode = count === 0 ? OPCODE.binary : OPCODE.continuation
      await socket.writeAll(frame({ opcode, payload: mebibyte, fin: false, mask: MASK }))
    }
    await soon(socket.closed, 'closed by the server: a message beyond 64 MiB', 5_000)
  }
  return { inputs: 2, outcomes: new Map([['cut off', 2]]) }
}
