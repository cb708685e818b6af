import assert from 'node:assert/strict'
import test from 'node:test'
import { until } from '../../fixture/agent.ts'
import { script, served } from '../../fixture/http.ts'

const NOT_FOUND = '{"errors":{"detail":null,"status":"404 Not Found"}}'
const bad = (detail: string): string => `{"errors":{"detail":${JSON.stringify(detail)},"status":"400 Bad Request"}}`
const ended = (held: number) => (counts: { held: number; unended: number }) =>
  counts.held === held && counts.unended === 0

test('HTTP1: results by id, with keys in order', async (context) => {
  const { ask, post, agent } = await served(context)
  assert.deepEqual((await ask('/procs')).text, '{"data":{"procs":{}}}')
  await post('/procs', { specs: { 9: script('printf x'), 10: script('printf y'), b: script('exit 3') } })
  await until(agent, () => ended(3)(agent.counts()))
  const all = await ask('/procs')
  assert.equal(all.headers['content-type'], 'application/json')
  // Ids like numbers too, as text.
  assert.deepEqual(all.text.match(/"(10|9|b)":\{"cgroup/g), ['"10":{"cgroup', '"9":{"cgroup', '"b":{"cgroup'])
  assert.match(all.text, /"rsslim":18446744073709551615/)
  const one = await ask('/procs/b')
  assert.match(
    one.text,
    /^\{"data":\{"procs":\{"b":\{"cgroup":.*"cgroup_accounting":.*"state":"terminated","status":\{"core_dump":false,"exit_code":3,"signal":null,"signum":null,"status":768\},"times":\{"elapsed":/,
  )
  assert.deepEqual([(await ask('/procs/c')).status, (await ask('/procs/c')).text], [404, NOT_FOUND])
})

test('HTTP2: a start that is refused starts nothing', async (context) => {
  const { ask, post, agent } = await served(context)
  const json = { 'Content-Type': 'application/json' }
  const table: readonly (readonly [Readonly<Record<string, string>>, string, string | RegExp])[] = [
    [{}, '{"specs":{}}', 'body not JSON'],
    [{ 'Content-Type': 'application/json; charset=utf-8' }, '{"specs":{}}', 'body not JSON'],
    [json, '', 'no body'],
    [json, '{"specs":', /^parsing body: /],
    [json, '[]', /^parsing body: specs: missing/],
    [json, '{"specs":{},"more":1}', /^parsing body: more: unknown key/],
    [json, '{"specs":{"__proto__":{"argv":["x"]}}}', /^parsing body: .*__proto__/],
    [json, '{"specs":{"a":{"argv":["/bin/true"]},"b":{"argv":["x"],"fds":[["x","close"]]}}}', 'bad fd: x'],
    [json, '{"specs":{"a":{"argv":["/bin/true"]},"b":{"argv":[]}}}', 'empty argv: b'],
  ]
  for (const [headers, body, expected] of table) {
    const { status, text } = await ask('/procs', { method: 'POST', headers, body })
    assert.equal(status, 400, body)
    const said: unknown = JSON.parse(text)
    const detail = JSON.stringify(said).match(/"detail":"(.*)","status":"400 Bad Request"\}\}$/)?.[1] ?? ''
    if (typeof expected === 'string') assert.equal(detail, expected)
    else assert.match(detail, expected)
  }
  assert.deepEqual(agent.procIds(), [])
  assert.equal((await post('/procs', { specs: { a: script('true') } })).text, '{"data":{}}')
  assert.equal((await post('/procs', { specs: { a: script('true') } })).text, bad('duplicate proc id: a'))
})

test('HTTP3: only what has ended is deleted', async (context) => {
  const { ask, start, post, agent } = await served(context)
  await start('a', script('exec sleep 1000'))
  const refused = await ask('/procs/a', { method: 'DELETE' })
  assert.deepEqual([refused.status, refused.text], [400, bad('process running: a')])
  await post('/procs/a/signals/SIGKILL', {})
  await until(agent, () => agent.counts().unended === 0)
  assert.equal((await ask('/procs/a', { method: 'DELETE' })).text, '{"data":{}}')
  assert.equal((await ask('/procs/a', { method: 'DELETE' })).text, NOT_FOUND)
})

test('HTTP4: signals by name or number', async (context) => {
  const { ask, start, agent } = await served(context)
  const signal = (id: string, name: string) => ask(`/procs/${id}/signals/${name}`, { method: 'POST' })
  assert.equal((await signal('none', 'TERM')).text, bad('unknwon signum'))
  assert.equal((await signal('none', 'SIGNO')).text, bad('unknwon signum'))
  assert.equal((await signal('none', '15')).text, NOT_FOUND)
  await start('a', script('exec sleep 1000'))
  assert.equal((await signal('a', '0')).text, '{"data":{}}')
  assert.equal((await signal('a', '-1')).text, bad('EINVAL: Invalid argument'))
  assert.equal((await signal('a', 'SIGUSR1')).text, '{"data":{}}')
  await until(agent, () => agent.counts().unended === 0)
  assert.match((await ask('/procs/a')).text, /"signal":"SIGUSR1"/)
  assert.equal((await signal('a', '15')).text, bad('no process'))
})

test('HTTP5: output as bytes', async (context) => {
  const { ask, start, agent } = await served(context)
  await start('a', script('printf "h\\303\\251\\377"'))
  await start('b', script('printf "\\001\\002"', null))
  await until(agent, () => ended(2)(agent.counts()))
  const text = await ask('/procs/a/output/stdout/data')
  assert.deepEqual(
    [text.headers['content-type'], text.bytes.toString('latin1')],
    ['text/plain; charset=utf-8', 'h\xc3\xa9\xff'],
  )
  const bytes = await ask('/procs/b/output/1/data')
  assert.deepEqual(
    [bytes.headers['content-type'], bytes.headers['content-length'], bytes.bytes],
    ['application/octet-stream', '2', Buffer.from([1, 2])],
  )
  assert.equal((await ask('/procs/a/output/x/data')).text, bad('bad fd: x'))
  assert.equal((await ask('/procs/a/output/7/data')).text, bad('no fd: 7'))
  assert.equal((await ask('/procs/c/output/1/data')).text, NOT_FOUND)
  const empty = await ask('/procs/a/output/stdin/data')
  assert.deepEqual([empty.status, empty.text], [200, ''])
})

test('HTTP6: other paths and methods', async (context) => {
  const { ask } = await served(context)
  for (const path of ['/', '/procs/', '/proc', '/procs/a/output/1', '//procs', '/procs//signals/9', '/procs/a/fds/1'])
    assert.deepEqual([(await ask(path)).status, (await ask(path)).text], [404, NOT_FOUND], path)
  const other = await ask('/procs', { method: 'PUT' })
  assert.deepEqual([other.status, other.headers.allow], [405, 'GET, HEAD, POST'])
  assert.equal(other.text, '{"errors":{"detail":null,"status":"405 Method Not Allowed"}}')
  assert.equal((await ask('/procs/a/signals/9')).status, 405)
})
