import type { ServerMessage } from '@apsis/wire/message'
import { encodeServerMessage } from '@apsis/wire/codec'
import { Random } from '../random/index.ts'
import { badFrame } from './bad-frames.ts'
import { type Campaign, type FuzzReport, soon, Tally } from './campaign.ts'
import { frame, OPCODE } from './frames.ts'
import type { FuzzedAgent } from './fuzzed-agent.ts'
import { accepting, type HostileServer } from './hostile-server.ts'
import { mutateBytes, mutateJson, pick, randomBytes } from './mutate.ts'
import { packed, unpacked } from './packed.ts'
import type { RawSocket } from './raw-socket.ts'
import { SPEC_ATOMS } from './spec-seeds.ts'

const MESSAGES: readonly ServerMessage[] = [
  { type: 'Registered' },
  { type: 'ProcStartRequest', specs: { a: { argv: ['/bin/echo', 'x'] }, b: { argv: ['/bin/sleep', '0'] } } },
  {
    type: 'ProcStartRequest',
    specs: {
      c: {
        argv: ['/bin/cat'],
        env: { inherit: ['PATH'], vars: { A: null } },
        fds: [
          ['stdin', { data: { text: 'given' } }],
          ['stdout', { capture: { mode: 'memory', encoding: 'utf-8', attached: true, limit: 3, keep: 'end' } }],
          ['stderr', { dup: { fd: 1 } }],
        ],
        mask: ['secret'],
        stop: { signal: 'TERM', grace: 1.5 },
      },
    },
  },
  { type: 'ProcidListRequest' },
  { type: 'ProcResultRequest', proc_id: 'a' },
  { type: 'ProcSignalRequest', proc_id: 'a', signum: 15 },
  { type: 'ProcFdDataRequest', proc_id: 'c', fd: 'stdout', start: 0, stop: null },
  { type: 'ProcDeleteRequest', proc_id: 'a' },
  { type: 'ProcOutputRequest', proc_id: 'c', fd: 'stdout', start: 0, window: 65_536 },
  { type: 'ProcOutputAck', proc_id: 'c', fd: 'stdout', offset: 3 },
  { type: 'ProcStopRequest', proc_id: 'b', signum: 15, grace: 0.5 },
  { type: 'ProcResultEvery', proc_id: 'c', interval: 1 },
]
const GOLDEN = MESSAGES.map((message) => Buffer.from(encodeServerMessage(message)))
const DOCUMENTS = MESSAGES.map(unpacked)
const REGISTERED = Buffer.from(encodeServerMessage({ type: 'Registered' }))
/** With every extension that an agent may have. */
const REGISTERED_OURS = Buffer.from(
  encodeServerMessage({ type: 'Registered', extensions: { errors: 1, output: 2, stop: 1, results: 1 } }),
)
/** Messages in a connection. */
const MOST_MESSAGES = 200

const binary = (payload: Buffer): Buffer => frame({ opcode: OPCODE.binary, payload })
const ping = (payload: Buffer): Buffer => frame({ opcode: OPCODE.ping, payload })

/** Two ends: the server that is ours to play, and the agent that it plays it to. */
export interface ServedAgent {
  readonly server: HostileServer
  readonly agent: FuzzedAgent
}

async function registered(server: HostileServer, answer: Buffer): Promise<RawSocket> {
  for (;;) {
    const socket = await server.registering()
    socket.write(binary(answer))
    // It may have been given up before.
    if (await socket.answers(ping, 'registered')) return socket
  }
}

function badMessage(random: Random): Buffer {
  if (random.chance(0.5)) return packed(mutateJson(random, pick(random, DOCUMENTS), DOCUMENTS, SPEC_ATOMS))
  return random.chance(0.1) ? randomBytes(random, random.below(200)) : mutateBytes(random, pick(random, GOLDEN), GOLDEN)
}

/** FUZZ4. Throws Error with the seed when the agent closes or ends. */
export async function fuzzMessages({ server, agent }: ServedAgent, { seed, enough }: Campaign): Promise<FuzzReport> {
  const random = new Random(seed)
  const tally = new Tally()
  while (!enough(tally.inputs)) {
    const socket = await registered(server, pick(random, [REGISTERED, REGISTERED_OURS]))
    for (let count = 0; count < MOST_MESSAGES; count++) {
      socket.write(binary(badMessage(random)))
    }
    const alive = await socket.answers(ping, 'after the messages')
    agent.assertAlive(`messages of seed ${seed}`)
    if (!alive) throw new Error(`the agent closed, at input ${tally.inputs} of seed ${seed}`)
    tally.add('answered', MOST_MESSAGES)
    socket.drop()
    await agent.clear()
  }
  return tally
}

/** FUZZ5. Throws Error with what the agent does not close on. */
export async function fuzzFrames({ server, agent }: ServedAgent, { seed, enough }: Campaign): Promise<FuzzReport> {
  const random = new Random(seed)
  const tally = new Tally()
  while (!enough(tally.inputs)) {
    const socket = await registered(server, REGISTERED)
    const { what, bytes } = badFrame(random, null)
    const noise = random.chance(0.5)
    // Where chance says what comes, it may be the beginning of a good frame: then the end of the connection ends it.
    socket.write(noise ? mutateBytes(random, bytes, [bytes, binary(REGISTERED)]) : bytes)
    if (noise) await socket.answers(ping, 'after noise').catch(() => socket.drop())
    else await soon(socket.closed, `closed by the agent: ${what}`, 5_000)
    socket.drop()
    agent.assertAlive(what)
    tally.add(noise ? 'noise' : what)
  }
  return tally
}

/** FUZZ6. Throws Error when the agent does not come again. */
export async function fuzzHandshakes({ server, agent }: ServedAgent, { seed, enough }: Campaign): Promise<FuzzReport> {
  const random = new Random(seed)
  const tally = new Tally()
  while (!enough(tally.inputs)) {
    const { socket, key } = await server.connection()
    const answer = Buffer.from(accepting(key))
    const kind = random.below(3)
    if (kind === 0)
      socket.write(mutateBytes(random, answer, [Buffer.from('HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n')]))
    else if (kind === 1) socket.write(randomBytes(random, 1 + random.below(300)))
    else {
      socket.write(answer)
      socket.write(binary(mutateBytes(random, pick(random, GOLDEN), GOLDEN)))
    }
    socket.write(randomBytes(random, random.below(50)))
    agent.assertAlive(`a handshake of seed ${seed}`)
    tally.add(['an answer that is wrong', 'bytes', 'another registration'][kind] ?? '')
  }
  const socket = await registered(server, REGISTERED)
  socket.drop()
  return tally
}

/** FUZZ7. Throws Error when a message of one-byte fragments is not answered, or one of too many bytes is kept. */
export async function fuzzFragments({ server, agent }: ServedAgent): Promise<FuzzReport> {
  const socket = await registered(server, REGISTERED)
  const message = Buffer.from(encodeServerMessage({ type: 'ProcidListRequest' }))
  for (const [index] of message.entries()) {
    const opcode = index === 0 ? OPCODE.binary : OPCODE.continuation
    socket.write(frame({ opcode, payload: message.subarray(index, index + 1), fin: index === message.length - 1 }))
    socket.write(ping(Buffer.from([index])))
  }
  const answered = await socket.frame(
    ({ opcode, payload }) => opcode === OPCODE.binary && payload.includes('ProcidList'),
    'ProcidList',
  )
  if (!answered) throw new Error('the agent closed on fragments')
  const mebibyte = Buffer.alloc(1 << 20)
  for (let count = 0; count < 80 && !socket.isClosed; count++)
    await socket.writeAll(
      frame({ opcode: count === 0 ? OPCODE.binary : OPCODE.continuation, payload: mebibyte, fin: false }),
    )
  await soon(socket.closed, 'closed by the agent: a message beyond 64 MiB', 5_000)
  agent.assertAlive('a message beyond 64 MiB')
  const again = await registered(server, REGISTERED)
  again.drop()
  return {
    inputs: 2,
    outcomes: new Map([
      ['taken', 1],
      ['cut off', 1],
    ]),
  }
}
