import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { AgentMessage, Extensions, ProcOutput, ProcResultMessage } from '@apsis/wire/message'
import { EXTENSIONS } from '@apsis/wire/session'
import type { ProcSpec } from '@apsis/wire/spec'
import { optionsIn, startAgent, temporaryFolder, trusted } from '../fixture/agent.ts'
import { afterwards } from '../fixture/cleanup.ts'
import { selfSigned } from '../fixture/certificate.ts'
import { FixtureServer } from '../fixture/server.ts'
import type { AgentHandle } from './index.ts'

const certificate = await selfSigned()

interface Served {
  readonly server: FixtureServer
  readonly agent: AgentHandle
}

async function served(context: TestContext, extensions: Extensions = EXTENSIONS): Promise<Served> {
  const folder = await temporaryFolder(context)
  const server = await FixtureServer.start(certificate, extensions)
  afterwards(context, () => server.close())
  const options = optionsIn(folder, {
    host: 'localhost',
    port: server.port,
    cert: await trusted(folder, certificate.cert),
    group: 'blue',
  })
  const agent = await startAgent(context, options)
  await server.registrations.until((all) => all.length === 1)
  return { server, agent }
}

function shell(script: string): ProcSpec {
  return {
    argv: ['/bin/sh', '-c', script],
    fds: [
      ['stdin', { null: {} }],
      ['stdout', { capture: { attached: false } }],
      ['stderr', { dup: { fd: 1 } }],
    ],
  }
}

function isResult(id: string, state?: string): (message: AgentMessage) => message is ProcResultMessage {
  return (message): message is ProcResultMessage =>
    message.type === 'ProcResult' &&
    message.proc_id === id &&
    (state === undefined ? message.res.state !== 'running' : message.res.state === state)
}

function isOutput(message: AgentMessage): message is ProcOutput {
  return message.type === 'ProcOutput'
}

test('registers with what it is, and is told by two results how a proc goes', async (context) => {
  const { server, agent } = await served(context)
  const register = server.registrations.all[0]
  assert.equal(register?.conn.conn_id, agent.connId)
  assert.equal(register?.conn.group_id, 'blue')
  assert.deepEqual(register?.proc_ids, [])
  assert.equal(register?.proc.pid, process.pid)
  const script = 'trap "exit 42" TERM; echo hi; while :; do sleep 0.05; done'
  server.send({ type: 'ProcStartRequest', specs: { a: shell(script) } })
  await server.messages.first(isResult('a', 'running'))
  server.send({ type: 'ProcOutputRequest', proc_id: 'a', fd: 'stdout', start: 0, window: 1000 })
  await server.messages.first(isOutput)
  server.send({ type: 'ProcSignalRequest', proc_id: 'a', signum: 15 })
  const { res } = await server.messages.first(isResult('a'))
  assert.equal(res.state, 'terminated')
  assert.deepEqual(res.status, { status: 10752, exit_code: 42, signum: null, signal: null, core_dump: false })
  assert.deepEqual(res.fds, { stderr: null, stdin: null, stdout: { type: 'detached', length: 3, encoding: 'base64' } })
  assert.deepEqual(
    server.messages.all.flatMap((message) => (message.type === 'ProcResult' ? [message.res.state] : [])),
    ['running', 'terminated'],
  )
})

test('many short procs: an existing server hears of every start, one of ours of every end, and of no start after it', async (context) => {
  for (const extensions of [{}, EXTENSIONS]) {
    const { server } = await served(context, extensions)
    const ids = Array.from({ length: 50 }, (_, index) => `p${index}`)
    server.send({ type: 'ProcStartRequest', specs: Object.fromEntries(ids.map((id) => [id, shell('true')])) })
    for (const id of ids) await server.messages.first(isResult(id))
    const told = (id: string): readonly string[] =>
      server.messages.all.flatMap((one) => (one.type === 'ProcResult' && one.proc_id === id ? [one.res.state] : []))
    const expected = extensions === EXTENSIONS ? ['terminated', 'running terminated'] : ['running terminated']
    for (const id of ids) assert.ok(expected.includes(told(id).join(' ')), `${id}: ${told(id).join(' ')}`)
  }
})

test('the same to an existing server: no extension, the same two results, data by range', async (context) => {
  const { server } = await served(context, {})
  server.send({ type: 'ProcStartRequest', specs: { a: shell('printf 0123456789') } })
  await server.messages.first(isResult('a'))
  server.send({ type: 'ProcFdDataRequest', proc_id: 'a', fd: 'stdout', start: 2, stop: null })
  const data = await server.messages.first((message) => message.type === 'ProcFdData')
  assert.deepEqual(data, {
    type: 'ProcFdData',
    proc_id: 'a',
    fd: 'stdout',
    start: 2,
    stop: 10,
    encoding: null,
    data: new TextEncoder().encode('23456789'),
  })
  server.send({ type: 'ProcStartRequest', specs: { a: shell('true') } })
  const refused = await server.messages.first((message) => message.type === 'RequestError')
  assert.equal(refused.type === 'RequestError' && refused.err, 'duplicate proc id: a')
})

test('a large output by range comes whole', async (context) => {
  const { server } = await served(context, {})
  server.send({ type: 'ProcStartRequest', specs: { a: shell('head -c 3000000 /dev/zero') } })
  await server.messages.first(isResult('a'))
  server.send({ type: 'ProcFdDataRequest', proc_id: 'a', fd: '1', start: 0, stop: null })
  const data = await server.messages.first((message) => message.type === 'ProcFdData')
  assert.ok(data.type === 'ProcFdData')
  assert.equal(data.stop, 3_000_000)
  assert.equal(data.data.length, 3_000_000)
})

test('output is pushed as it comes, never beyond the window', async (context) => {
  const { server } = await served(context)
  server.send({ type: 'ProcStartRequest', specs: { a: shell('head -c 1000000 /dev/zero; echo end') } })
  server.send({ type: 'ProcOutputRequest', proc_id: 'a', fd: 'stdout', start: 0, window: 300_000 })
  const final = await server.messages.first(isResult('a'))
  const length = final.res.fds['stdout']?.type === 'detached' ? final.res.fds['stdout'].length : 0
  assert.equal(length, 1_000_004)
  let have = 0
  let acknowledged = 0
  while (have < length) {
    const chunk = await server.messages.first(
      (message): message is ProcOutput => isOutput(message) && message.start === have,
    )
    have += chunk.data.length
    assert.ok(have - acknowledged <= 300_000, `${have - acknowledged} bytes unacknowledged`)
    if (have - acknowledged === 300_000 || have === length) {
      acknowledged = have
      server.send({ type: 'ProcOutputAck', proc_id: 'a', fd: 'stdout', offset: have })
    }
  }
  const bytes = Buffer.concat(server.messages.all.filter(isOutput).map((message) => message.data))
  assert.equal(bytes.length, length)
  assert.equal(bytes.toString('latin1', length - 4), 'end\n')
})

test('a signal reaches the proc, a stop its whole tree, and a delete is answered', async (context) => {
  const { server, agent } = await served(context)
  server.send({
    type: 'ProcStartRequest',
    specs: {
      a: shell('exec sleep 1000'),
      b: shell('trap "" TERM; sleep 1000 & sleep 1001 & echo up; wait; sleep 1002'),
    },
  })
  await server.messages.first(isResult('a', 'running'))
  server.send({ type: 'ProcDeleteRequest', proc_id: 'a' })
  const refused = await server.messages.first((message) => message.type === 'RequestError')
  assert.equal(refused.type === 'RequestError' && refused.err, 'process running: a')
  server.send({ type: 'ProcSignalRequest', proc_id: 'a', signum: 15 })
  const a = await server.messages.first(isResult('a'))
  assert.equal(a.res.status?.signal, 'SIGTERM')
  server.send({ type: 'ProcOutputRequest', proc_id: 'b', fd: '1', start: 0, window: 1000 })
  await server.messages.first((message) => isOutput(message) && message.proc_id === 'b')
  server.send({ type: 'ProcStopRequest', proc_id: 'b', signum: 15, grace: 0.2 })
  const b = await server.messages.first(isResult('b'))
  assert.equal(b.res.status?.signal, 'SIGKILL')
  for (const id of ['a', 'b']) server.send({ type: 'ProcDeleteRequest', proc_id: id })
  await server.messages.first((message) => message.type === 'ProcDelete' && message.proc_id === 'b')
  assert.deepEqual(agent.procIds(), [])
  server.send({ type: 'ProcSignalRequest', proc_id: 'a', signum: 15 })
  await server.messages.first((message) => message.type === 'ProcUnknown' && message.proc_id === 'a')
})

test('a proc that cannot be executed ends in an error, as existing agents say it', async (context) => {
  const { server } = await served(context)
  server.send({ type: 'ProcStartRequest', specs: { a: { argv: ['/does/not/exist'] } } })
  const { res } = await server.messages.first(isResult('a'))
  assert.equal(res.state, 'error')
  assert.deepEqual(res.errors, ['execve failed: /does/not/exist: No such file or directory (os error 2)'])
  assert.equal(res.status?.status, 16128)
})

test('after a lost connection it registers anew with what it holds, and a repeated start runs nothing twice', async (context) => {
  const { server } = await served(context)
  server.send({ type: 'ProcStartRequest', specs: { a: shell('echo one') } })
  await server.messages.first(isResult('a'))
  const before = server.messages.all.length
  server.dropConnection()
  await server.registrations.until((all) => all.length === 2)
  assert.deepEqual(server.registrations.all[1]?.proc_ids, ['a'])
  server.send({ type: 'ProcStartRequest', specs: { a: shell('echo one') } })
  const again = await server.messages.first(isResult('a'), before)
  assert.equal(again.res.status?.exit_code, 0)
  server.send({ type: 'ProcOutputRequest', proc_id: 'a', fd: 'stdout', start: 0, window: 1000 })
  const output = await server.messages.first(isOutput, before)
  assert.equal(Buffer.from(output.data).toString(), 'one\n')
})
