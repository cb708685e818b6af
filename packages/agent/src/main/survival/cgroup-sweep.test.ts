import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import test from 'node:test'
import { findCgroup } from '../../edges/host/index.ts'
import { optionsIn, startAgent, temporaryFolder, until } from '../../fixture/agent.ts'
import { afterwards } from '../../fixture/cleanup.ts'
import type { AgentHandle } from '../index.ts'

test('SURV4: an agent removes the control groups of monitors that are gone', async (context) => {
  const found = await findCgroup()
  const parent = found.kind === 'none' ? undefined : (found.v2?.folder ?? [...found.v1.values()][0])
  if (parent === undefined) return context.skip('no control group can be made here')
  // Of no process: a pid is at most 2^22.
  const left = join(parent, 'procstar-4194305-1-0123456789abcdef')
  await mkdir(left)
  afterwards(context, () => rmdir(left).catch(() => {}))
  const agent = await startAgent(context, optionsIn(await temporaryFolder(context)))
  assert.equal((await readdir(dirname(left))).includes(basename(left)), false)
  assert.ok(agent.lines.some((line) => line.startsWith('info: control groups: ')))
})

/** The pid of a proc once it runs. */
async function pidOf(agent: AgentHandle, id: string): Promise<number> {
  for (;;) {
    const change = Promise.withResolvers<void>()
    const off = agent.onChange(() => change.resolve())
    try {
      const result = await agent.result(id, { text: false })
      if (result?.state === 'running' && result.pid !== null) return result.pid
      await change.promise
    } finally {
      off()
    }
  }
}

test('SURV4: what is left of a proc held here is warned of, what another agent left is not', async (context) => {
  const found = await findCgroup()
  const parent = found.kind === 'none' ? undefined : found.v2?.folder
  if (parent === undefined) return context.skip('no control group of v2 can be made here')
  const options = optionsIn(await temporaryFolder(context))
  const first = await startAgent(context, options)
  const specs = { a: { argv: ['/bin/sleep', '1000'] } }
  assert.equal((await first.request({ type: 'ProcStartRequest', specs }))?.type, undefined)
  const pid = await pidOf(first, 'a')
  const monitor = /^PPid:\s+(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
  const name = (await readdir(parent)).find((one) => one.startsWith(`procstar-${monitor}-`))
  assert.ok(name !== undefined)
  // What is in it keeps it from being removed, as a process would.
  const left = join(parent, name)
  await mkdir(join(left, 'inner'))
  afterwards(context, async () => {
    await rmdir(join(left, 'inner'))
    await rmdir(left)
  })
  process.kill(Number(monitor), 'SIGKILL')
  await until(first, () => first.counts().unended === 0)
  await first.stop()
  const text = `control group ${left} is left of a monitor that was killed`
  const next = await startAgent(context, options)
  assert.ok(next.lines.some((line) => line.startsWith(`warn: ${text}`)))
  const other = await startAgent(context, optionsIn(await temporaryFolder(context)))
  assert.ok(other.lines.some((line) => line.startsWith(`info: ${text}`)))
})
