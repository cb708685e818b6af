import assert from 'node:assert/strict'
import test from 'node:test'
import type { CaptureSpec, ProcSpec } from '@apsis/wire/spec'
import { until } from '../../fixture/agent.ts'
import { served } from '../../fixture/http.ts'

function split(script: string, capture: CaptureSpec): ProcSpec {
  return {
    argv: ['/bin/sh', '-c', script],
    fds: [
      ['stdout', { capture: { encoding: 'utf-8', ...capture } }],
      ['stderr', { capture: { encoding: 'utf-8', ...capture } }],
    ],
  }
}

test('HTTP26: merged outputs', async (context) => {
  const { ask, start, agent } = await served(context)
  // The pauses let the monitor read one before the other is written.
  const script = 'for i in 1 2 3; do echo out$i; sleep 0.05; echo err$i >&2; sleep 0.05; done'
  await start('a', split(script, { times: true }))
  await start('b', split('true', {}))
  await start('c', split('printf 0123456789', { times: true, limit: 4, keep: 'both' }))
  await until(agent, () => agent.counts().unended === 0)
  const merged = await ask('/procs/a/output/merged/data')
  assert.deepEqual([merged.status, merged.text], [200, 'out1\nerr1\nout2\nerr2\nout3\nerr3\n'])
  assert.equal(merged.headers['content-type'], 'text/plain; charset=utf-8')
  assert.equal((await ask('/procs/c/output/merged/data')).text, '01\n... 6 bytes dropped ...\n89')
  const encoded = await ask('/procs/c/output/merged/data?encoding=base64&follow=0')
  assert.equal(Buffer.from(encoded.text, 'base64').toString(), '01\n... 6 bytes dropped ...\n89')
  for (const query of ['follow=1', 'start=0', 'stop=2', 'encoding=nope', 'follow=maybe']) {
    const { status, text } = await ask(`/procs/a/output/merged/data?${query}`)
    assert.deepEqual([status, /whole|expected/.test(text)], [400, true], query)
  }
  const refused = await ask('/procs/b/output/merged/data')
  assert.deepEqual([refused.status, /no output with times/.test(refused.text)], [400, true])
  assert.equal((await ask('/procs/x/output/merged/data')).status, 404)
})
