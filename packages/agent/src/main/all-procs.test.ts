import assert from 'node:assert/strict'
import test from 'node:test'
import { optionsIn, startAgent, temporaryFolder } from '../fixture/agent.ts'
import { allResults, deleteEnded, until } from './index.ts'

const specs = {
  b: { argv: ['/bin/true'] },
  a: { argv: ['/bin/false'] },
  é: { argv: ['/bin/sleep', '1000'] },
  10: { argv: ['/bin/true'] },
}

test('all results come by id; what has ended is deleted, what runs stays', async (context) => {
  const agent = await startAgent(context, optionsIn(await temporaryFolder(context)))
  assert.equal(await agent.request({ type: 'ProcStartRequest', specs }), null)
  assert.equal(await until(agent, () => agent.counts().unended === 1), true)
  const results = await Array.fromAsync(allResults(agent))
  assert.deepEqual(
    results.map(([id, { status }]) => [id, status?.exit_code]),
    [
      ['10', 0],
      ['a', 1],
      ['b', 0],
      ['é', undefined],
    ],
  )
  assert.equal(await deleteEnded(agent), null)
  assert.deepEqual(agent.procIds(), ['é'])
})

test('waiting ends with the agent, which finishes at once whatever runs', async (context) => {
  const folder = await temporaryFolder(context)
  const agent = await startAgent(context, optionsIn(folder))
  assert.equal(await agent.request({ type: 'ProcStartRequest', specs: { a: { argv: ['/bin/sleep', '1000'] } } }), null)
  const waiting = until(agent, () => agent.counts().held === 0)
  agent.shutdown('finish')
  assert.equal(await waiting, false)
  assert.equal(await agent.closed, 'done')
  const next = await startAgent(context, optionsIn(folder))
  assert.equal(next.counts().unended, 1)
})
