import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRun, type RunId, runId } from '@apsis/core/run'
import { openMemoryStore } from '@apsis/store/memory'
import type { Maintenance } from '@apsis/store/port'
import { AgeClock } from './age-clock.ts'
import { Retention } from './retention.ts'
import { upkeepServices } from './services.ts'
import { Turns } from './turns.ts'

const NOW = 1_764_000_000_000
const RUNS = 700

test('retention and a job that archives take turns: no run is copied twice, and what each says that it took is what it took', async () => {
  const store = openMemoryStore()
  const clock = { now: () => NOW, monotonic: () => 0, after: () => () => {} }
  const ages = new AgeClock(clock)
  const copied = new Map<RunId, string>()
  const twice: RunId[] = []
  const maintenance: Maintenance = {
    ...store.maintenance,
    jobIds: () => store.maintenance.jobIds(),
    due: (...asked) => store.maintenance.due(...asked),
    remove: (...asked) => store.maintenance.remove(...asked),
    removeInstants: (...asked) => store.maintenance.removeInstants(...asked),
    archive: async (path, runs) => {
      for (const { runId: id } of runs) {
        if (copied.has(id)) twice.push(id)
        copied.set(id, path)
      }
      return { runs: runs.length, facts: 0, outputs: 0, refused: [] }
    },
  }
  const time = NOW - 1_000
  for (let number = 1; number <= RUNS; number++) {
    const origin = { type: 'request' } as const
    const fresh = newRun(
      { id: runId(number), jobId: 'a', args: {}, labels: [], origin, schedule: time, stop: null },
      time,
    )
    const ended = { state: 'success', bound: null, handle: null, message: null, elapsed: null } as const
    await store.commit({ runs: [{ run: { ...fresh, ...ended, times: { success: time } }, expect: null, facts: [] }] })
  }
  const turns = new Turns()
  const gone: RunId[] = []
  const told = ({ runIds }: { readonly runIds: readonly RunId[] }): void => void gone.push(...runIds)
  const rule = { job: '**', states: ['success'], age: 1, count: null, archive: 'ret.db' } as const
  const retention = new Retention({
    rules: [rule],
    maintenance,
    dataFolder: '/data',
    clock: { ...clock, after: (_, callback) => (queueMicrotask(callback), () => {}) },
    ages,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    turns,
    gone: told,
  })
  const services = upkeepServices(maintenance, '/data', async () => '', told, ages, turns)
  const took: RunId[] = []
  const archiving = async (): Promise<void> => {
    for (;;) {
      const { runIds } = await services.archive('old.db', NOW, 50)
      if (runIds.length === 0) return
      took.push(...runIds)
    }
  }
  await Promise.all([retention.pass(), archiving()])
  assert.deepEqual(twice, [])
  assert.deepEqual([copied.size, gone.length, new Set(gone).size], [RUNS, RUNS, RUNS])
  assert.deepEqual([took.length + retention.removed, took.length > 0, retention.removed > 0], [RUNS, true, true])
  assert.deepEqual(
    took.filter((id) => copied.get(id) !== '/data/old.db'),
    [],
  )
})
