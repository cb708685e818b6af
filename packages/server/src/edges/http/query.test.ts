import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runsJsonSchema } from '@apsis/api/json'
import { startApiServer } from './fixture/api-server.ts'

test('page_query selects runs, and says by column what is wrong with it', async (t) => {
  const server = await startApiServer()
  t.after(() => server.stop())
  const made: string[] = []
  for (const hour of ['01', '02', '03']) {
    const times = { schedule: `2031-05-06T${hour}:00:00Z` }
    const { runs } = await server.client.schedule({ job_id: 'extract', args: { date: `d${hour}` }, times })
    made.push(...Object.keys(runs))
  }
  const ids = async (page_query: string, page_zone = 'UTC'): Promise<readonly string[]> => {
    const { runs } = await server.client.runs({ page_query, page_zone, page_limit: 10 })
    return Object.keys(runs)
  }
  assert.deepEqual(await ids('EXTR date=d02'), [made[1]])
  assert.deepEqual(await ids('date=d01,d03 state:scheduled'), [made[2], made[0]])
  assert.deepEqual(await ids('date= since:2031-05-06T11:00 !date=d03', 'Asia/Tokyo'), [made[1]])
  const reply = await fetch(`${server.base}/api/v1/runs?page_query=${encodeURIComponent('ok state:sucess id:9')}`)
  assert.equal(reply.status, 400)
  const body: unknown = await reply.json()
  assert.deepEqual(body, {
    code: 'REQUEST_INVALID',
    error: [
      'query page_query: column 10: no state "sucess"; expected one of new, scheduled, waiting, starting, running, stopping, success, failure, error, skipped. Did you mean success?',
      'query page_query: column 20: not a run id: "9"; expected r and a number, such as r12. Did you mean r9?',
    ].join('; '),
    details: [
      {
        in: 'query',
        path: 'page_query',
        column: 10,
        message:
          'column 10: no state "sucess"; expected one of new, scheduled, waiting, starting, running, stopping, success, failure, error, skipped. Did you mean success?',
      },
      {
        in: 'query',
        path: 'page_query',
        column: 20,
        message: 'column 20: not a run id: "9"; expected r and a number, such as r12. Did you mean r9?',
      },
    ],
  })
  const zone = await fetch(`${server.base}/api/v1/runs?page_query=since:today&page_zone=Mars`)
  assert.equal(zone.status, 400)
  // The name alone is no arg filter: nothing has an arg of that name, and all runs are listed.
  const all = await fetch(`${server.base}/api/v1/runs?page_query=&date=d01`)
  assert.deepEqual(Object.keys(runsJsonSchema.parse(await all.json()).runs), [made[0]])
})
