import assert from 'node:assert/strict'
import test from 'node:test'
import { until } from '../../fixture/agent.ts'
import type { AgentHandle } from '../../main/index.ts'
import { script, served } from '../../fixture/http.ts'

/** Resolves when the proc has written something to its standard output. */
async function untilOutput(agent: AgentHandle, id: string): Promise<void> {
  const found = agent.output(id, 1)
  assert.equal(found.kind, 'output')
  if (found.kind !== 'output') return
  for (;;) {
    // Listening first: it may be written while the length is looked at.
    const grown = Promise.withResolvers<void>()
    const off = found.source.onGrowth(() => grown.resolve())
    if ((await found.source.length()) === 0) await grown.promise
    else return off()
    off()
  }
}

test('HTTP14: what the agent is, and its end', async (context) => {
  const { ask, post, start, agent } = await served(context)
  await start('a', script('exec sleep 1000'))
  const { text } = await ask('/agent')
  assert.ok(
    text.includes(
      `"conn_id":"${agent.connId}","group_id":"default","limits":{"body":67108864,"connections":256,"procs":100000,"specs":1024}`,
    ),
    text,
  )
  assert.ok(text.includes('"procs":{"held":1,"unended":1},"restricted_exe":null,"shutdown_state":"active"'), text)
  assert.match((await post('/agent/shutdown', { how: 'now' })).text, /how: expected/)
  assert.match((await post('/agent/shutdown', { when: 1 })).text, /when: unknown key/)
  assert.equal(agent.shutdownState(), 'active')
  assert.equal((await post('/agent/shutdown', { how: 'soft' })).text, '{"data":{}}')
  assert.equal(agent.shutdownState(), 'idling')
  assert.match((await post('/procs', { specs: { b: script('true') } })).text, /agent shutting down: idling/)
  assert.equal((await post('/agent/shutdown', { how: 'forceful' })).text, '{"data":{}}')
  await until(agent, () => agent.counts().unended === 0)
  assert.equal((await ask('/procs/a', { method: 'DELETE' })).text, '{"data":{}}')
  assert.equal(await agent.closed, 'done')
})

test('HTTP15: a stop reaches the whole tree', async (context) => {
  const { ask, post, start, agent } = await served(context)
  await start('a', script('trap "" TERM; sleep 1000 & echo up; wait; sleep 1001'))
  await start('b', script('exec sleep 1000'))
  // Until then the signal would end it.
  await untilOutput(agent, 'a')
  assert.equal((await post('/procs/none/stop', {})).status, 404)
  for (const body of [{ grace: -1 }, { grace: 'x' }, { signal: 'NO' }, { more: 1 }])
    assert.match((await post('/procs/a/stop', body)).text, /"detail":"parsing body: /)
  assert.equal((await ask('/procs/b/stop', { method: 'POST' })).text, '{"data":{}}')
  assert.equal((await post('/procs/a/stop', { signal: 'TERM', grace: 0.1 })).text, '{"data":{}}')
  await until(agent, () => agent.counts().unended === 0)
  assert.match((await ask('/procs/a')).text, /"signal":"SIGKILL"/)
  assert.match((await ask('/procs/b')).text, /"signal":"SIGTERM"/)
})
