import assert from 'node:assert/strict'
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Place, resultsIn } from './fixture.ts'

const TRUE = { argv: ['/bin/true'] }
const SLEEP = { argv: ['/bin/sleep', '1000'] }
const SAY = { argv: ['/bin/sh', '-c', 'echo hi; exit 3'], fds: [['stdout', { capture: { encoding: 'utf-8' } }]] }

test('--print gives every result, sorted, with the keys in order, and leaves no folder behind', async (context) => {
  const place = await Place.make(context)
  const { code, out, err } = await place.run(['-p', await place.input({ b: SAY, a: TRUE, 10: TRUE, 9: TRUE })])
  assert.deepEqual([code, err], [0, ''])
  assert.ok(out.endsWith('}\n'))
  assert.deepEqual(out.match(/(?<=[{,])"(?:9|10|a|b)"(?=:)/g), ['"10"', '"9"', '"a"', '"b"'])
  const { b } = resultsIn(out)
  assert.ok(b !== undefined)
  assert.deepEqual(Object.keys(b).slice(0, 6), [
    'state',
    'errors',
    'pid',
    'proc_stat',
    'proc_statm',
    'cgroup_accounting',
  ])
  assert.deepEqual([b.status?.exit_code, b.fds['stdout']], [3, { type: 'text', text: 'hi\n', encoding: 'utf-8' }])
  assert.match(out, /"rsslim":18446744073709551615/)
  assert.deepEqual(await readdir(place.folder), ['input.json'])
})

test('--output writes without a newline, with --print both', async (context) => {
  const place = await Place.make(context)
  const file = join(place.folder, 'out.json')
  const { code, out } = await place.run(['-p', '-o', file, '-'], JSON.stringify({ specs: { a: TRUE } }))
  assert.equal(code, 0)
  assert.equal(`${await readFile(file, 'utf8')}\n`, out)
  assert.equal(resultsIn(out)['a']?.status?.exit_code, 0)
})

test('results that cannot be written end it with 72, and are kept, in a private folder too', async (context) => {
  const place = await Place.make(context)
  const state = ['--state', join(place.folder, 'state')]
  const failed = await place.run(['-o', join(place.folder, 'no/out'), ...state, await place.input({ a: SAY })])
  assert.equal(failed.code, 72)
  assert.match(failed.err, /the results cannot be written: ENOENT.*no\/out/)
  const full = await place.run(['-o', '/dev/full', await place.input({ a: SAY })])
  assert.equal(full.code, 72)
  const [, own = ''] = /the results are kept: procstar --print --state (\S+)/.exec(full.err) ?? []
  const old = new Date(Date.now() - 3_600_000)
  await utimes(own, old, old)
  // What removes abandoned folders leaves it.
  assert.equal((await place.run(['-x'])).code, 0)
  assert.equal(resultsIn((await place.run(['-p', '--state', own])).out)['a']?.status?.exit_code, 3)
  const again = await place.run(['-p', ...state])
  assert.equal(resultsIn(again.out)['a']?.status?.exit_code, 3)
  assert.equal((await place.run(['-p', ...state])).out, '{}\n')
})

test('--exit with nothing to run ends at once', async (context) => {
  const place = await Place.make(context)
  assert.deepEqual(await place.run(['--exit']), { code: 0, out: '', err: '' })
  assert.deepEqual(await place.run(['--print']), { code: 0, out: '{}\n', err: '' })
  assert.deepEqual(await place.run(['--wait']), { code: 0, out: '', err: '' })
})

test('nothing to do is 65, wrong use 2, both with how it is used', async (context) => {
  const place = await Place.make(context)
  const nothing = await place.run([])
  assert.equal(nothing.code, 65)
  assert.match(nothing.err, /^Error: nothing to do: give --exit.*\n\nUsage: procstar/)
  const wrong = await place.run(['--nope'])
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /unexpected argument '--nope'\n\nUsage: procstar/)
  const hostless = await place.run(['--agent'])
  assert.equal(hostless.code, 2)
  assert.match(hostless.err, /--agent-host HOST, or set PROCSTAR_AGENT_HOST/)
  assert.equal((await place.run(['--agent', '--agent-host', 'h', '--group-id', ''])).code, 2)
})

test('INPUT that cannot be read is 2, one that cannot be started 65', async (context) => {
  const place = await Place.make(context)
  const missing = await place.run(['-x', join(place.folder, 'none')])
  assert.equal(missing.code, 2)
  assert.match(missing.err, /^Error: cannot read INPUT .*none: ENOENT/)
  assert.equal((await place.run(['-x', place.folder])).code, 2)
  const text = await place.run(['-x', '-'], 'specs')
  assert.equal(text.code, 2)
  assert.match(text.err, /^Error: INPUT stdin: not JSON: /)
  const unknown = await place.run(['-x', '-'], '{"specs": {"a": {"argv": ["x"], "colour": 1}}}')
  assert.equal(unknown.code, 2)
  assert.match(unknown.err, /colour/)
  const twice = {
    argv: ['/bin/true'],
    fds: [
      ['stdout', 'inherit'],
      ['1', 'inherit'],
    ],
  }
  const refused = await place.run(['-x', '-'], JSON.stringify({ specs: { a: twice } }))
  assert.deepEqual(refused, { code: 65, out: '', err: 'Error: duplicate fd: 1\n' })
  assert.deepEqual(await readdir(place.folder), [])
})

test('a process that fails, or never starts, is no failure of the program', async (context) => {
  const place = await Place.make(context)
  const { code, out } = await place.run(['-p', await place.input({ a: { argv: ['/does/not/exist'] } })])
  assert.equal(code, 0)
  const { a } = resultsIn(out)
  assert.deepEqual(a?.errors, ['execve failed: /does/not/exist: No such file or directory (os error 2)'])
  assert.equal(a.state, 'error')
})

test('SIGTERM ends what runs, and its result is printed; the log says all of it', async (context) => {
  const place = await Place.make(context)
  const { child, said, ended } = place.start(['-p', '--log-level', 'info', await place.input({ a: SLEEP })])
  await said(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 - INFO - started processes from specs$/m)
  const [, pid] = await said(/ - INFO - proc started: (\d+)\n/)
  child.kill('SIGTERM')
  const { code, out, err } = await ended
  assert.equal(code, 0)
  assert.match(err, / - INFO - received: SIGTERM\n/)
  assert.match(err, new RegExp(` - INFO - proc reaped: ${pid}\n`))
  assert.equal(resultsIn(out)['a']?.status?.signal, 'SIGTERM')
})

test('stdout that nobody reads is no failure', async (context) => {
  const place = await Place.make(context)
  const { child, said, ended } = place.start(['-p', '--log-level', 'info', await place.input({ a: SLEEP })])
  await said(/proc started/)
  child.stdout?.destroy()
  child.kill('SIGTERM')
  await said(/stdout is closed/)
  assert.equal((await ended).code, 0)
})

test('--wait goes on until all are deleted, --exit not', async (context) => {
  const place = await Place.make(context)
  const waiting = place.start(['--wait', '--log-level', 'info', await place.input({ a: TRUE })])
  await waiting.said(/proc reaped/)
  assert.equal(waiting.child.exitCode, null)
  waiting.child.kill('SIGTERM')
  waiting.child.kill('SIGQUIT')
  assert.equal((await waiting.ended).code, 0)
  const both = await place.run(['--wait', '--exit', await place.input({ a: TRUE })])
  assert.equal(both.code, 0)
  assert.match(both.err, /--exit and --wait/)
})

test('--agent without a server ends in good time: by --exit, --wait-timeout and --connect-count-max', async (context) => {
  const place = await Place.make(context)
  const agent = ['--agent', '--agent-host', 'localhost', '--agent-port', '1', '--connect-interval-start', '0.01']
  const exit = await place.run([...agent, '-p', await place.input({ a: TRUE })])
  assert.deepEqual([exit.code, resultsIn(exit.out)['a']?.status?.exit_code], [0, 0])
  const wait = await place.run([...agent, '--wait', '--wait-timeout', '0'])
  assert.equal(wait.code, 0)
  assert.match(wait.err, /no process was started within 0 s/)
  const tried = await place.run([...agent, '--connect-count-max', '2'])
  assert.equal(tried.code, 1)
  assert.match(tried.err, /cannot connect to localhost:1.*giving up/)
})

test('--serve listens until it is told to end; a port in use is said', async (context) => {
  const place = await Place.make(context)
  const serving = place.start(['--serve', '--serve-port', '0', '--log-level', 'info', await place.input({ a: TRUE })])
  const [, base] = await serving.said(/Listening on \S*?(127\.0\.0\.1:\d+)/)
  await serving.said(/proc reaped/)
  const listed = await (await fetch(`http://${base}/procs`)).text()
  assert.match(listed, /"a":/)
  const port = base?.split(':')[1] ?? ''
  const second = await place.run(['--serve', '--serve-port', port])
  assert.equal(second.code, 1)
  assert.match(second.err, /^(?!.*\n {4}at ).*EADDRINUSE|in use/)
  const deleted = await place.run(['http', '--port', port, 'delete', 'a'])
  assert.deepEqual([deleted.code, deleted.err], [0, ''])
  serving.child.kill('SIGTERM')
  assert.equal((await serving.ended).code, 0)
})

test('a state folder that cannot be made is said by name', async (context) => {
  const place = await Place.make(context)
  const file = join(place.folder, 'file')
  await writeFile(file, '')
  const { code, err } = await place.run(['-x', '--state', join(file, 'state')])
  assert.equal(code, 1)
  assert.match(err, /the state folder .*file\/state cannot be made/)
  const deep = join(place.folder, 'no/such/state')
  const missing = await place.run(['-x', '--state', deep])
  assert.deepEqual(
    [missing.code, missing.err],
    [
      1,
      `Error: the state folder ${deep} cannot be made: there is no ${join(place.folder, 'no/such')}; make that, or name another with --state DIR\n`,
    ],
  )
  const own = await place.run(['-x'], '', { TMPDIR: file })
  assert.equal(own.code, 1)
  assert.match(own.err, /^Error: no folder for this run can be made: ENOTDIR: .*; set TMPDIR, or give --state DIR\n$/)
})

test('--help and --version', async (context) => {
  const place = await Place.make(context)
  const help = await place.run(['--help'])
  assert.deepEqual([help.code, help.err], [0, ''])
  assert.match(help.out, /^Runs processes/)
  assert.match((await place.run(['-V'])).out, /^\d+\.\d+\.\d+\n$/)
})
