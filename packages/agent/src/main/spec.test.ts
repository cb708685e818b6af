import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { ProcResult } from '@apsis/wire/result'
import type { ProcSpec } from '@apsis/wire/spec'
import { optionsIn, startAgent, temporaryFolder, until } from '../fixture/agent.ts'

type Fds = NonNullable<ProcSpec['fds']>

const TEXT = { capture: { encoding: 'utf-8' } } as const

/** A shell script with its output captured. */
function shell(script: string, more: Partial<ProcSpec> = {}, fds: Fds = []): ProcSpec {
  const taken = new Set(fds.map(([name]) => name))
  const rest: Fds = [['stdout', TEXT] as const, ['stderr', TEXT] as const].filter(([name]) => !taken.has(name))
  return { argv: ['/bin/sh', '-c', script], ...more, fds: [...fds, ...rest] }
}

/** Runs procs to their ends. */
async function run(context: TestContext, specs: Record<string, ProcSpec>): Promise<Record<string, ProcResult>> {
  const agent = await startAgent(context, optionsIn(await temporaryFolder(context)))
  const refusal = await agent.request({ type: 'ProcStartRequest', specs })
  assert.equal(refusal?.type === 'RequestError' ? refusal.err : refusal, null)
  await until(agent, () => agent.counts().unended === 0)
  const results: Record<string, ProcResult> = {}
  for (const id of Object.keys(specs)) {
    const answer = await agent.request({ type: 'ProcResultRequest', proc_id: id })
    assert.equal(answer?.type, 'ProcResult')
    results[id] = answer.res
  }
  return results
}

function stdout(result: ProcResult | undefined): string | null {
  assert.deepEqual(result?.errors, [])
  const out = result.fds['stdout']
  return out?.type === 'text' ? out.text : null
}

test('limits, nice, search path and data for a descriptor', async (context) => {
  const script = 'ulimit -Sn; ulimit -Hn; nice; cat'
  const spec = shell(script, { limits: { nofile: [50, 60] }, nice: 4 }, [['stdin', { data: { text: 'déjà' } }]])
  const results = await run(context, {
    a: spec,
    b: { ...shell(''), argv: ['echo', 'found'], search_path: true, env: { inherit: ['PATH'] } },
  })
  assert.equal(stdout(results['a']), '50\n60\n4\ndéjà')
  assert.equal(stdout(results['b']), 'found\n')
})

test('user and groups', { skip: process.getuid?.() !== 0 && 'needs root' }, async (context) => {
  const results = await run(context, {
    a: shell('id -u; id -g; id -G', { user: 65534, group: 65533, groups: [65532] }),
    b: shell('id -un', { user: 'nobody' }),
  })
  assert.equal(stdout(results['a']), '65534\n65533\n65533 65532\n')
  assert.equal(stdout(results['b']), 'nobody\n')
})

test('an unknown user is refused', async (context) => {
  const agent = await startAgent(context, optionsIn(await temporaryFolder(context)))
  const specs = { a: { argv: ['/bin/true'], user: 'no-such-user' } }
  const answer = await agent.request({ type: 'ProcStartRequest', specs })
  assert.equal(answer?.type === 'RequestError' && answer.err, 'unknown user: no-such-user')
  assert.deepEqual(agent.procIds(), [])
})

test('pipes between three procs, in whatever order they are given', async (context) => {
  const from = (writer: string): Fds[number] => ['stdin', { 'pipe-read': { proc_id: writer, fd: 'stdout' } }]
  const write: Fds[number] = ['stdout', 'pipe-write']
  const results = await run(context, {
    c: shell('wc -l', {}, [from('b')]),
    a: shell('seq 1 100000', {}, [write]),
    b: shell('grep 7', {}, [from('a'), write]),
  })
  assert.equal(stdout(results['c'])?.trim(), '40951')
  assert.deepEqual([results['a']?.status?.exit_code, results['b']?.status?.exit_code], [0, 0])
})

test('a writer whose reader cannot be executed sees the end of the pipe', async (context) => {
  const results = await run(context, {
    a: shell('while echo x; do :; done', {}, [['stdout', 'pipe-write']]),
    b: { argv: ['/nonexistent'], fds: [['stdin', { 'pipe-read': { proc_id: 'a', fd: '1' } }]] },
  })
  assert.equal(results['a']?.status?.signal ?? results['a']?.status?.exit_code, 'SIGPIPE')
  assert.equal(results['b']?.state, 'error')
})

test('secrets are masked', async (context) => {
  const secret = 'correct horse'
  const encoded = Buffer.from(`user:${secret}`).toString('base64')
  const results = await run(context, { a: shell(`echo "a ${secret} b"; echo ${encoded}`, { mask: [secret] }) })
  const out = stdout(results['a']) ?? ''
  assert.match(out, /^a \*\*\* b\n.*\*\*\*.*\n$/)
  assert.ok(
    !Buffer.from(out.split('\n')[1] ?? '', 'base64')
      .toString()
      .includes('horse'),
  )
})

test('a capture with a limit keeps its true length, and a named file is the user’s', async (context) => {
  const folder = await temporaryFolder(context)
  const log = join(folder, 'log')
  const agent = await startAgent(context, optionsIn(folder))
  const fds: Fds = [
    ['stdout', { capture: { attached: false, limit: 4096, keep: 'start' } }],
    ['stderr', { capture: { mode: 'file', path: 'log', attached: false } }],
  ]
  const spec = shell('head -c 100000 /dev/zero; echo named >&2', { cwd: folder }, fds)
  assert.equal(await agent.request({ type: 'ProcStartRequest', specs: { a: spec } }), null)
  await until(agent, () => agent.counts().unended === 0)
  const answer = await agent.request({ type: 'ProcResultRequest', proc_id: 'a' })
  assert.ok(answer?.type === 'ProcResult')
  const { stdout: out, stderr: err } = answer.res.fds
  assert.deepEqual([out?.type === 'detached' && out.length, err?.type === 'detached' && err.length], [100_000, 6])
  assert.equal((await agent.request({ type: 'ProcDeleteRequest', proc_id: 'a' }))?.type, 'ProcDelete')
  assert.equal(await readFile(log, 'utf8'), 'named\n')
})

test('a time limit ends the whole tree', async (context) => {
  const script = 'trap "" TERM; sleep 1000 & sleep 1000'
  const results = await run(context, { a: shell(script, { timeout: { duration: 0.2, grace: 0.2 }, orphans: 'wait' }) })
  assert.equal(results['a']?.status?.signal, 'SIGKILL')
})
