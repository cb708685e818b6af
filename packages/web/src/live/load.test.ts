import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '@apsis/api/client'
import { formatTime } from '@apsis/api/json'
import type { RunFilter } from './filter.ts'
import { loadFinished, loadFirst } from './load.ts'

const ALL: RunFilter = { jobText: 'x', jobId: null, states: [] }

/** A server without a run, that says of the runs in `scheduled` that there are more; and what it was asked. */
function listening() {
  const asked: string[] = []
  const client = createClient({
    base: 'http://server',
    fetch: async (url) => {
      const { searchParams } = new URL(url)
      asked.push([...searchParams].map(([name, value]) => `${name}=${value}`).join(' '))
      const next = searchParams.getAll('state').includes('scheduled') ? 'more' : null
      return Response.json({ when: formatTime(0), runs: {}, next })
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
  assert.deepEqual(first, { next: null, truncated: false, moreComing: true })
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
