import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '@apsis/api/client'
import { formatTime } from '@apsis/api/json'
import { parseQuery } from '@apsis/core/query'
import { ALL_RUNS, type RunFilter } from './filter.ts'
import { loadFinished, loadFirst } from './load.ts'

const ALL: RunFilter = { ...ALL_RUNS, jobText: 'x' }

/** A server without a run, that says of the runs in some state that there are more; and what it was asked. */
function listening(more: string | null = null) {
  const asked: string[] = []
  const client = createClient({
    base: 'http://server',
    fetch: async (url) => {
      const { searchParams } = new URL(url)
      asked.push([...searchParams].map(([name, value]) => `${name}=${value}`).join(' '))
      const next = more !== null && searchParams.getAll('state').includes(more) ? 'more' : null
      return Response.json({
        when: formatTime(0),
        runs: {},
        next,
        ...(next === null ? {} : { reached: formatTime(5_000) }),
      })
    },
  })
  return { client, asked: () => asked.toSorted() }
}

const COMING = 'job_text=x page_limit=500 page_order=earliest state=new state=scheduled'
const LIVE = 'job_text=x page_limit=1000 page_order=earliest state=waiting state=starting state=running state=stopping'
const FINISHED = 'job_text=x page_limit=200 page_order=latest state=success state=failure state=error state=skipped'

test('WEB14: a list begins with the soonest to come, the live ones, and the latest finished ones', async () => {
  const { client, asked } = listening()
  const first = await loadFirst(client, ALL, () => {})
  assert.deepEqual(first, {
    finished: { next: null, short: false, reached: null },
    truncated: false,
    moreComing: false,
  })
  assert.deepEqual(
    asked().map((query) => query.replace('summary=true ', '')),
    [LIVE, COMING, FINISHED].toSorted(),
  )
})

test('WEB14: states that the filter leaves out are not asked for', async () => {
  const { client, asked } = listening()
  await loadFirst(client, { ...ALL, states: ['failure'] }, () => {})
  assert.equal(asked().length, 1)
  assert.match(asked()[0] ?? '', /page_order=latest.* state=failure$/)
  await loadFinished(client, { ...ALL, states: ['scheduled'] }, null, () => {})
  assert.equal(asked().length, 1)
})

test('WEB15: an empty page is not the last, and the requests are bounded', async () => {
  for (const [state, truncated, moreComing] of [
    ['scheduled', false, true],
    ['running', true, false],
  ] as const) {
    const { client, asked } = listening(state)
    const first = await loadFirst(client, ALL, () => {})
    assert.deepEqual([first.truncated, first.moreComing], [truncated, moreComing])
    const followed = asked().filter((query) => query.includes('page_cursor=more'))
    assert.equal(followed.length, 11)
  }
})

test('WEB16: a short page says how far it has come', async () => {
  const { client } = listening('failure')
  const page = await loadFinished(client, ALL, null, () => {})
  assert.deepEqual(page, { next: 'more', short: true, reached: 5_000 })
})

test('WEB19: the query is written out', async () => {
  const { client, asked } = listening()
  const zone = { localAt: (at: number) => at, instantsOf: (local: number) => [local] }
  const read = parseQuery('since:1h date=5', { now: 7_200_000, zone })
  assert.ok(read.ok)
  await loadFinished(client, { ...ALL_RUNS, query: read.query }, null, () => {})
  assert.match(asked()[0] ?? '', /page_query=since:1970-01-01T01:00:00\+00:00 date=5 /)
})
