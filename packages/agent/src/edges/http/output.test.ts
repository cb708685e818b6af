import assert from 'node:assert/strict'
import { once } from 'node:events'
import { truncate, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import test from 'node:test'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { decode } from 'base2048'
import { until } from '../../fixture/agent.ts'
import { script, served } from '../../fixture/http.ts'
import type { AgentHandle, OutputSource } from '../../main/index.ts'
import { followed, pieces } from './output-pieces.ts'

const DIGITS = script('printf 0123456789')

async function untilLength(agent: AgentHandle, id: string, length: number): Promise<void> {
  const found = agent.output(id, 1)
  assert.ok(found.kind === 'output')
  let news = Promise.withResolvers<void>()
  const off = found.source.onGrowth(() => news.resolve())
  for (;;) {
    news = Promise.withResolvers()
    if ((await found.source.length()) >= length) break
    await news.promise
  }
  off()
}

test('HTTP7: ids with any character, and paths that lead elsewhere', async (context) => {
  const { ask, start, raw, agent } = await served(context)
  const id = '../a b/é%2F?#'
  await start(id, DIGITS)
  await until(agent, () => agent.counts().unended === 0)
  const path = `/procs/${encodeURIComponent(id)}`
  assert.equal((await ask(`${path}/output/stdout/data`)).text, '0123456789')
  assert.equal((await ask('/procs/%ff')).status, 400)
  assert.match((await ask('/procs/%zz')).text, /bad path: expected percent-encoded UTF-8/)
  for (const target of [
    '/procs/../agent',
    '/procs/..%2F..%2Fetc%2Fpasswd',
    '/../../etc/passwd',
    'http://127.0.0.1/procs/x',
    '*',
  ]) {
    const answer = await raw(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    assert.match(answer, /^HTTP\/1\.1 404 /, target)
  }
  assert.equal((await ask(path, { method: 'DELETE' })).status, 200)
})

test('HTTP8: HEAD', async (context) => {
  const { ask, start, agent } = await served(context)
  await start('a', DIGITS)
  await until(agent, () => agent.counts().unended === 0)
  const { status, headers, text } = await ask('/procs/a/output/1/data', { method: 'HEAD' })
  assert.deepEqual([status, headers['content-length'], text], [200, '10', ''])
  assert.deepEqual((await ask('/procs', { method: 'HEAD' })).status, 200)
})

test('HTTP9: results without text', async (context) => {
  const { ask, start, agent } = await served(context)
  await start('a', DIGITS)
  await until(agent, () => agent.counts().unended === 0)
  const detached = '"fds":{"stdin":null,"stdout":{"encoding":"utf-8","length":10,"type":"detached"}}'
  for (const path of ['/procs?text=0', '/procs/a?text=false']) assert.ok((await ask(path)).text.includes(detached))
  assert.match((await ask('/procs/a')).text, /"text":"0123456789"/)
  assert.equal((await ask('/procs?text=no')).status, 400)
})

test('HTTP10: ranges, of what has ended and of what grows', async (context) => {
  const { ask, start, agent } = await served(context)
  await start('a', DIGITS)
  await start('b', script('printf 0123456789; exec sleep 1000'))
  await untilLength(agent, 'a', 10)
  await until(agent, () => agent.counts().unended === 1)
  await untilLength(agent, 'b', 10)
  const range = async (id: string, header: string, more: Readonly<Record<string, string>> = {}) => {
    const answer = await ask(`/procs/${id}/output/1/data`, { headers: { Range: header, ...more } })
    return [answer.status, answer.headers['content-range'], answer.status === 416 ? '' : answer.text]
  }
  assert.deepEqual(await range('a', 'bytes=2-4'), [206, 'bytes 2-4/10', '234'])
  assert.deepEqual(await range('a', 'bytes=8-'), [206, 'bytes 8-9/10', '89'])
  assert.deepEqual(await range('a', 'bytes=-3'), [206, 'bytes 7-9/10', '789'])
  assert.deepEqual(await range('a', 'bytes=5-99'), [206, 'bytes 5-9/10', '56789'])
  assert.deepEqual(await range('b', 'bytes=5-99'), [206, 'bytes 5-9/*', '56789'])
  assert.deepEqual(await range('a', 'bytes=10-'), [416, 'bytes */10', ''])
  assert.deepEqual(await range('a', 'bytes=-0'), [416, 'bytes */10', ''])
  for (const ignored of ['bytes=1-2,4-5', 'lines=1-2', 'bytes=5-2', 'bytes=-', 'bytes=a-b'])
    assert.deepEqual(await range('a', ignored), [200, undefined, '0123456789'], ignored)
  assert.deepEqual(await range('a', 'bytes=1-2', { 'If-Range': '"x"' }), [200, undefined, '0123456789'])
  const part = await ask('/procs/a/output/1/data?start=3&stop=5')
  assert.deepEqual([part.text, part.headers['procstar-start'], part.headers['procstar-stop']], ['34', '3', '5'])
  assert.equal((await ask('/procs/a/output/1/data?start=11')).status, 416)
  for (const query of ['start=x', 'start=5&stop=4', 'start=-1', 'follow=maybe', 'encoding=x'])
    assert.equal((await ask(`/procs/a/output/1/data?${query}`)).status, 400, query)
  assert.equal((await ask('/procs/a/output/1/data?follow=1', { headers: { Range: 'bytes=1-2' } })).status, 400)
})

test('HTTP11: encodings, and characters that are not whole yet', async (context) => {
  const { ask, start, agent } = await served(context)
  await start('a', script('printf "a\\303"; exec sleep 1000', null))
  await untilLength(agent, 'a', 2)
  const grown = await ask('/procs/a/output/1/data?encoding=utf-8')
  assert.deepEqual([grown.text, grown.headers['procstar-stop'], grown.headers['procstar-ended']], ['a', '1', 'false'])
  await start('b', script('printf "\\303\\251\\377\\303"', null))
  await until(agent, () => agent.counts().unended === 1)
  assert.equal((await ask('/procs/b/output/1/data?encoding=utf-8')).text, 'é\ufffd\ufffd')
  const cut = await ask('/procs/b/output/1/data?encoding=utf-8&stop=1')
  assert.deepEqual([cut.text, cut.headers['procstar-stop']], ['', '0'])
  const base64 = await ask('/procs/b/output/1/data?encoding=base64')
  assert.deepEqual([base64.text, base64.headers['content-length']], ['w6n/ww==', '8'])
  // More than one piece, and a length that no group divides.
  await start('c', script('head -c 600001 /dev/urandom', null))
  await until(agent, () => agent.counts().unended === 1)
  const raw = (await ask('/procs/c/output/1/data')).bytes
  const base2048 = (await ask('/procs/c/output/1/data?encoding=base2048')).text
  assert.equal(Buffer.compare(Buffer.from(decode(base2048)), raw), 0)
})

test('HTTP12: what is followed comes as it is written', async (context) => {
  const { port, start, ask, agent } = await served(context)
  await start('a', script('echo one; echo two'))
  assert.equal((await ask('/procs/a/output/1/data?follow=1')).text, 'one\ntwo\n')
  await start('b', script('trap "echo end; exit" TERM; echo up; while :; do sleep 0.05; done'))
  const socket = connect({ host: '127.0.0.1', port })
  socket.write(
    'GET /procs/b/output/1/data?follow=1&start=1 HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip;q=0\r\nConnection: close\r\n\r\n',
  )
  let text = ''
  const seen = Promise.withResolvers<void>()
  socket.on('data', (piece) => {
    text += piece.toString()
    if (text.includes('p\n')) seen.resolve()
  })
  await seen.promise
  await agent.request({ type: 'ProcSignalRequest', proc_id: 'b', signum: 15 })
  await once(socket, 'close')
  assert.match(text, /Procstar-Start: 1\r\n/)
  assert.ok(text.endsWith('\r\n\r\n2\r\np\n\r\n4\r\nend\n\r\n0\r\n\r\n'), JSON.stringify(text))
})

test('HTTP13: compression as the client likes it', async (context) => {
  const { ask, start, agent } = await served(context)
  await start('a', script('head -c 100000 /dev/zero'))
  await until(agent, () => agent.counts().unended === 0)
  const get = (accept: string, query = '') =>
    ask(`/procs/a/output/1/data${query}`, { headers: { 'Accept-Encoding': accept } })
  const zeros = Buffer.alloc(100_000)
  const undo = { zstd: zstdDecompressSync, gzip: gunzipSync, br: brotliDecompressSync }
  const table = [
    ['gzip, br, zstd', 'zstd'],
    ['gzip', 'gzip'],
    ['br;q=1, gzip;q=0.5', 'br'],
    ['*', 'zstd'],
    ['zstd;q=0, *', 'gzip'],
  ] as const
  for (const [accept, expected] of table) {
    for (const query of ['', '?follow=1']) {
      const { headers, bytes } = await get(accept, query)
      assert.equal(headers['content-encoding'], expected, accept)
      assert.ok(bytes.length < 2000)
      assert.deepEqual(undo[expected](bytes), zeros)
    }
  }
  for (const accept of ['identity', 'gzip;q=0', 'deflate', 'gzip;q=0.1, identity', ''])
    assert.deepEqual(
      [(await get(accept)).headers['content-encoding'], (await get(accept)).bytes.length],
      [undefined, 100_000],
      accept,
    )
  const part = await ask('/procs/a/output/1/data', { headers: { 'Accept-Encoding': 'gzip', Range: 'bytes=0-9999' } })
  assert.deepEqual([part.headers['content-encoding'], part.bytes.length], [undefined, 10_000])
})

test('HTTP24: a reader that takes nothing holds nothing up', async (context) => {
  const { port, start, ask, agent } = await served(context)
  await start('a', script('head -c 50000000 /dev/zero; echo done'))
  const slow = connect({ host: '127.0.0.1', port })
  slow.pause()
  slow.write('GET /procs/a/output/1/data?follow=1 HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await until(agent, () => agent.counts().unended === 0)
  const tail = await ask('/procs/a/output/1/data', { headers: { Range: 'bytes=-5' } })
  assert.equal(tail.text, 'done\n')
  slow.destroy()
  assert.equal((await ask('/agent')).status, 200)
})

test('HTTP16: what a limit has not let in is left out, and said', async (context) => {
  const { ask, post, agent } = await served(context)
  const spec = (keep: string) => ({
    argv: ['/bin/sh', '-c', 'printf 0123456789'],
    fds: [['stdout', { capture: { encoding: 'utf-8', limit: 4, keep } }]],
  })
  assert.equal(
    (await post('/procs', { specs: { start: spec('start'), end: spec('end'), both: spec('both') } })).text,
    '{"data":{}}',
  )
  await until(agent, () => agent.counts().unended === 0)
  const table = [
    ['start', '0123', '4-10'],
    ['end', '6789', '0-6'],
    ['both', '0189', '2-8'],
  ] as const
  for (const [id, text, dropped] of table) {
    for (const query of ['', '?follow=1', '?start=0&stop=10']) {
      const answer = await ask(`/procs/${id}/output/1/data${query}`)
      assert.deepEqual([answer.text, answer.headers['procstar-dropped']], [text, dropped], `${id}${query}`)
    }
  }
  const range = (bytes: string) => ask('/procs/both/output/1/data', { headers: { Range: bytes } })
  assert.deepEqual([(await range('bytes=8-9')).text, (await range('bytes=1-2')).status], ['89', 416])
  assert.match((await range('bytes=1-2')).text, /not kept: bytes 2 to 8/)
})

test('HTTP27: what is dropped while it is read is never sent as zeros, and no length is promised of it', async (context) => {
  const { ask, start, agent, folder } = await served(context)
  const spec = (keep: 'end' | 'both') => ({
    argv: [
      '/bin/sh',
      '-c',
      'printf 0123456789; while [ ! -e "$0" ]; do sleep 0.01; done; printf abcdef',
      join(folder, 'go'),
    ],
    fds: [['1', { capture: { encoding: 'utf-8' as const, limit: 8, keep } }] as const],
  })
  for (const id of ['end', 'both'] as const) {
    await start(id, spec(id))
    await untilLength(agent, id, 10)
    const answer = await ask(`/procs/${id}/output/1/data`)
    assert.deepEqual(
      [answer.text, answer.headers['content-length'], answer.headers['procstar-dropped']],
      id === 'end' ? ['23456789', undefined, '0-2'] : ['01236789', undefined, '4-6'],
    )
  }
  const follow = ask('/procs/end/output/1/data?follow=1&start=9')
  const found = agent.output('end', 1)
  assert.ok(found.kind === 'output')
  const look = await found.source.look()
  const stale = pieces(found.source, { start: 0, stop: 10 }, look, new AbortController().signal)
  await writeFile(join(folder, 'go'), '')
  await until(agent, () => agent.counts().unended === 0)
  await assert.rejects(Array.fromAsync(stale), /the output was dropped/)
  assert.equal((await follow).text, '9abcdef')
  const ended = await ask('/procs/both/output/1/data')
  assert.deepEqual(
    [ended.text, ended.headers['content-length'], ended.headers['procstar-dropped']],
    ['0123cdef', '8', '4-12'],
  )
})

test('HTTP27: what is dropped between a look and a read is left out of what is followed', async () => {
  let length = 10
  const source: OutputSource = {
    encoding: null,
    length: async () => length,
    look: async () => ({ length, dropped: length > 8 ? { start: 0, stop: length - 8 } : null, mayLose: true }),
    read: async (start, most) => {
      length = 14
      return Buffer.from('\0\0\0\0\0\x006789abcd').subarray(start, start + most)
    },
    ended: () => true,
    onGrowth: () => () => {},
  }
  const got = await Array.fromAsync(followed(source, { start: 0, stop: Infinity }, new AbortController().signal))
  assert.equal(Buffer.concat(got).toString(), '6789abcd')
})

test('HTTP28: an answer that turns out shorter than promised is cut', async (context) => {
  const { ask, start, agent, folder } = await served(context)
  const path = join(folder, 'named')
  await start('a', { argv: ['/bin/sh', '-c', 'printf 0123456789'], fds: [['1', { capture: { mode: 'file', path } }]] })
  await until(agent, () => agent.counts().unended === 0)
  await truncate(path, 4)
  await assert.rejects(ask('/procs/a/output/1/data'), /aborted/)
})

test('HTTP16: a file that ends before its output, since no holes can be made, is served as far as it goes', async (context) => {
  const { ask, start, agent, folder } = await served(context)
  const path = join(folder, 'named')
  const capture = { mode: 'file' as const, path, limit: 4, keep: 'end' as const }
  await start('a', { argv: ['/bin/sh', '-c', 'printf 0123456789'], fds: [['1', { capture }]] })
  await until(agent, () => agent.counts().unended === 0)
  await writeFile(path, '0123')
  for (const query of ['', '?follow=1']) {
    const answer = await ask(`/procs/a/output/1/data${query}`)
    assert.deepEqual([answer.text, answer.headers['procstar-dropped']], ['0123', '4-10'], query)
  }
  const detached = await ask('/procs/a?text=0')
  assert.match(detached.text, /"dropped":\[4,10\],"encoding":"base64","length":10,"type":"detached"/)
})
