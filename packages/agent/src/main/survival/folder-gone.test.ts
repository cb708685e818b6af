import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { ProcSpec } from '@apsis/wire/spec'
import { optionsIn, startAgent, temporaryFolder, until } from '../../fixture/agent.ts'
import type { AgentHandle } from '../index.ts'

interface Setting {
  readonly state: string
  readonly agent: AgentHandle & { readonly lines: readonly string[] }
  /** Lets the proc go on. */
  readonly open: () => Promise<void>
}

/** An agent with a proc that has written a little and waits to write more. */
async function setting(context: TestContext): Promise<Setting> {
  const folder = await temporaryFolder(context)
  const gate = join(folder, 'gate')
  execFileSync('mkfifo', [gate])
  const agent = await startAgent(context, optionsIn(folder))
  const spec: ProcSpec = {
    argv: ['/bin/sh', '-c', `echo before; read _ < ${gate}; echo after; exit 5`],
    fds: [['stdout', { capture: { encoding: 'utf-8' } }]],
  }
  assert.equal(await agent.request({ type: 'ProcStartRequest', specs: { a: spec } }), null)
  const found = agent.output('a', 1)
  assert.ok(found.kind === 'output')
  while ((await found.source.length()) === 0) {
    const growth = Promise.withResolvers<void>()
    const off = found.source.onGrowth(growth.resolve)
    if ((await found.source.length()) === 0) await growth.promise
    off()
  }
  return { state: join(folder, 'state'), agent, open: () => writeFile(gate, '\n') }
}

/** The proc ends, is told of whole, and is deleted. */
async function toTheEnd({ agent, open }: Setting): Promise<void> {
  await open()
  await until(agent, () => agent.counts().unended === 0)
  const result = await agent.result('a', { text: true })
  assert.deepEqual([result?.state, result?.errors, result?.status?.exit_code], ['terminated', [], 5])
  assert.deepEqual(result?.fds, { stdout: { type: 'text', text: 'before\nafter\n', encoding: 'utf-8' } })
  assert.deepEqual(await agent.request({ type: 'ProcDeleteRequest', proc_id: 'a' }), {
    type: 'ProcDelete',
    proc_id: 'a',
  })
}

async function untilIdle(agent: AgentHandle): Promise<void> {
  await until(agent, () => agent.shutdownState() !== 'active')
}

for (const [what, path] of [
  ['the folder', '.'],
  ['its segments', 'segments'],
  ['the journal', 'segments/000001/journal'],
  ['the lock', 'lock'],
] as const)
  test(`SURV1: ${what} is removed under a running agent`, async (context) => {
    const made = await setting(context)
    const { agent, state } = made
    await rm(join(state, path), { recursive: true })
    await untilIdle(agent)
    assert.ok(
      agent.lines.some((line) => line.startsWith(`error: the state folder ${state} is gone: ${state}/`)),
      agent.lines.join('\n'),
    )
    const refused = await agent.request({ type: 'ProcStartRequest', specs: { b: { argv: ['/bin/true'] } } })
    assert.deepEqual(refused?.type === 'RequestError' && refused.err, 'agent shutting down: idling')
    // A stop of a launcher that is killed meanwhile is no end either.
    const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    for (const pid of children.trim().split(' '))
      if ((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(`${state}/lock`))
        process.kill(Number(pid), 'SIGKILL')
    await toTheEnd(made)
    assert.equal(await agent.closed, 'folder-gone')
  })

test('SURV1: a start after the journal was removed is refused at once', async (context) => {
  const folder = await temporaryFolder(context)
  const agent = await startAgent(context, optionsIn(folder))
  rmSync(join(folder, 'state'), { recursive: true })
  const refused = await agent.request({ type: 'ProcStartRequest', specs: { b: { argv: ['/bin/true'] } } })
  assert.ok(refused?.type === 'RequestError')
  assert.match(refused.err, /^cannot record the request: .*journal was removed|^agent shutting down: /)
  assert.equal(await agent.closed, 'folder-gone')
})

test('SURV1: the folder of outputs is removed, and made again', async (context) => {
  const made = await setting(context)
  const { agent, state } = made
  await rm(join(state, 'segments/000001/out'), { recursive: true })
  while (!agent.lines.some((line) => line.startsWith(`error: outputs in ${state} were removed`))) {
    const beat = Promise.withResolvers<void>()
    const found = agent.output('a', 1)
    assert.ok(found.kind === 'output')
    // Called about once a second.
    const off = found.source.onGrowth(beat.resolve)
    await beat.promise
    off()
  }
  await toTheEnd(made)
  assert.equal(agent.shutdownState(), 'active')
  const spec: ProcSpec = { argv: ['/bin/echo', 'new'], fds: [['stdout', { capture: { encoding: 'utf-8' } }]] }
  assert.equal(await agent.request({ type: 'ProcStartRequest', specs: { b: spec } }), null)
  await until(agent, () => agent.counts().unended === 0)
  const result = await agent.result('b', { text: true })
  assert.deepEqual(result?.fds, { stdout: { type: 'text', text: 'new\n', encoding: 'utf-8' } })
})
