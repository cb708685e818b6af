import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_BULK } from '@apsis/api/json'
import { startMainServer } from './fixture/main-server.ts'
import { refused } from './fixture/refused.ts'

test('at most 10,000 runs a call, which says that there are more; others are served meanwhile', {
  timeout: 60_000,
}, async (t) => {
  const server = await startMainServer({ later: 'program: {type: no-op}\n' })
  t.after(() => server.stop())
  const { client } = server
  const schedule = new Date(Date.now() + 3_600_000).toISOString()
  const make = (count: number): Promise<unknown> => client.schedule({ job_id: 'later', times: { schedule } }, { count })
  await make(MAX_BULK)
  await make(5)
  const body = { query: 'job:later state:scheduled', operation: { type: 'skip' } } as const
  const preview = await client.bulk(body)
  const { matches, matches_more, applies, more } = preview
  assert.deepEqual([matches, matches_more, applies, more], [MAX_BULK, true, MAX_BULK, true])
  await refused(client.bulk({ ...body, dry_run: false, expect: MAX_BULK - 1 }), 409, 'RUNS_MORE')
  const started = performance.now()
  const done = client.bulk({ ...body, dry_run: false, expect: MAX_BULK })
  let longest = 0
  let asked = 0
  const over = new AbortController()
  const watched = done.finally(() => over.abort())
  // Whoever asks meanwhile waits for no more than a slice.
  while (!over.signal.aborted) {
    const since = performance.now()
    await client.alive()
    longest = Math.max(longest, performance.now() - since)
    asked++
  }
  assert.ok(asked > 20, `${asked} others were served`)
  const { result } = await watched
  t.diagnostic(
    `${Math.round(performance.now() - started)} ms; the longest that another waited: ${Math.round(longest)} ms`,
  )
  assert.deepEqual([result?.done, result?.refused, result?.cut_short], [MAX_BULK, 0, false])
  const rest = await client.bulk(body)
  assert.deepEqual([rest.applies, rest.more], [5, false])
})
