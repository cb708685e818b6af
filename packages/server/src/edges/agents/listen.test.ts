import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { encodeAgentMessage } from '@apsis/wire/codec'
import { WebSocket } from 'ws'
import { AgentHub, OutputSink } from '../../engine/index.ts'
import { systemClock } from '../clock/index.ts'
import { certificateIn, listenForAgents } from './index.ts'
import { MAX_STRANGERS } from './strangers.ts'

const REGISTER = encodeAgentMessage({
  type: 'Register',
  conn: { conn_id: 'c1', group_id: 'default', restricted_exe: null },
  proc: { pid: 10, ppid: 1, uid: 0, euid: 0, username: 'root', gid: 0, egid: 0, groupname: 'root', hostname: 'h' },
  proc_ids: [],
  access_token: 'tok',
  shutdown_state: 'active',
})

/** A listener, what it warned of, and links to it. */
async function start(t: TestContext) {
  const warned: string[] = []
  const log = { info: () => {}, warn: (message: string) => void warned.push(message), error: () => {} }
  const clock = systemClock()
  const sink = new OutputSink({ append: async () => [], clock, log, listener: () => {} })
  const hub = new AgentHub({
    clock,
    log,
    sink,
    token: 'tok',
    reconnectTimeout: null,
    updateInterval: null,
    emit: () => {},
    changed: () => {},
  })
  const folder = await mkdtemp(join(tmpdir(), 'apsis-listen-'))
  const { cert, key } = await certificateIn(folder)
  const listener = await listenForAgents({ host: '127.0.0.1', port: 0, cert, key, hub, log })
  const open: WebSocket[] = []
  t.after(async () => {
    for (const socket of open) socket.terminate()
    await listener.close()
    await rm(folder, { recursive: true })
  })
  const connect = (): WebSocket => {
    const socket = new WebSocket(`wss://127.0.0.1:${listener.port}`, { ca: cert, perMessageDeflate: false })
    socket.on('error', () => {})
    open.push(socket)
    return socket
  }
  return { connect, warned }
}

/** The status that a link is refused with. */
async function refused(socket: WebSocket): Promise<number | undefined> {
  const response = await new Promise<IncomingMessage>((resolve) => {
    socket.once('unexpected-response', (_, answer) => resolve(answer))
  })
  return response.statusCode
}

test('links that have not registered are bounded; one that registers makes room, and one that closes', async (t) => {
  const { connect, warned } = await start(t)
  const sockets = Array.from({ length: MAX_STRANGERS }, connect)
  await Promise.all(sockets.map((socket) => once(socket, 'open')))
  assert.deepEqual(await Promise.all([refused(connect()), refused(connect())]), [503, 503])
  assert.deepEqual(warned, ['an agent connection is refused: too many connections have not registered'])
  const [first, second] = sockets
  first?.send(REGISTER)
  if (first !== undefined) await once(first, 'message')
  await once(connect(), 'open')
  assert.equal(await refused(connect()), 503)
  // What is no registration closes the link.
  second?.send(REGISTER.subarray(1))
  if (second !== undefined) await once(second, 'close')
  await once(connect(), 'open')
})

test('a link that has not registered may send 8 MiB and no more, one that has may', async (t) => {
  const { connect, warned } = await start(t)
  const large = new Uint8Array(9 * 1024 * 1024)
  const stranger = connect()
  await once(stranger, 'open')
  stranger.send(large, { fin: false })
  assert.deepEqual((await once(stranger, 'close'))[0], 1006)
  assert.deepEqual(warned, ['an agent connection sent too much before it registered: cut off'])
  const agent = connect()
  await once(agent, 'open')
  agent.send(REGISTER)
  await once(agent, 'message')
  agent.send(large, { fin: false })
  agent.ping()
  await once(agent, 'pong')
  assert.equal(agent.readyState, agent.OPEN)
})
