import assert from 'node:assert/strict'
import test from 'node:test'
import { parseJob } from '@apsis/core/job'
import { registry } from '@apsis/kinds/builtin'
import { LiveRuns } from './live-runs.ts'
import { Relabels, type RelabelPorts } from './relabels.ts'
import { runAfter } from './run.fixture.ts'

const parsed = parseJob('metadata: {labels: [x]}\nprogram: {type: no-op}\n', {
  jobId: 'job',
  path: 'job.yaml',
  registry,
  digest: (text) => text,
})

test('a run that is withdrawn before what was decided earlier is durable is not taken up as it was read', async () => {
  assert.ok(parsed.ok)
  const { job } = parsed
  const live = new LiveRuns()
  const durable: (() => void)[] = []
  const takenUp: string[] = []
  let pages = 0
  const run = runAfter({ type: 'schedule', message: 'then' })
  const ports: RelabelPorts = {
    live,
    committer: {
      extra: () => {},
      after: (callback) => void durable.push(callback),
      whenRoom: (callback) => callback(),
    },
    definitions: { get: () => job },
    table: { apply: () => {} },
    read: { runs: () => Promise.resolve({ runs: pages++ === 0 ? [run] : [], next: null }) },
    reads: { add: (_what, read, then) => void read().then(then, assert.fail) },
    isChanging: () => false,
    takeUp: ({ id }) => void takenUp.push(id),
    post: (task) => task(),
  }
  const relabels = new Relabels(ports)
  relabels.load([{ id: 'job', json: {} }])
  relabels.go()
  live.delete(run.id)
  for (const callback of durable.splice(0)) callback()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(takenUp, [])
})
