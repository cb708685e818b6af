import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunsJson } from '@apsis/api/json'
import type { RunsQuery } from '@apsis/api/routes'
import { startApiServer } from './fixture/api-server.ts'

test('pages are by schedule time, with bounds on it, whatever the numbers of the runs', async (t) => {
  const server = await startApiServer()
  t.after(() => server.stop())
  const made: string[] = []
  for (const hour of ['03', '01', '02', '01']) {
    const times = { schedule: `2031-05-06T${hour}:00:00Z` }
    const { runs } = await server.client.schedule({ job_id: 'extract', args: { date: 'due' }, times })
    made.push(...Object.keys(runs))
  }
  const [third, first, second, firstToo] = made
  const list = async (query: RunsQuery) => {
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: { page_cursor?: string } = cursor === null ? {} : { page_cursor: cursor }
      const reply: RunsJson = await server.client.runs({ args: { date: 'due' }, page_limit: 1, ...query, ...page })
      seen.push(...Object.keys(reply.runs))
      cursor = reply.next ?? null
    } while (cursor !== null)
    return seen
  }
  assert.deepEqual(await list({ page_order: 'latest' }), [third, second, firstToo, first])
  assert.deepEqual(await list({ page_order: 'earliest', state: ['scheduled'] }), [first, firstToo, second, third])
  const two = Date.parse('2031-05-06T02:00:00Z')
  assert.deepEqual(await list({ page_order: 'latest', scheduled_before: two }), [firstToo, first])
  assert.deepEqual(await list({ scheduled_after: two }), [second, third])
  const reply = await fetch(
    `${server.base}/api/v1/runs?scheduled_after=2031-05-06T02%3A00%3A00Z&page_order=latest&date=due`,
  )
  assert.match(await reply.text(), new RegExp(`"runs":{"${third}":.*"${second}":`))
  assert.equal((await fetch(`${server.base}/api/v1/runs?scheduled_after=later`)).status, 400)
})
