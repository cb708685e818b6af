import assert from 'node:assert/strict'
import test from 'node:test'
import { optionsIn, startAgent, temporaryFolder, until } from '../fixture/agent.ts'

test('a proc asked for by this host runs, and its result and output are had', async (context) => {
  const agent = await startAgent(context, optionsIn(await temporaryFolder(context)))
  const spec = {
    argv: ['/bin/sh', '-c', 'printf hello; exit 3'],
    fds: [['stdout', { capture: { encoding: 'utf-8' } }]],
  } as const
  assert.equal(await agent.request({ type: 'ProcStartRequest', specs: { a: spec } }), null)
  await until(agent, () => agent.counts().unended === 0)
  const answer = await agent.request({ type: 'ProcResultRequest', proc_id: 'a' })
  assert.equal(answer?.type, 'ProcResult')
  assert.deepEqual(answer.res.errors, [])
  assert.equal(answer.res.state, 'terminated')
  assert.equal(answer.res.status?.exit_code, 3)
  assert.deepEqual(answer.res.fds, { stdout: { type: 'text', text: 'hello', encoding: 'utf-8' } })
  assert.equal((await agent.request({ type: 'ProcDeleteRequest', proc_id: 'a' }))?.type, 'ProcDelete')
  assert.deepEqual(agent.procIds(), [])
  assert.deepEqual(
    agent.lines.filter((line) => !line.startsWith('info: control group')).map((line) => line.replace(/\d+/, 'PID')),
    ['info: proc started: PID', 'info: proc reaped: PID'],
  )
})
