import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRun, type RunId, runId } from '@apsis/core/run'
import { openMemoryStore } from '@apsis/store/memory'
import type { Maintenance } from '@apsis/store/port'
import { AgeClock } from './age-clock.ts'
import { upkeepServices } from './services.ts'
import { Turns } from './turns.ts'

const DAY = 86_400_000
const NOW = 1_764_000_000_000

test('a clock that is set forward has an archive take no run and no instant that is not old enough', async () => {
  const store = openMemoryStore()
  let [passed, stepped] = [0, 0]
  const now = (): number => NOW + passed + stepped
  const ages = new AgeClock({ now, monotonic: () => passed, after: () => () => {} })
  const maintenance: Maintenance = {
    ...store.maintenance,
    due: (...asked) => store.maintenance.due(...asked),
    remove: (...asked) => store.maintenance.remove(...asked),
    countFinished: (...asked) => store.maintenance.countFinished(...asked),
    removeInstants: (...asked) => store.maintenance.removeInstants(...asked),
    archive: async (_, runs) => ({ runs: runs.length, facts: 0, outputs: 0, refused: [] }),
  }
  const gone: RunId[] = []
  const services = upkeepServices(
    maintenance,
    '/data',
    async () => '',
    ({ runIds }) => void gone.push(...runIds),
    ages,
    new Turns(),
  )
  for (const [number, age] of [
    [1, 40 * DAY],
    [2, DAY],
  ] as const) {
    const time = NOW - age
    const id = runId(number)
    const fresh = newRun(
      { id, jobId: 'a', args: {}, labels: [], origin: { type: 'request' }, schedule: time, stop: null },
      time,
    )
    const ended = { state: 'success', bound: null, handle: null, message: null, elapsed: null } as const
    const run = { ...fresh, ...ended, times: { success: time } }
    const instant = { jobId: 'a', scheduleKey: 'key', due: time, args: {}, runId: null }
    await store.commit({
      runs: [{ run, expect: null, facts: [] }],
      instants: [{ ...instant, verdict: 'missed', reason: null, decidedAt: time }],
    })
  }
  const instants = async (): Promise<number> => (await store.read.instants('a', 0, NOW, 9)).length
  stepped = 365 * DAY
  const before = (): number => now() - 30 * DAY
  assert.equal(await services.countFinished(before()), 1)
  assert.deepEqual((await services.archive('old.db', before(), 9)).runIds, ['r1'])
  assert.deepEqual([await services.countFinished(before()), await instants()], [0, 1])
  assert.deepEqual((await services.archive('old.db', before(), 9)).runIds, [])
  // A day later the clock is taken to be right.
  passed = DAY
  ages.now()
  passed = 2 * DAY
  assert.deepEqual((await services.archive('old.db', before(), 9)).runIds, ['r2'])
  assert.deepEqual([await instants(), gone], [0, ['r1', 'r2']])
})
