import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test from 'node:test'
import { EXTENSIONS } from '@apsis/wire/session'
import type { ProcSpec } from '@apsis/wire/spec'
import { temporaryFolder, trusted } from '../../fixture/agent.ts'
import { selfSigned } from '../../fixture/certificate.ts'
import { afterwards } from '../../fixture/cleanup.ts'
import { FixtureServer } from '../../fixture/server.ts'

const PROGRAM = join(import.meta.dirname, '../../fixture/agent-process.ts')

test('SURV5: a limit of file sizes is to the agent as a full disk', async (context) => {
  const folder = await temporaryFolder(context)
  const certificate = await selfSigned()
  const server = await FixtureServer.start(certificate, EXTENSIONS)
  afterwards(context, () => server.close())
  const cert = await trusted(folder, certificate.cert)
  const args = ['-c', 'ulimit -S -f 8; exec "$@"', 'sh', process.execPath, PROGRAM, folder, String(server.port), cert]
  const agent = spawn('/bin/sh', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const warned = new Promise<void>((resolve) => {
    createInterface({ input: agent.stderr }).on('line', (line) => {
      if (/^warn: a start request cannot be recorded: (EFBIG|no space left)/.test(line)) resolve()
    })
  })
  const exit = once(agent, 'exit')
  afterwards(context, async () => {
    if (agent.exitCode === null && agent.signalCode === null) agent.kill('SIGQUIT')
    await exit
  })
  await server.registrations.until((all) => all.length > 0)
  const start = (id: string, spec: ProcSpec): void => server.send({ type: 'ProcStartRequest', specs: { [id]: spec } })

  start('long', { argv: ['/bin/true', 'x'.repeat(10_000)] })
  await warned
  // Its launcher has it too.
  const children = await readFile(`/proc/${agent.pid}/task/${agent.pid}/children`, 'utf8')
  for (const pid of [String(agent.pid), ...children.trim().split(' ')])
    execFileSync('prlimit', ['--pid', pid, '--fsize=unlimited:'])
  const refused = await server.messages.first((message) => message.type === 'RequestError')
  assert.match(
    refused.type === 'RequestError' ? refused.err : '',
    /^cannot record the request: .*(EFBIG|no space left)/,
  )
  start('next', { argv: ['/bin/sh', '-c', 'exit 3'] })
  const ended = await server.messages.first(
    (message) => message.type === 'ProcResult' && message.res.state !== 'running',
  )
  assert.equal(ended.type === 'ProcResult' && ended.res.status?.exit_code, 3)
  server.send({ type: 'ProcDeleteRequest', proc_id: 'next' })
  await server.messages.first((message) => message.type === 'ProcDelete')

  agent.kill('SIGQUIT')
  await exit
  assert.deepEqual([agent.exitCode, agent.signalCode], [0, null])
})
