import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunId, State } from '@apsis/core/run'
import { LiveRuns } from './live-runs.ts'
import { RunsWatches } from './runs-watch.ts'

test('what retention removed is no longer known, also where an answer that names it is on its way', async () => {
  const query = { jobId: 'up', args: {} }
  let finished: Partial<Record<State, RunId>> = { success: 'r1', failure: 'r2' }
  let asked = 0
  const watches = new RunsWatches({
    live: new LiveRuns(),
    runsOf: () => {
      asked++
      return Promise.resolve({ unfinished: [], finished })
    },
    post: (task) => task(),
    changed: () => {},
    known: () => {},
    failed: (_, error) => assert.fail(String(error)),
    forgotten: () => {},
  })
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const count = (state: State): number | undefined => watches.facts(query, 'r9')?.count(state)
  assert.equal(count('success'), undefined)
  await settled()
  assert.deepEqual([count('success'), count('failure')], [1, 1])
  watches.removed(new Set(['r7']))
  assert.equal(asked, 1)
  finished = { failure: 'r2' }
  watches.removed(new Set(['r1', 'r7']))
  // Asked, and not answered, when the other one goes.
  finished = {}
  watches.removed(new Set(['r2']))
  await settled()
  assert.deepEqual([count('success'), count('failure'), asked], [0, 0, 3])
})
