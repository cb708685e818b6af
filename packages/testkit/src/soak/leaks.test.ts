import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterwards, LocalAgent, temporaryFolder } from '../agent/index.ts'
import { atOnce, held, oneAfterAnother } from './leaks.ts'

const MIB = 1 << 20

test('SOAK2: procs one after another and many at once leave no descriptor, file, process or memory behind', async (context) => {
  const scope = afterwards(context)
  const agent = await LocalAgent.start(scope, await temporaryFolder(scope))
  const round = async (): Promise<void> => {
    await oneAfterAnother(agent, 150)
    await atOnce(agent, 50)
  }
  await round()
  const before = await held(agent)
  for (let index = 0; index < 3; index++) await round()
  const after = await held(agent)
  assert.equal(after.descriptors, before.descriptors)
  assert.equal(after.processes, before.processes)
  assert.equal(after.files, before.files)
  assert.ok(after.spawner - before.spawner < MIB, `spawner: ${before.spawner} to ${after.spawner}`)
  assert.equal(agent.handle.counts().held, 0)
  assert.deepEqual(agent.lines, [])
})
