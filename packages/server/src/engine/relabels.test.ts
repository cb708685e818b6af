import assert from 'node:assert/strict'
import test from 'node:test'
import { parseJob } from '@apsis/core/job'
import { newRun, type Run, step } from '@apsis/core/run'
import { registry } from '@apsis/kinds/builtin'
import { LiveRuns } from './live-runs.ts'
import { Relabels, type RelabelPorts } from './relabels.ts'

function scheduled(): Run {
  const seed = {
    id: 'r1',
    jobId: 'job',
    args: {},
    labels: [],
    origin: { type: 'request' },
    schedule: 0,
    stop: null,
  } as const
  const result = step(newRun(seed, 0), { type: 'schedule', message: 'then' }, 0)
  assert.ok(result.ok)
  return result.run
}

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
  const run = scheduled()
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
  relabels.load([{ id: 'job' }])
  relabels.go()
  live.delete(run.id)
  for (const callback of durable.splice(0)) callback()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(takenUp, [])
})
