import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { ProcSpec } from '@apsis/wire/spec'
import { optionsIn, startAgent, temporaryFolder, until } from '../../fixture/agent.ts'
import { afterwards } from '../../fixture/cleanup.ts'
import type { AgentHandle } from '../index.ts'

/** A small disk of the test's own; null where none can be mounted. */
async function smallDisk(context: TestContext): Promise<string | null> {
  const folder = await temporaryFolder(context)
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk]).status !== 0) return null
  // The folder goes after what is mounted in it.
  afterwards(context, async () => void execFileSync('umount', ['-l', disk]))
  return disk
}

/** Takes all the room there is. The result gives it back. */
function fill(disk: string): () => void {
  const filler = join(disk, 'filler')
  spawnSync('sh', ['-c', 'cat /dev/zero > "$0"', filler], { stdio: 'ignore' })
  return () => rmSync(filler)
}

function shell(script: string): ProcSpec {
  return { argv: ['/bin/sh', '-c', script], fds: [['stdout', { capture: { attached: false } }]] }
}

async function untilPid(agent: AgentHandle, id: string): Promise<void> {
  for (;;) {
    const change = Promise.withResolvers<void>()
    const off = agent.onChange(() => change.resolve())
    const result = await agent.result(id, { text: false })
    if (result?.pid !== null) return off()
    await change.promise
    off()
  }
}

// More than what is left of the journal's last page.
const LONG = shell(`: ${'x'.repeat(10_000)}`)

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

test('SURV2: on a full disk starts are refused with the reason, procs wait with their output, and nothing is lost', async (context) => {
  const disk = await smallDisk(context)
  if (disk === null) return context.skip('needs the right to mount')
  const folder = join(disk, '..')
  const gate = (name: string): string => join(folder, `gate-${name}`)
  execFileSync('mkfifo', [gate('writes'), gate('ends')])
  writeFileSync(join(folder, 'data'), randomBytes(3_000_000))
  const agent = await startAgent(context, optionsIn(disk))
  const specs = {
    writes: shell(`read _ < ${gate('writes')}; cat ${folder}/data; echo > ${folder}/told`),
    ends: shell(`read _ < ${gate('ends')}; exit 7`),
  }
  assert.equal(await agent.request({ type: 'ProcStartRequest', specs }), null)
  await untilPid(agent, 'writes')
  await untilPid(agent, 'ends')

  const free = fill(disk)
  const first = agent.request({ type: 'ProcStartRequest', specs: { first: LONG } })
  // The first is answered when what may be left of it on the disk is withdrawn there; what comes meanwhile, at once.
  const warned = (): boolean =>
    agent.lines.some((line) => /^warn: a start request cannot be recorded: .*(ENOSPC|no space)/.test(line))
  while (!warned()) await agent.result('first', { text: false })
  const second = await agent.request({ type: 'ProcStartRequest', specs: { second: LONG } })
  assert.ok(second?.type === 'RequestError')
  assert.equal(second.err, 'cannot record the request: an earlier failure to write is not mended yet')
  writeFileSync(gate('writes'), '\n')
  writeFileSync(gate('ends'), '\n')
  assert.equal(existsSync(join(folder, 'told')), false)

  free()
  const refused = await first
  assert.ok(refused?.type === 'RequestError')
  assert.match(refused.err, /^cannot record the request: .*(ENOSPC|no space left)/)
  await until(agent, () => agent.counts().unended === 0)
  assert.deepEqual(agent.procIds(), ['ends', 'writes'])
  assert.equal((await agent.result('ends', { text: false }))?.status?.exit_code, 7)
  const written = await agent.result('writes', { text: false })
  assert.deepEqual([written?.state, written?.errors, written?.status?.exit_code], ['terminated', [], 0])
  const found = agent.output('writes', 1)
  assert.ok(found.kind === 'output')
  const data = await readFile(join(folder, 'data'))
  assert.equal(await found.source.length(), data.length)
  assert.equal(sha256(await found.source.read(0, data.length + 1)), sha256(data))
  assert.equal(await agent.request({ type: 'ProcStartRequest', specs: { after: shell('exit 3') } }), null)
  await until(agent, () => agent.counts().unended === 0)
  assert.equal((await agent.result('after', { text: false }))?.status?.exit_code, 3)
})
