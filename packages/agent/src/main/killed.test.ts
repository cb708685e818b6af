import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { AgentMessage, ProcResultMessage } from '@apsis/wire/message'
import { EXTENSIONS } from '@apsis/wire/session'
import type { ProcSpec } from '@apsis/wire/spec'
import { temporaryFolder, trusted } from '../fixture/agent.ts'
import { afterwards } from '../fixture/cleanup.ts'
import { selfSigned } from '../fixture/certificate.ts'
import { FixtureServer } from '../fixture/server.ts'

const certificate = await selfSigned()
const PROGRAM = join(import.meta.dirname, '../fixture/agent-process.ts')

interface Setting {
  readonly folder: string
  readonly server: FixtureServer
  /** Starts an agent process with the same state folder each time. */
  readonly startAgent: () => Promise<ChildProcess>
}

async function setting(context: TestContext): Promise<Setting> {
  const folder = await temporaryFolder(context)
  const server = await FixtureServer.start(certificate, EXTENSIONS)
  afterwards(context, () => server.close())
  const cert = await trusted(folder, certificate.cert)
  const startAgent = async (): Promise<ChildProcess> => {
    const before = server.registrations.all.length
    const child = spawn(process.execPath, [PROGRAM, folder, String(server.port), cert], {
      stdio: ['ignore', 'ignore', 'ignore'],
    })
    afterwards(context, async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGQUIT')
      await once(child, 'exit')
    })
    await server.registrations.until((all) => all.length > before)
    return child
  }
  return { folder, server, startAgent }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

function shell(script: string): ProcSpec {
  return {
    argv: ['/bin/sh', '-c', script],
    fds: [
      ['stdin', { null: {} }],
      ['stdout', { capture: { attached: false } }],
    ],
  }
}

function isFinal(message: AgentMessage): message is ProcResultMessage {
  return message.type === 'ProcResult' && message.res.state !== 'running'
}

test('an agent killed with 20 procs under way: each runs exactly once, and its result and output are complete', async (context) => {
  const { folder, server, startAgent } = await setting(context)
  const first = await startAgent()
  const ids = Array.from({ length: 20 }, (_, index) => `proc-${index}`)
  // Each waits until there is a new agent, but for some that end at once: so all are under way at the kill, or just over.
  const script = (id: string): string =>
    `echo ${id} >> ${folder}/runs; i=0; while [ $i -lt 2000 ]; do echo ${id} $i; i=$((i+1)); done; test -e ${folder}/go || read x < ${folder}/fifo-${id}; echo done`
  const mkfifo = spawn(
    'mkfifo',
    ids.map((id) => join(folder, `fifo-${id}`)),
  )
  await once(mkfifo, 'exit')
  server.send({ type: 'ProcStartRequest', specs: Object.fromEntries(ids.map((id) => [id, shell(script(id))])) })
  await server.messages.first((message) => message.type === 'ProcResult')
  await kill(first)

  const before = server.messages.all.length
  const second = await startAgent()
  assert.deepEqual(server.registrations.all.at(-1)?.proc_ids, [...ids].sort())
  assert.equal(server.registrations.all.at(-1)?.conn.conn_id, server.registrations.all[0]?.conn.conn_id)
  const release = spawn(
    '/bin/sh',
    ['-c', `cd ${folder}; touch go; for id in ${ids.join(' ')}; do (echo > fifo-$id) & done; wait`],
    { stdio: 'ignore' },
  )
  afterwards(context, async () => release.kill('SIGKILL'))
  for (const id of ids) server.send({ type: 'ProcResultRequest', proc_id: id })
  const expected = (id: string): string => `${Array.from({ length: 2000 }, (_, i) => `${id} ${i}\n`).join('')}done\n`
  for (const id of ids) {
    const { res } = await server.messages.first(
      (message): message is ProcResultMessage => isFinal(message) && message.proc_id === id,
      before,
    )
    assert.deepEqual([res.state, res.errors, res.status?.exit_code], ['terminated', [], 0], id)
    const length = expected(id).length
    assert.deepEqual(res.fds['stdout'], { type: 'detached', length, encoding: 'base64' })
    server.send({ type: 'ProcFdDataRequest', proc_id: id, fd: 'stdout', start: 0, stop: null })
    const data = await server.messages.first((message) => message.type === 'ProcFdData' && message.proc_id === id)
    assert.equal(data.type === 'ProcFdData' && Buffer.from(data.data).toString(), expected(id))
  }
  const runs = (await readFile(join(folder, 'runs'), 'utf8')).trim().split('\n')
  assert.deepEqual(runs.sort(), [...ids].sort())

  for (const id of ids) server.send({ type: 'ProcDeleteRequest', proc_id: id })
  await server.messages.until((all) => all.filter((message) => message.type === 'ProcDelete').length === ids.length)
  await kill(second)
  await startAgent()
  assert.deepEqual(server.registrations.all.at(-1)?.proc_ids, [])
})

test('an agent killed again and again while it takes starts: what was accepted runs once', async (context) => {
  const { folder, server, startAgent } = await setting(context)
  const ids: string[] = []
  for (let round = 0; round < 4; round++) {
    const agent = await startAgent()
    const fresh = Array.from({ length: 10 }, (_, index) => `r${round}-${index}`)
    ids.push(...fresh)
    for (const id of fresh)
      server.send({ type: 'ProcStartRequest', specs: { [id]: shell(`echo ${id} >> ${folder}/runs`) } })
    // Killed at another moment each time: before, among and after the first results. Each proc sends one message at least.
    const count = server.messages.all.length
    await server.messages.until((all) => all.length >= count + round * 3)
    await kill(agent)
  }
  await startAgent()
  // As a server does after a restart: asks again for everything that it has no result of.
  for (const id of ids)
    server.send({ type: 'ProcStartRequest', specs: { [id]: shell(`echo ${id} >> ${folder}/runs`) } })
  for (const id of ids) {
    const { res } = await server.messages.first(
      (message): message is ProcResultMessage => isFinal(message) && message.proc_id === id,
    )
    assert.deepEqual([res.state, res.errors], ['terminated', []], id)
  }
  const runs = (await readFile(join(folder, 'runs'), 'utf8')).trim().split('\n')
  assert.deepEqual(runs.sort(), [...ids].sort())
  for (const id of ids) server.send({ type: 'ProcDeleteRequest', proc_id: id })
  await server.messages.until((all) => all.filter((message) => message.type === 'ProcDelete').length === ids.length)
})

test('SIGTERM ends the procs, then the agent, when the server has deleted them', async (context) => {
  const { folder, server, startAgent } = await setting(context)
  const agent = await startAgent()
  server.send({ type: 'ProcStartRequest', specs: { a: shell('exec sleep 1000') } })
  await server.messages.first((message) => message.type === 'ProcResult')
  agent.kill('SIGTERM')
  const { res } = await server.messages.first(isFinal)
  assert.equal(res.status?.signal, 'SIGTERM')
  server.send({ type: 'ProcDeleteRequest', proc_id: 'a' })
  const exited = once(agent, 'exit')
  await server.messages.first((message) => message.type === 'ShutDown' && message.shutdown_state === 'done')
  assert.deepEqual(
    server.messages.all.slice(-2).map((message) => message.type),
    ['ProcDelete', 'ShutDown'],
  )
  assert.deepEqual(await exited, [0, null])
  assert.deepEqual(await readdir(join(folder, 'state', 'segments', '000001', 'out')), [])
})

test('a second agent on the same state folder is refused', async (context) => {
  const { folder, startAgent } = await setting(context)
  await startAgent()
  const second = spawn(process.execPath, [PROGRAM, folder], { stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  second.stderr.on('data', (bytes: Buffer) => {
    text += bytes.toString()
  })
  assert.deepEqual(await once(second, 'exit'), [1, null])
  assert.match(text, /the state folder is in use by another agent/)
})
