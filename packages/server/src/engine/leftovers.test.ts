import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRun, type Run, type RunId } from '@apsis/core/run'
import { FailingReads } from './failing-reads.ts'
import { LiveRuns } from './live-runs.ts'
import { releaseLeftovers } from './leftovers.ts'
import { RetryingReads } from './retrying-reads.ts'

const UUID = '0b8e7ad1-2f33-4c55-8a66-1f2e3d4c5b6a'

test('a proc of a run that retention removed, or whose number has another run now, is released; what may be of somebody else is left alone', async () => {
  const ours = [`r7-${UUID}`, `r8-${UUID}`, `r9-${UUID}`]
  const others = [`r10-${UUID}`, 'r9-backup', 'r7-backup', `r7-${UUID}x`, 'other']
  const ended: Partial<Record<RunId, Run>> = { r8: endedRun(`r8-${UUID}`), r9: endedRun('another') }
  const released: string[] = []
  const quiet = { info: () => {}, warn: () => {}, error: () => {} }
  const clock = { now: () => 0, monotonic: () => 0, wake: () => () => {}, after: () => () => {}, soon: () => {} }
  const reads: Promise<unknown>[] = []
  releaseLeftovers('agent', [...others, ...ours], {
    live: new LiveRuns(),
    read: {
      run: (id) => {
        const read = Promise.resolve(ended[id] ?? null)
        reads.push(read)
        return read
      },
    },
    agents: { release: (connId, procId) => void released.push(`${connId} ${procId}`) },
    reads: new RetryingReads(clock, new FailingReads(clock, quiet)),
    nextRun: () => 10,
  })
  await Promise.all(reads)
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(
    released,
    ours.map((procId) => `agent ${procId}`),
  )
})

function endedRun(procId: string): Run {
  const base = newRun(
    { id: 'r1', jobId: 'a', args: {}, labels: [], origin: { type: 'request' }, schedule: 0, stop: null },
    0,
  )
  const handle = { id: procId, on: 'agent', agent: 'agent' } as const
  return { ...base, state: 'success', bound: null, handle, message: null, elapsed: 1 }
}
