import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { AgentMessage, Extensions, ProcOutput, ProcResultMessage } from '@apsis/wire/message'
import { EXTENSIONS } from '@apsis/wire/session'
import type { CaptureSpec, ProcSpec } from '@apsis/wire/spec'
import { optionsIn, startAgent, temporaryFolder, trusted } from '../fixture/agent.ts'
import { selfSigned } from '../fixture/certificate.ts'
import { afterwards } from '../fixture/cleanup.ts'
import { FixtureServer } from '../fixture/server.ts'
import type { AgentHandle } from './index.ts'

const certificate = await selfSigned()

async function served(
  context: TestContext,
  extensions: Extensions,
): Promise<{ readonly server: FixtureServer; readonly agent: AgentHandle }> {
  const folder = await temporaryFolder(context)
  const server = await FixtureServer.start(certificate, extensions)
  afterwards(context, () => server.close())
  const cert = await trusted(folder, certificate.cert)
  const agent = await startAgent(context, optionsIn(folder, { host: 'localhost', port: server.port, cert }))
  await server.registrations.until((all) => all.length === 1)
  return { server, agent }
}

function shell(script: string, capture: CaptureSpec, more: Partial<ProcSpec> = {}): ProcSpec {
  return { argv: ['/bin/sh', '-c', script], fds: [['stdout', { capture }]], ...more }
}

function ended(id: string): (message: AgentMessage) => message is ProcResultMessage {
  return (message): message is ProcResultMessage =>
    message.type === 'ProcResult' && message.proc_id === id && message.res.state !== 'running'
}

const OURS = ['tree', 'ended_by', 'cgroup', 'perf', 'cwd', 'env', 'limits', 'masked', 'errors_detail']
const SECRETS: Partial<ProcSpec> = {
  cwd: '/',
  env: { inherit: false, vars: { TOKEN: 'hunter22' } },
  limits: { nofile: 50 },
  mask: ['hunter22'],
  perf: true,
  result_env: true,
}

test('a server of ours gets all of a result, an existing one what it knows, and this host all', async (context) => {
  for (const extensions of [EXTENSIONS, {}]) {
    const { server, agent } = await served(context, extensions)
    server.send({ type: 'ProcStartRequest', specs: { fd: shell('true', {}) } })
    const spec = shell('echo $TOKEN $TOKEN', { encoding: 'utf-8' }, SECRETS)
    const asked = agent.request({ type: 'ProcStartRequest', specs: { a: spec } })
    const { res } = await server.messages.first(ended('a'))
    assert.equal(await asked, null)
    const here = await agent.result('a', { text: true })
    assert.deepEqual(here?.fds, { stdout: { type: 'text', text: '*** ***\n', encoding: 'utf-8' } })
    assert.deepEqual(
      [here?.cwd, here?.env, here?.limits, here?.masked, here?.errors_detail],
      ['/', { TOKEN: '***' }, { nofile: 50 }, { stdout: 2 }, null],
    )
    assert.deepEqual([here?.tree?.left, here?.tree?.empty], [0, true])
    const given = OURS.filter((name) => Object.hasOwn(res, name))
    assert.deepEqual(given, extensions === EXTENSIONS ? OURS : [])
  }
})

test('of a limited output what was kept is pushed, in order, with what was dropped', async (context) => {
  const { server } = await served(context, EXTENSIONS)
  const script = 'i=0; while [ $i -lt 1000 ]; do echo "line $i of many that are all too long"; i=$((i+1)); done'
  const limit = 400
  for (const keep of ['start', 'end', 'both'] as const) {
    server.send({
      type: 'ProcStartRequest',
      specs: { [keep]: shell(script, { attached: false, limit, keep }) },
    })
    server.send({ type: 'ProcOutputRequest', proc_id: keep, fd: 'stdout', start: 0, window: 100_000 })
    const { res } = await server.messages.first(ended(keep))
    const fd = res.fds['stdout']
    assert.ok(fd?.type === 'detached' && fd.dropped !== undefined)
    const mine = (message: AgentMessage): message is ProcOutput =>
      message.type === 'ProcOutput' && message.proc_id === keep
    await server.messages.first(
      (message): message is ProcOutput => mine(message) && message.start + message.data.length === fd.length,
    )
    let at = 0
    let kept = 0
    for (const { start, data, dropped = 0 } of server.messages.all.filter(mine)) {
      assert.equal(start - dropped, at)
      if (dropped > 0) assert.deepEqual([at, start], fd.dropped)
      at = start + data.length
      kept += data.length
      assert.ok(!data.includes(0))
    }
    assert.deepEqual([at, kept], [fd.length, limit])
  }
})

test('attached and limited: the kept bytes, a mark between them, and no zeros, to whomever', async (context) => {
  const { server, agent } = await served(context, {})
  const spec = shell('printf 0123456789', { encoding: 'utf-8', limit: 4, keep: 'both' })
  assert.equal(await agent.request({ type: 'ProcStartRequest', specs: { a: spec } }), null)
  const { res } = await server.messages.first(ended('a'))
  const text = '01\n... 6 bytes dropped ...\n89'
  assert.deepEqual(res.fds['stdout'], { type: 'text', text, encoding: 'utf-8' })
  const here = await agent.result('a', { text: true })
  assert.deepEqual(here?.fds['stdout'], { type: 'text', text, encoding: 'utf-8', length: 10, dropped: [2, 8] })
  server.send({ type: 'ProcFdDataRequest', proc_id: 'a', fd: 'stdout', start: 0, stop: null })
  const answer = await server.messages.first((message) => message.type === 'ProcFdData')
  assert.ok(answer.type === 'ProcFdData')
  assert.deepEqual([answer.start, answer.stop, Buffer.from(answer.data).toString()], [0, 10, text])
})

test('results while a proc runs, for who asks', async (context) => {
  const { server } = await served(context, EXTENSIONS)
  server.send({ type: 'ProcStartRequest', specs: { a: shell('exec sleep 1000', {}) } })
  const running = (message: AgentMessage): message is ProcResultMessage => message.type === 'ProcResult'
  await server.messages.first(running)
  server.send({ type: 'ProcResultEvery', proc_id: 'a', interval: 1 })
  await server.messages.until((all) => all.filter(running).length === 3)
  const last = server.messages.all.findLast(running)
  assert.deepEqual([last?.res.state, last?.res.cwd], ['running', process.cwd()])
})
