import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Child, commandFile, FeedWatch, fileThere, System } from '../system/index.ts'

const WORK = `
params: [go]
program:
  type: procstar-shell
  command: |
    until [ -e {{ go }} ]; do sleep 0.05; done
    touch {{ go }}.done
`

test('E2E41: after an older copy was put back, runs have new numbers, and the agent is told to forget procs of runs that nobody knows', {
  timeout: 120_000,
}, async (t) => {
  const system = await System.create({ jobs: { work: WORK } })
  t.after(() => system.destroy())
  const [ended, goes] = [join(system.folder, 'ended'), join(system.folder, 'goes')]
  const data = join(system.folder, 'data')
  await writeFile(ended, '')
  await system.start()
  const begin = async (go: string): Promise<string> => {
    const { runs } = await system.client.schedule({ job_id: 'work', args: { go } })
    const [id = ''] = Object.keys(runs)
    return id
  }
  const before = new FeedWatch(system.url)
  const first = await begin(ended)
  await before.run(first, 'success')
  await control('backup', join(system.folder, 'copy'), '--data', data)
  // Of these the copy knows nothing: one runs, one ends while no server is there.
  const lost = [await begin(goes), await begin(join(system.folder, 'later'))]
  for (const id of lost) await before.run(id, 'running')
  before.stop()
  await system.stopServer()
  await writeFile(join(system.folder, 'later'), '')
  await control('restore', join(system.folder, 'copy'), '--data', data, '--force')
  await system.startServer()
  const feed = new FeedWatch(system.url, 'now')
  t.after(() => feed.stop())
  await feed.following
  assert.equal(await held(system), 2)
  const second = await begin(ended)
  assert.ok(Number(second.slice(1)) > 1_000_000, second)
  await feed.run(second, 'success')
  const known = await system.client.runs({})
  assert.deepEqual(Object.keys(known.runs).sort(), [first, second].sort())
  // The one that ran went on, and is released as well once it has ended.
  await writeFile(goes, '')
  await fileThere(`${goes}.done`)
  do {
    await system.stopServer()
    await system.startServer()
  } while ((await held(system)) > 0)
})

/** How many procs the agent has when it registers. */
async function held(system: System): Promise<number> {
  const [, procs] = await system.server.line(/agent connected.*procs=(\d+)/)
  return Number(procs)
}

async function control(...args: readonly string[]): Promise<void> {
  const child = new Child([commandFile('apsisctl'), ...args], process.env)
  assert.deepEqual(await child.ended, { code: 0, signal: null }, child.lines.join('\n'))
}
