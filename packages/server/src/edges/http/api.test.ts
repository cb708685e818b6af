import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { ApiError } from '@apsis/api/client'
import { ROUTES } from '@apsis/api/routes'
import { runId } from '@apsis/core/run'
import { type ApiServer, NOW, startApiServer } from './fixture/api-server.ts'
import { member } from './fixture/member.ts'

let server: ApiServer
before(async () => {
  server = await startApiServer()
})
after(() => server.stop())

async function refused(promise: Promise<unknown>, status: number, code: string, text?: RegExp): Promise<ApiError> {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof ApiError, String(error))
  assert.deepEqual([error.status, error.code], [status, code], error.message)
  if (text !== undefined) assert.match(error.message, text)
  return error
}

async function get(
  path: string,
  init?: RequestInit,
): Promise<{ status: number; json: Record<string, unknown>; headers: Headers }> {
  const reply = await fetch(server.base + path, init)
  const json: unknown = await reply.json()
  assert.ok(typeof json === 'object' && json !== null)
  return { status: reply.status, json: { ...json }, headers: reply.headers }
}

describe('jobs', () => {
  test('the jobs are listed, and filtered by label', async () => {
    assert.deepEqual(
      (await server.client.jobs()).map((job) => job.job_id),
      ['team/daily report', 'team/extract'],
    )
    assert.deepEqual(
      (await server.client.jobs({ label: 'demo' })).map((job) => job.job_id),
      ['team/daily report'],
    )
    assert.deepEqual(await server.client.jobs({ label: 'none' }), [])
  })

  test('a job is found by its id, slashes escaped or not, or by the beginnings of its words', async () => {
    for (const target of ['team/daily report', 'daily', 'rep da', 'team daily']) {
      assert.equal((await server.client.job(target)).job_id, 'team/daily report', target)
    }
    assert.equal((await get('/api/v1/jobs/team/daily%20report')).json['job_id'], 'team/daily report')
    assert.equal((await get('/api/v1/jobs/team/daily%20report/')).json['job_id'], 'team/daily report')
  })

  test('an unknown job is 404, an ambiguous one 400', async () => {
    await refused(server.client.job('nothing'), 404, 'JOB_UNKNOWN', /no job_id nothing/)
    await refused(
      server.client.job('team'),
      400,
      'JOB_AMBIGUOUS',
      /ambiguous job id: team\/daily report, team\/extract/,
    )
  })
})

describe('making runs', () => {
  test('a run is made and shown', async () => {
    const { runs } = await server.client.schedule({ job_id: 'extract', args: { date: '2026-01-01' } })
    const [run] = Object.values(runs)
    assert.equal(run?.job_id, 'team/extract')
    assert.equal(run?.program?.['type'], 'no-op')
    assert.equal((await server.client.run(run?.run_id ?? '')).run_id, run?.run_id)
  })

  test('a count makes so many, none with 0', async () => {
    const body = { job_id: 'extract', args: { date: 'x' } }
    assert.equal(Object.keys((await server.client.schedule(body, { count: 3 })).runs).length, 3)
    assert.deepEqual((await server.client.schedule(body, { count: 0 })).runs, {})
  })

  test('args that are not those of the job make nothing', async () => {
    const next = await server.store.read.nextRun()
    await refused(
      server.client.schedule({ job_id: 'extract' }),
      400,
      'ARGS',
      /missing args \(date\) for job team\/extract/,
    )
    assert.equal(await server.store.read.nextRun(), next)
  })

  test('a job document is taken in as an ad hoc job; a bad one is refused with its place', async () => {
    const { runs } = await server.client.schedule({ job: { program: { type: 'no-op' } } })
    assert.equal(Object.values(runs)[0]?.job_id, 'adhoc-1')
    const error = await refused(server.client.schedule({ job: { program: { type: 'no-opp' } } }), 400, 'JOB_INVALID')
    assert.match(JSON.stringify(error.details), /"key":"program/)
  })

  test('a stop that is neither time nor duration is refused with its place', async () => {
    const body = { job_id: 'extract', args: { date: 'x' }, times: { stop: 'later' } }
    const error = await refused(server.client.schedule(body), 400, 'REQUEST_INVALID')
    assert.match(JSON.stringify(error.details), /times\.stop/)
  })

  test('an unknown job is 400 here, as the existing server answers', async () => {
    await refused(server.client.schedule({ job_id: 'nothing' }), 400, 'JOB_NO_MATCH', /no job id match: nothing/)
  })
})

describe('listing runs', () => {
  test('pages follow each other by cursor without gap or repeat', async () => {
    const made = await server.makeRuns(25, { date: 'pages' })
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof server.client.runSummaries>> = await server.client.runSummaries({
        args: { date: 'pages' },
        page_limit: 10,
        page_order: 'oldest',
        ...(cursor === null ? {} : { page_cursor: cursor }),
      })
      seen.push(...Object.keys(page.runs))
      cursor = page.next ?? null
    } while (cursor !== null)
    assert.deepEqual(seen, made)
  })

  test('a call as the existing client makes it gets everything, in full', async () => {
    await server.makeRuns(250, { date: 'many' })
    const { status, json } = await get('/api/v1/runs?job_id=extract&date=many')
    assert.equal(status, 200)
    assert.equal(Object.keys(json['runs'] ?? {}).length, 250)
    assert.equal(json['next'], null)
  })

  test('filters are by id, state and arg; an arg can be named _state', async () => {
    const [first = runId(1)] = await server.makeRuns(1, { date: 'filter' })
    await server.client.skip(first)
    const ids = async (query: string) => Object.keys((await get(`/api/v1/runs?${query}`)).json['runs'] ?? {})
    assert.deepEqual(await ids(`run_id=${first}`), [first])
    assert.deepEqual(await ids('date=filter&state=skipped'), [first])
    assert.deepEqual(await ids('date=filter&state=running,success'), [])
    assert.deepEqual(await ids('date=filter&_state=x'), [])
    assert.deepEqual(await ids('job_id=no-such-job'), [])
  })
})

describe('operations', () => {
  test('skip, mark and rerun do what they say, and refuse what the state does not allow', async () => {
    const [id = ''] = await server.makeRuns(1)
    await refused(server.client.mark(id, 'error'), 400, 'RUN_STATE')
    await server.client.skip(id)
    assert.equal((await server.client.run(id)).state, 'skipped')
    await refused(server.client.skip(id), 400, 'RUN_STATE', /can't skip/)
    await refused(server.client.mark(id, 'skipped'), 400, 'RUN_MARK_SAME')
    await server.client.mark(id, 'error')
    const rerun = await server.client.rerun(id)
    assert.deepEqual(Object.keys(rerun.runs), [rerun.show_run_id])
    assert.deepEqual((await server.client.runLog(id)).map(({ message }) => message).slice(0, 2), [
      'scheduled: now',
      'skipped',
    ])
  })

  test('every operation on an unknown run is 404, whatever its id', async () => {
    const { client } = server
    for (const id of ['r999999', 'x', 'r0', 'r1/../r2']) {
      await refused(client.start(id), 404, 'RUN_UNKNOWN')
      await refused(client.skip(id), 404, 'RUN_UNKNOWN')
      await refused(client.stop(id), 404, 'RUN_UNKNOWN')
      await refused(client.signal(id, 'TERM'), 404, 'RUN_UNKNOWN')
      await refused(client.mark(id, 'success'), 404, 'RUN_UNKNOWN')
      await refused(client.rerun(id), 404, 'RUN_UNKNOWN')
      await refused(client.run(id), 404, 'RUN_UNKNOWN', /unknown run/)
      await refused(client.runLog(id), 404, 'RUN_UNKNOWN')
      await refused(client.output(id, 'output'), 404, 'RUN_UNKNOWN')
      assert.deepEqual(await client.outputs(id), [])
    }
  })

  test('a signal is a number or a name', async () => {
    const [id = ''] = await server.makeRuns(1)
    await refused(server.client.signal(id, 'SIGFOO'), 400, 'REQUEST_INVALID', /invalid signal: SIGFOO/)
    await refused(server.client.signal(id, 'TERM'), 400, 'RUN_STATE')
  })

  test('stop, signal and mark take PUT and POST', async () => {
    for (const method of ['PUT', 'POST']) {
      const { status } = await get('/api/v1/runs/r999999/stop', { method })
      assert.equal(status, 404)
    }
  })
})

describe('outputs', () => {
  const text = 'hello, output'
  const makeOutput = async (): Promise<string> => {
    const [id = runId(1)] = await server.makeRuns(1)
    await server.store.appendOutput([
      { runId: id, outputId: 'output', offset: 0, data: new TextEncoder().encode(text) },
    ])
    return id
  }

  test('an output is read whole, and by range', async () => {
    const id = await makeOutput()
    const { client } = server
    const read = async (range?: { start: number; end?: number }) => {
      const { data, start, total } = await client.output(id, 'output', range)
      return [new TextDecoder().decode(data), start, total]
    }
    assert.deepEqual(await client.outputs(id), [
      {
        output_id: 'output',
        output_len: 13,
        name: 'combined stdout & stderr',
        content_type: 'application/octet-stream',
      },
    ])
    assert.deepEqual(await read(), [text, 0, 13])
    assert.deepEqual(await read({ start: 7 }), ['output', 7, 13])
    assert.deepEqual(await read({ start: 7, end: 10 }), ['out', 7, 13])
    assert.deepEqual(await read({ start: 7, end: 1000 }), ['output', 7, 13])
    await refused(client.output(id, 'output', { start: 13 }), 416, 'RANGE', /13 bytes/)
    await refused(client.output(id, 'other'), 404, 'OUTPUT_UNKNOWN', /no output other/)
  })

  test('the last bytes can be asked for; several ranges give the whole', async () => {
    const id = await makeOutput()
    const read = async (range: string) => {
      const reply = await fetch(`${server.base}/api/v1/runs/${id}/output/output`, { headers: { range } })
      return [reply.status, await reply.text(), reply.headers.get('content-range')]
    }
    assert.deepEqual(await read('bytes=-6'), [206, 'output', 'bytes 7-12/13'])
    assert.deepEqual(await read('bytes=0-1,3-4'), [200, text, null])
    assert.deepEqual(await read('lines=1-2'), [200, text, null])
  })

  test('a browser takes an output for bytes and nothing else', async () => {
    const id = await makeOutput()
    const { headers } = await fetch(`${server.base}/api/v1/runs/${id}/output/output`)
    assert.equal(headers.get('content-type'), 'application/octet-stream')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  })

  test('an output of many pieces arrives whole', async () => {
    const [id = runId(1)] = await server.makeRuns(1)
    const data = new Uint8Array(3_000_000).map((_, index) => index % 251)
    await server.store.appendOutput([{ runId: id, outputId: 'output', offset: 0, data }])
    const read = await server.client.output(id, 'output')
    assert.ok(Buffer.from(data).equals(Buffer.from(read.data)))
  })
})

describe('the server', () => {
  test('it says that it lives, its version, and how it is doing', async () => {
    const { client } = server
    await client.alive()
    await client.running()
    assert.equal(await client.version(), '1.2.3')
    const { feed, start_time } = await client.stats()
    assert.equal(feed.seq, server.hub.seq)
    assert.equal(start_time, '2026-01-02T03:04:05.678+00:00')
  })

  test('a reload says what changed; one that fails names job and place', async () => {
    assert.deepEqual(await server.client.reloadJobs({ dry_run: true }), {
      added: ['a'],
      changed: [],
      removed: ['b'],
      dry_run: true,
    })
    const error = await refused(server.client.reloadJobs(), 400, 'JOBS_INVALID', /errors loading jobs in \/jobs/)
    assert.equal(error.jobErrors?.[0]?.[0], 'bad')
    assert.match(error.jobErrors?.[0]?.[1] ?? '', /missing key: program/)
  })

  test('it is asked to shut down, or to restart', async () => {
    await server.client.shutDown()
    await server.client.shutDown({ restart: true })
    assert.deepEqual(server.shutDowns, [false, true])
  })

  test('the ledger is answered', async () => {
    const { instants, truncated, counts } = await server.client.instants({ from: NOW, to: NOW + 1000 })
    assert.deepEqual([instants, truncated, counts.undecided], [[], false, 0])
  })

  test('agents are listed', async () => {
    assert.deepEqual([await server.client.connections(), await server.client.groups()], [{}, {}])
  })
})

describe('requests that are not as they should be', () => {
  test('unknown paths below /api are 404 JSON; other methods 405 with those that would do', async () => {
    for (const path of ['/api', '/api/v1', '/api/v1/nothing', '/api/v2/jobs', '/api/v1/runs/r1/nothing']) {
      const { status, json } = await get(path)
      assert.deepEqual([status, json['code']], [404, 'NOT_FOUND'], path)
    }
    const { status, json, headers } = await get('/api/v1/runs', { method: 'DELETE' })
    assert.deepEqual([status, json['code'], headers.get('allow')], [405, 'METHOD_NOT_ALLOWED', 'GET, POST'])
  })

  const bad: readonly (readonly [string, RequestInit, RegExp])[] = [
    ['/api/v1/runs?state=runnin', {}, /"in":"query","path":"state/],
    ['/api/v1/runs?since=now', {}, /"path":"since"/],
    ['/api/v1/runs?run_id=7', {}, /"path":"run_id/],
    ['/api/v1/runs?summary=perhaps', {}, /"path":"summary"/],
    ['/api/v1/runs?page_limit=99999', {}, /"path":"page_limit"/],
    ['/api/v1/runs?job_id=a&job_id=b', {}, /"path":"job_id"/],
    ['/api/v1/jobs?label=a&label=b', {}, /"path":"label"/],
    ['/api/v1/instants', {}, /"path":"from"/],
    ['/api/v1/instants?from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z', {}, /not to be after/],
    ['/api/v1/runs', { method: 'POST' }, /"in":"body".*expected a JSON body/],
    ['/api/v1/runs', { method: 'POST', body: '{' }, /"in":"body".*not JSON/],
    ['/api/v1/runs', { method: 'POST', body: '[]' }, /"in":"body"/],
    ['/api/v1/runs', { method: 'POST', body: '{}' }, /missing job_id or job/],
    ['/api/v1/runs', { method: 'POST', body: '{"job_id": 7}' }, /"path":"job_id"/],
    ['/api/v1/runs', { method: 'POST', body: '{"job_id":"j","args":{"a":[1]}}' }, /"path":"args.a"/],
    ['/api/v1/runs', { method: 'POST', body: '{"job_id":"j","times":{"schedule":"soon"}}' }, /"path":"times.schedule"/],
    ['/api/v1/runs?count=x', { method: 'POST', body: '{"job_id":"j"}' }, /"path":"count"/],
    ['/api/v1/runs?count=-1', { method: 'POST', body: '{"job_id":"j"}' }, /"path":"count"/],
    ['/api/v1/runs/r1/mark/running', { method: 'POST' }, /"in":"path","path":"state".*not a state: 'running'/],
    ['/api/control/reload_jobs?dry_run=maybe', { method: 'POST' }, /"path":"dry_run"/],
    ['/api/control/shut_down?restart=maybe', { method: 'POST' }, /"path":"restart"/],
  ]
  for (const [path, init, place] of bad) {
    test(`${init.method ?? 'GET'} ${path} ${typeof init.body === 'string' ? init.body : ''} is 400 with its place`, async () => {
      const { status, json } = await get(path, init)
      assert.deepEqual([status, json['code']], [400, 'REQUEST_INVALID'], JSON.stringify(json))
      assert.match(JSON.stringify(json['details']), place)
    })
  }

  test('a path that is not properly escaped is 400, and a body that is too large 413', async () => {
    assert.equal((await get('/api/v1/jobs/%zz')).status, 400)
    const { status, json } = await get('/api/v1/runs', { method: 'POST', body: 'x'.repeat((4 << 20) + 1) })
    assert.deepEqual([status, json['code']], [413, 'BODY_TOO_LARGE'])
  })

  test('whoever calls the server by a name that is not its own is refused, and told which names are', async () => {
    for (const path of ['/api/v1/runs', '/', '/nothing']) {
      const { status, text } = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
        request(server.base + path, { headers: { host: 'evil.example' } }, (reply) => {
          let text = ''
          reply.setEncoding('utf8').on('data', (part: string) => void (text += part))
          reply.on('end', () => resolve({ status: reply.statusCode, text }))
        })
          .on('error', reject)
          .end()
      })
      assert.equal(status, 403)
      const reply: unknown = JSON.parse(text)
      assert.equal(member(reply, 'code'), 'ORIGIN')
      assert.match(
        String(member(reply, 'error')),
        /^Host is "evil\.example": expected an IP address or one of localhost/,
      )
    }
  })

  test('a page of another site can change nothing', async () => {
    const init = { method: 'POST', headers: { origin: 'http://evil.example' } }
    const { status, json } = await get('/api/v1/runs/r1/skip', init)
    assert.deepEqual([status, json['code']], [403, 'ORIGIN'])
    assert.equal(
      (await get('/api/v1/runs/r999999/skip', { method: 'POST', headers: { origin: server.base } })).status,
      404,
    )
  })

  test('nothing of all this is a defect', () => {
    assert.deepEqual(server.errors, [])
  })
})

test('the OpenAPI document has every route, with its query', async () => {
  const { json } = await get('/api/openapi.json')
  assert.equal(json['openapi'], '3.1.0')
  for (const route of ROUTES) {
    const path = route.path.replace(/[:*]([a-z_]+)/g, '{$1}')
    for (const method of route.methods)
      assert.ok(member(json, 'paths', path, method.toLowerCase()) !== undefined, `${method} ${path}`)
  }
  const listing: unknown = member(json, 'paths', '/api/v1/runs', 'get', 'parameters')
  assert.ok(Array.isArray(listing))
  const limit: unknown = listing.find((parameter) => member(parameter, 'name') === 'page_limit')
  assert.deepEqual(member(limit, 'schema'), { type: 'integer', minimum: 1, maximum: 10_000 })
  // Replies may gain members: the document must not say that they never have others.
  assert.equal(JSON.stringify(json).includes('"additionalProperties":false'), false)
})
