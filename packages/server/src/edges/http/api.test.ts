import assert from 'node:assert/strict'
import type { InstantsJson } from '@apsis/api/json'
import { after, before, describe, test } from 'node:test'
import { runId, step } from '@apsis/core/run'
import { formatTime } from '@apsis/api/json'
import { type ApiServer, NOW, startApiServer } from './fixture/api-server.ts'
import { refused } from './fixture/refused.ts'

let server: ApiServer
before(async () => {
  server = await startApiServer()
})
after(() => server.stop())

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

  test('a run that ended in error before its program ran has the message for its output, unless it has another', async () => {
    const { client, store } = server
    const [id = runId(1)] = await server.makeRuns(1)
    const run = await store.read.run(id)
    assert.ok(run !== null)
    const bind = { ok: false, message: 'no é in the template' } as const
    const ended = step(run, { type: 'due', bind, handle: { id: `${id}-p`, on: 'server', agent: null } }, NOW)
    assert.ok(ended.ok && ended.run.state === 'error')
    await store.commit({ runs: [{ run: ended.run, expect: run.version, facts: [] }] })
    const [output] = await client.outputs(id)
    const message = new TextEncoder().encode('no é in the template\n')
    assert.deepEqual([output?.output_id, output?.output_len], ['output', message.length])
    assert.deepEqual(new Uint8Array((await client.output(id, 'output')).data), message)
    await refused(client.output(id, 'other'), 404, 'OUTPUT_UNKNOWN')
    await store.appendOutput([{ runId: id, outputId: 'output', offset: 0, data: new TextEncoder().encode('its own') }])
    assert.equal(new TextDecoder().decode((await client.output(id, 'output')).data), 'its own')
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
      plan: {
        from: formatTime(NOW),
        to: formatTime(NOW + 86_400_000),
        withdrawn: 0,
        created: 24,
        jobs: [{ job_id: 'a', change: 'added', withdrawn: 0, created: 24, more: false }],
        jobs_left: 0,
        orphans: [{ job_id: 'c', names: 'b', place: 'condition', index: 0 }],
      },
    })
    const error = await refused(server.client.reloadJobs(), 400, 'JOBS_INVALID', /errors loading jobs in \/jobs/)
    assert.equal(error.jobErrors?.[0]?.[0], 'bad')
    assert.match(error.jobErrors?.[0]?.[1] ?? '', /missing key: program/)
  })

  test('a change of the jobs that the store refuses is a conflict, and says that the former jobs stay', async () => {
    const refusing = await startApiServer({ refusesJobs: true })
    try {
      const text = /the store refused the change of the jobs: those before it stay in force.*may be tried again/
      await refused(refusing.client.reloadJobs(), 409, 'CONFLICT', text)
      const job = { program: { type: 'no-op' } }
      await refused(refusing.client.schedule({ job }), 409, 'CONFLICT', text)
      assert.deepEqual((await refusing.client.jobs()).length, (await server.client.jobs()).length)
    } finally {
      await refusing.stop()
    }
  })

  test('it is asked to shut down, or to restart', async () => {
    await server.client.shutDown()
    await server.client.shutDown({ restart: true })
    assert.deepEqual(server.shutDowns, [false, true])
  })

  test('the ledger is answered', async () => {
    const { instants, truncated, counts } = await server.client.instants({ from: NOW, to: NOW + 1000 })
    assert.deepEqual([instants, truncated, counts], [[], false, null])
    const counted = await server.client.instants({ from: NOW, to: NOW + 1000, counts: true })
    assert.equal(counted.counts?.undecided, 0)
  })

  test('the ledger is paged, filtered by verdict, and summed up', async () => {
    const from = Date.UTC(2025, 0, 1)
    const base = { jobId: 'team/daily report', scheduleKey: 'k#1', args: {}, runId: null, reason: 'away' }
    const rows = [0, 1, 2, 3, 4].map((n) => ({
      ...base,
      due: from + n,
      verdict: n === 3 ? ('skipped' as const) : ('missed' as const),
      decidedAt: from + 100,
    }))
    await server.commit({ instants: rows })
    const span = { from, to: from + 1_000 }
    const seen: string[] = []
    for (let after: string | null = ''; after !== null; ) {
      const page: InstantsJson = await server.client.instants({
        ...span,
        limit: 2,
        verdict: ['missed', 'undecided'],
        ...(after === '' ? {} : { after }),
      })
      seen.push(...page.instants.map(({ due, verdict }) => `${due} ${verdict}`))
      assert.equal(page.truncated, page.next !== null)
      after = page.next
    }
    assert.deepEqual(
      seen,
      ['.000', '.001', '.002', '.004'].map((ms) => `2025-01-01T00:00:00${ms}+00:00 missed`),
    )
    const summary = await server.client.ledgerSummary(span)
    assert.deepEqual([summary.counts.missed, summary.counts.skipped, summary.unaccounted], [4, 1, 0])
    const { status, json } = await get(
      '/api/v1/instants?from=2025-01-01T00:00:00Z&to=2025-01-02T00:00:00Z&after=%5B1%5D',
    )
    assert.deepEqual([status, json['code']], [400, 'REQUEST_INVALID'])
  })

  test('what does not fit together is told', async () => {
    const report = await server.client.sanity()
    assert.deepEqual([report.unaccounted, report.unscheduled.total, report.late.total], [1, 0, 1])
    assert.deepEqual(report.orphaned.list, [{ run_id: 'r8', job_id: 'x', because: 'running, and the job is gone' }])
    assert.deepEqual(report.ran_late.list[0], {
      job_id: 'team/extract',
      schedule_key: 'k',
      due: report.late.list[0]?.due,
      run_id: 'r7',
      lateness: 90,
    })
  })

  test('agents are listed', async () => {
    const connections = await server.client.connections()
    assert.deepEqual([connections['c1']?.runs, connections['c1']?.drain], [3, null])
    assert.deepEqual(await server.client.groups(), { default: [connections['c1']] })
  })

  test('agents are drained, and given procs again', async () => {
    const drained = await server.client.drain('c1', { reason: 'new disk' })
    assert.deepEqual(drained.drain, { since: '2026-01-02T03:04:05.678+00:00', reason: 'new disk', drained: false })
    assert.deepEqual((await server.client.connections())['c1'], drained)
    await server.client.undrain('c1')
    assert.equal((await server.client.connections())['c1']?.drain, null)
    const put = await get('/api/procstar/connections/c2/drain', { method: 'PUT' })
    assert.deepEqual([put.status, put.json], [404, { error: 'no agent c2', code: 'AGENT_UNKNOWN' }])
    const post = await get('/api/procstar/connections/c1/undrain', { method: 'POST' })
    assert.equal(post.status, 404)
  })
})

test('nothing of all this is a defect', () => {
  assert.deepEqual(server.errors, [])
})
