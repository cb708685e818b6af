import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesQuery, parseQuery, type Query } from '@apsis/core/query'
import { type Origin, type Run, STATES } from '@apsis/core/run'
import { parseZone } from '@apsis/core/time'
import fc from 'fast-check'
import type { Reader, RunFilter, RunOrder } from '../port/index.ts'
import { run, T0, write } from './fixture.ts'
import { type Factory, newStore, refusal } from './place.ts'

const UTC = parseZone('UTC')

/** Rules of queries. */
export function testQueries(factory: Factory): void {
  test('STORE45: a query selects just the runs that the language says, together with any filter and in any order', async (t) => {
    const store = await newStore(t, factory)
    const runs = Array.from({ length: 260 }, (_, index) => variousRun(index + 1))
    await store.commit({ runs: runs.map((written) => write(written)) })
    for (const term of TERMS) await check(store.read, runs, term, {}, 'newest')
    const filters = fc.constantFrom<RunFilter>(
      {},
      { states: ['success', 'scheduled'] },
      { jobId: 'a/b' },
      { jobPrefix: 'a' },
      { text: 'B' },
      { scheduledBefore: T0 + 40 },
      { since: T0 + 200, args: { x: '1' } },
      { ids: ['r3', 'r4', 'r100'] },
    )
    const texts = fc
      .array(fc.tuple(fc.constantFrom('', '', '!'), fc.constantFrom(...TERMS)), { minLength: 1, maxLength: 4 })
      .map((terms) => terms.map((term) => term.join('')).join(' '))
    await fc.assert(
      fc.asyncProperty(texts, filters, fc.constantFrom('newest', 'oldest', 'latest', 'earliest'), async (...asked) => {
        await check(store.read, runs, ...asked)
      }),
      { numRuns: 250 },
    )
  })

  test('STORE46: a read whose signal is aborted is refused', async (t) => {
    const store = await newStore(t, factory)
    const signal = AbortSignal.abort()
    await assert.rejects(store.read.runs({ filter: {}, limit: 1 }, { signal }), refusal('STORE_CANCELLED'))
    await assert.rejects(store.read.countRuns({}, 1, { signal }), refusal('STORE_CANCELLED'))
    assert.deepEqual(await store.read.runs({ filter: {}, limit: 1 }), { runs: [], next: null })
  })
}

/** Each selects some of the various runs, and not all. */
const TERMS: readonly string[] = [
  'äb',
  'b,c',
  '"b%"',
  'x=',
  'x=1',
  'x=1,0',
  '"a\\"b"=c',
  'state:success,waiting,new',
  'job:a',
  'job:a/b,ÄB/*',
  'job:a/',
  'job:*b*',
  'label:"l 1"',
  'label:"l\\"x"',
  'id:r3,r9,r260',
  'origin:rerun,schedule',
  'origin:backfill,action',
  'since:2025-11-24T16:00:00.030Z',
  'before:2025-11-24T16:00:00.020Z',
  'changed:2025-11-24T16:00:00.100Z',
  'changed:2025-11-24T16:00:00.050Z..2025-11-24T16:00:00.060Z',
  'changed:..2025-11-24T16:00:00.200Z',
  'elapsed:>=2',
  'elapsed:<0.7s',
  'message:"EXIT 1",öPS',
]

const JOBS = ['a', 'a/b', 'ÄB/c', 'b%_*?[x]'] as const
const ORIGINS: readonly Origin[] = [
  { type: 'schedule', scheduleKey: 'k' },
  { type: 'request' },
  { type: 'rerun', of: 'r1' },
  { type: 'action', of: 'r1', depth: 2 },
  { type: 'backfill', backfill: 'b', scheduleKey: 'k' },
]

function variousRun(number: number): Run {
  const some = [{}, { x: String(number % 3), 'a"b': 'c' }, { 'a"x': '1' }, { x: '1' }] as const
  const args: Record<string, string> = some[Math.floor(number / 4) % 4] ?? {}
  const made = run(number, STATES[(number * 7) % 10] ?? 'new', {
    jobId: JOBS[number % 4] ?? 'a',
    args,
    time: T0 + ((number * 37) % 240),
    due: T0 + ((number * 37) % 60),
  })
  const { schedule, ...unplanned } = made.times
  const times = number % 11 === 0 || schedule === undefined ? unplanned : { ...unplanned, schedule }
  const labels = [[], ['l 1', 'l 2'], ['l"x'], ['x']][number % 4] ?? []
  const base = { labels, origin: ORIGINS[number % 5] ?? ORIGINS[0] ?? made.origin, times }
  if (!('elapsed' in made)) return { ...made, ...base }
  const ends = [null, 'Exit 1', 'Öps', 'exit 12'] as const
  return { ...made, ...base, message: ends[number % 4] ?? null, elapsed: [null, 0.5, 2, 0.7][number % 3] ?? null }
}

async function check(
  read: Reader,
  runs: readonly Run[],
  text: string,
  filter: RunFilter,
  order: RunOrder,
): Promise<void> {
  const query = queryOf(text)
  const plain = await all(read, filter, order)
  const written = new Map(runs.map((one) => [one.id, one]))
  const wanted = plain.filter((id) => {
    const one = written.get(id as Run['id'])
    // The write of the fixture puts its fact at the latest of all times, the planned stop among them.
    return one !== undefined && matchesQuery(query, one, Math.max(T0, ...Object.values(one.times)))
  })
  const said = `${text} ${JSON.stringify(filter)} ${order}`
  assert.deepEqual(await all(read, { ...filter, query }, order), wanted, said)
  if (order === 'newest' || order === 'oldest') {
    assert.equal(await read.countRuns({ ...filter, query }, 1_000), wanted.length, said)
  }
}

async function all(read: Reader, filter: RunFilter, order: RunOrder): Promise<readonly string[]> {
  const ids: string[] = []
  let after: string | null = null
  do {
    const { runs, next } = await read.runs({ filter, order, limit: 70, ...(after === null ? {} : { after }) })
    ids.push(...runs.map(({ id }) => id))
    after = next
  } while (after !== null)
  return ids
}

function queryOf(text: string): Query {
  assert.ok(UTC.ok)
  const parsed = parseQuery(text, { now: T0, zone: UTC.value })
  assert.ok(parsed.ok, text)
  return parsed.query
}
