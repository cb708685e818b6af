import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EDGE_CODES, STATUS_OF_CODE } from '../error/index.ts'
import { MAX_BACKFILL_CONCURRENCY } from '@apsis/core/backfill'
import { MAX_BULK } from '../json/index.ts'
import {
  bulk,
  createBackfill,
  createPause,
  getJob,
  getOutput,
  holdRun,
  listInstants,
  listRuns,
  moveRun,
  pathOf,
  queryOf,
  ROUTES,
  releaseRun,
  reloadJobs,
  rerunRun,
  type RunsQuery,
  scheduleRun,
  skipRun,
} from './index.ts'

/** The query text as a server reads it: names that repeat give lists. */
function parsed(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {}
  for (const pair of text === '' ? [] : text.split('&')) {
    const [name = '', value = ''] = pair.split('=').map(decodeURIComponent)
    const before = Object.hasOwn(query, name) ? query[name] : undefined
    query[name] = before === undefined ? value : [before, value].flat()
  }
  return query
}

test('ROUTE1: names and places are unique', () => {
  const names = ROUTES.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  const places = ROUTES.flatMap(({ methods, path }) => methods.map((method) => `${method} ${path}`))
  assert.equal(new Set(places).size, places.length)
})

test('ROUTE2: the params of a path are those of its schema', () => {
  for (const route of ROUTES) {
    const names = [...route.path.matchAll(/[:*]([a-z_]+)/g)].map((match) => match[1] ?? '')
    const params = Object.fromEntries(names.map((name) => [name, name === 'state' ? 'success' : 'r1']))
    assert.deepEqual(route.params.parse(params), params, route.name)
    for (const name of names) {
      const { [name]: _, ...rest } = params
      assert.equal(route.params.safeParse(rest).success, false, `${route.name} without ${name}`)
    }
  }
})

test('ROUTE3: params are escaped', () => {
  assert.equal(pathOf(getJob, { job_id: 'a b/c%d' }), '/api/v1/jobs/a%20b%2Fc%25d')
  assert.equal(pathOf(getOutput, { run_id: 'r1', output_id: 'x' }), '/api/v1/runs/r1/output/x')
  assert.throws(() => pathOf(getJob, {}), TypeError)
})

const name = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text !== '__proto__')
const runsQuery: fc.Arbitrary<RunsQuery> = fc.record(
  {
    job_id: fc.string({ minLength: 1 }),
    run_id: fc.array(
      fc.integer({ min: 1, max: 1e9 }).map((number) => `r${number}` as const),
      { minLength: 1, maxLength: 3 },
    ),
    state: fc.subarray(['new', 'running', 'success'] as const, { minLength: 1 }),
    since: fc.integer({ min: 0, max: 4e12 }),
    summary: fc.boolean(),
    job_prefix: fc.string(),
    job_text: fc.string(),
    page_limit: fc.integer({ min: 1, max: 10_000 }),
    page_cursor: fc.string({ minLength: 1 }),
    page_order: fc.constantFrom('newest' as const, 'oldest' as const, 'latest' as const, 'earliest' as const),
    scheduled_before: fc.integer({ min: 0, max: 4e12 }),
    scheduled_after: fc.integer({ min: 0, max: 4e12 }),
    args: fc.dictionary(name, fc.string(), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  },
  { requiredKeys: [], noNullPrototype: true },
)

test('ROUTE4: a query reads back as it was written', () => {
  fc.assert(
    fc.property(runsQuery, (query) => {
      assert.deepEqual(listRuns.query.parse(parsed(queryOf(listRuns, query))), query)
    }),
  )
  const instants = { job_id: 'j', from: 1000, to: 2000, limit: 5 }
  assert.deepEqual(listInstants.query.parse(parsed(queryOf(listInstants, instants))), instants)
})

test('ROUTE5: names that are not known are args', () => {
  const query = listRuns.query.parse({ job_id: 'j', date: '2026-01-01', _state: 'x', __y: 'z' })
  assert.deepEqual(query, { job_id: 'j', args: { date: '2026-01-01', state: 'x', _y: 'z' } })
})

test('ROUTE15: a name that begins with page_ and is not ours is refused, and says what may be meant', () => {
  const refused = (name: string): string => listRuns.query.safeParse({ [name]: '2' }).error?.message ?? ''
  assert.match(refused('page_size'), /did you mean page_limit\?; the arg of this name is _page_size/)
  assert.match(refused('page_curser'), /did you mean page_cursor\?/)
  assert.match(refused('page_'), /expected one of page_query, page_zone, page_limit, page_cursor, page_order/)
  const args = { page_size: '2' }
  assert.deepEqual(listRuns.query.parse({ _page_size: '2' }), { args })
  assert.deepEqual(parsed(queryOf(listRuns, { args })), { _page_size: '2' })
})

test('ROUTE6: what cannot be read says what was expected', () => {
  const message = (
    schema: { safeParse(value: unknown): { error?: { issues: { message: string }[] } } },
    value: unknown,
  ) =>
    schema
      .safeParse(value)
      .error?.issues.map((issue) => issue.message)
      .join('; ') ?? ''
  assert.match(message(listRuns.query, { state: 'runnin' }), /not a state: runnin; expected one of new, scheduled/)
  assert.match(message(listRuns.query, { since: 'yesterday' }), /not a time: yesterday; expected/)
  assert.match(message(listRuns.query, { scheduled_before: '' }), /not a time: ; expected/)
  assert.match(message(listRuns.query, { page_order: 'last' }), /"latest"/)
  assert.match(message(listRuns.query, { run_id: '7' }), /not a run id: 7; expected/)
  assert.match(message(listRuns.query, { page_limit: '0' }), /expected a whole number from 1 to 10000/)
  assert.match(message(listRuns.query, { summary: 'yes' }), /expected true or false/)
  assert.match(message(listRuns.query, { date: ['a', 'b'] }), /expected one value/)
  assert.match(
    message(listInstants.query, { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }),
    /not to be after/,
  )
  assert.match(
    message(scheduleRun.body ?? listRuns.query, { job_id: 'j', times: { schedule: 'soon' } }),
    /not a time: soon/,
  )
})

test('ROUTE7: truth values are those of the existing server', () => {
  for (const text of ['True', 'true', 'T', 't', '']) {
    assert.deepEqual(reloadJobs.query.parse({ dry_run: text }), { dry_run: true })
  }
  for (const text of ['False', 'false', 'F', 'f']) {
    assert.deepEqual(reloadJobs.query.parse({ dry_run: text }), { dry_run: false })
  }
})

test('ROUTE8: a body names a job or has one', () => {
  const messages = (body: unknown) => scheduleRun.body?.safeParse(body).error?.issues.map((issue) => issue.message)
  assert.deepEqual(messages({}), ['missing job_id or job'])
  assert.deepEqual(messages({ job_id: 'a', job: {} }), ['give either job_id or job, not both'])
  assert.equal(messages({ job: { program: { type: 'no-op' } } }), undefined)
})

test('ROUTE9: args become texts', () => {
  const body = scheduleRun.body?.parse({ job_id: 'j', args: { a: 1, b: true, c: null, d: 'x', e: 1.5 } })
  assert.deepEqual(body?.args, { a: '1', b: 'True', c: 'None', d: 'x', e: '1.5' })
})

test('ROUTE10: every code has a status', () => {
  for (const route of ROUTES) for (const code of route.errors) assert.ok(STATUS_OF_CODE[code] >= 400, code)
  for (const code of Object.keys(EDGE_CODES)) assert.ok(Object.hasOwn(STATUS_OF_CODE, code), code)
})

/** What is wrong with a body; empty where nothing is. */
function wrong(
  route: { readonly body: { safeParse(value: unknown): { error?: unknown } } | null },
  body: unknown,
): string {
  const error = route.body?.safeParse(body).error
  return error instanceof Error ? error.message : ''
}

test('ROUTE11: a body may be missing, and has no members but its own', () => {
  for (const route of [skipRun, holdRun, releaseRun, rerunRun]) {
    for (const none of [undefined, null, {}]) assert.deepEqual(route.body?.parse(none), {})
    assert.deepEqual(route.body?.parse({ reason: 'so' }), { reason: 'so' })
    assert.match(wrong(route, { reson: 'so' }), /reson/)
  }
  assert.match(wrong(moveRun, undefined), /expected object/)
})

test('ROUTE12: times in bodies are texts with a zone', () => {
  const time = '2026-01-31T09:30:00Z'
  assert.deepEqual(moveRun.body?.parse({ time }), { time })
  for (const none of ['now', '2026-01-31T09:30:00', '', 1_767_323_045_678]) {
    assert.match(wrong(moveRun, { time: none }), /time/)
    assert.match(wrong(holdRun, { until: none }), /until/)
    assert.match(wrong(createPause, { scope: 'label', target: 'x', until: none }), /until/)
  }
})

test('ROUTE13: many runs are named by a query or by id', () => {
  const operation = { type: 'skip' }
  assert.equal(wrong(bulk, { query: 'state:scheduled', operation }), '')
  assert.equal(wrong(bulk, { run_ids: ['r1', 'r2'], operation }), '')
  assert.match(wrong(bulk, { operation }), /either query or run_ids/)
  assert.match(wrong(bulk, { query: 'a', run_ids: ['r1'], operation }), /either query or run_ids/)
  assert.match(wrong(bulk, { query: ' \t', operation }), /of an empty one/)
  const many = Array.from({ length: MAX_BULK + 1 }, (_, n) => `r${n + 1}`)
  assert.match(wrong(bulk, { run_ids: many, operation }), /at most 10000 run ids/)
})

test('ROUTE14: the concurrency of a backfill is bounded as in the core', () => {
  const range = { job_id: 'j', from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }
  assert.equal(wrong(createBackfill, { ...range, concurrency: MAX_BACKFILL_CONCURRENCY }), '')
  assert.match(wrong(createBackfill, { ...range, concurrency: MAX_BACKFILL_CONCURRENCY + 1 }), /from 1 to 1000/)
})
