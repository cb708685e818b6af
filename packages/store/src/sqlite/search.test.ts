import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Query } from '@apsis/core/query'
import { instant, run, write } from '../conformance/fixture.ts'
import { refusal } from '../conformance/place.ts'
import type { RunOrder, Store } from '../port/index.ts'
import type { SqlValue } from '../row/index.ts'
import { openWriter } from './connection.ts'
import { openSqliteStore, type SqliteOptions } from './index.ts'
import { ledgerPage } from './ledger.ts'
import { LogSize } from './log-size.ts'

const COUNT = 6_000
/** Selects one in a thousand, and no index knows. */
const RARE: Query = { terms: [{ not: false, type: 'arg', name: 'n', values: ['7'] }] }
const NONE: Query = { terms: [{ not: false, type: 'message', texts: ['nothing says this'] }] }

test('SQLITE61: where few runs match a page ends when its time is over, and the next goes on from there', async (t) => {
  const { store } = await newStore(t, { searchTime: 0 })
  for (const order of ['newest', 'oldest', 'latest', 'earliest'] as const) {
    const [rare, pages] = await walk(store, RARE, order)
    const wanted = Array.from({ length: COUNT / 1_000 }, (_, index) => `r${index * 1_000 + 7}`)
    assert.deepEqual(rare, order === 'newest' || order === 'latest' ? wanted.toReversed() : wanted)
    // With no time at all, a page ends at the eighth place where it looks at the time: after some thousand runs.
    assert.ok(pages > 3 && pages < 20, `${pages} pages`)
    assert.deepEqual((await walk(store, NONE, order))[0], [])
  }
  const many = await store.read.runs({ filter: {}, limit: 100 })
  assert.equal(many.runs.length, 100)
  assert.ok(many.next !== null)
})

test('SQLITE62: a read that takes too long, or waits too long for a thread, is refused with STORE_TIMEOUT', async (t) => {
  const { store } = await newStore(t, { readLimit: 0, readThreads: 1 })
  const counts = [store.read.countRuns({ query: NONE }, 1), store.read.countRuns({ query: NONE }, 1)]
  await Promise.all(counts.map((count) => assert.rejects(count, refusal('STORE_TIMEOUT'))))
  assert.equal((await store.read.run('r1'))?.id, 'r1')
  // Whole seconds in turn: some of them ask whether to go on.
  const rows = Array.from({ length: 1_000 }, (_, second) => ({
    ...instant(null, 1e12 + second * 1_000),
    verdict: 'started' as const,
  }))
  await store.commit({ instants: rows })
  const ledger = { from: 0, to: 9e15, limit: 10_000 }
  await assert.rejects(store.read.ledger({ ...ledger, verdicts: ['started'], later: 5 }), refusal('STORE_TIMEOUT'))
  await assert.rejects(store.read.countInstants(0, 9e15), refusal('STORE_TIMEOUT'))
})

test('SQLITE70: what did not start, and what is undecided, is found by itself, in order, beside any number that started', async (t) => {
  const { store, folder } = await newStore(t, {})
  await store.commit({ instants: [instant(null, 5, { verdict: 'missed' }), instant(null, 7, { verdict: 'skipped' })] })
  const db = openWriter(join(folder, 'runs.db'), 1_024)
  t.after(() => db.close())
  const planned: string[] = []
  const explained = {
    row: () => [1],
    each: (sql: string, ...values: readonly SqlValue[]) => {
      planned.push(
        ...db
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all(...values)
          .map(({ detail }) => String(detail)),
      )
      return []
    },
  }
  const watch = { check: () => {} }
  const all = { from: 0, to: 9e15, job: null, verdicts: [2, null], later: null, after: null, limit: 10 }
  db.function('alive', () => 1)
  for (const request of [all, { ...all, job: 'dir/job' }]) ledgerPage(explained, watch, request)
  assert.deepEqual(
    planned.filter((line) => /^(SCAN|SEARCH) i/.test(line)),
    [
      'SEARCH i USING INDEX instants_other (verdict=? AND due>? AND due<?)',
      'SCAN i USING INDEX instants_pending',
      'SEARCH i USING INDEX instants_other_job (job=? AND verdict=? AND due>? AND due<?)',
      'SEARCH i USING INDEX instants_pending (job=? AND due>? AND due<?)',
    ],
  )
  const found = await store.read.ledger({ from: 0, to: 9, verdicts: ['skipped', 'missed', 'started'], limit: 10 })
  assert.deepEqual(
    found.map(({ due, verdict }) => [due, verdict]),
    [
      [5, 'missed'],
      [7, 'skipped'],
    ],
  )
})

test('SQLITE63: a read is cancelled while it waits and while it is answered, and the threads go on', async (t) => {
  const { store } = await newStore(t, { readThreads: 1 })
  const stop = new AbortController()
  const reads = [1, 2, 3].map(() => store.read.countRuns({ query: NONE }, 1, { signal: stop.signal }))
  const other = store.read.countRuns({ query: RARE }, 100)
  const refused = reads.map((read) => assert.rejects(read, refusal('STORE_CANCELLED')))
  stop.abort()
  await Promise.all(refused)
  assert.equal(await other, COUNT / 1_000)
})

test('SQLITE64: while one thread is at a long read, another answers', async (t) => {
  const { store } = await newStore(t, { readThreads: 2 })
  const stop = new AbortController()
  const done: string[] = []
  // Each is as long as any of the pages, and there are twenty: behind one another they would end last.
  const long = Promise.all(
    Array.from({ length: 20 }, () => store.read.countRuns({ query: NONE }, 1, { signal: stop.signal })),
  ).then(
    () => done.push('long'),
    () => done.push('cancelled'),
  )
  const quick = store.read.run('r1').then(() => done.push('quick'))
  await quick
  stop.abort()
  await long
  assert.deepEqual(done, ['quick', 'cancelled'])
})

test('SQLITE65: however much is read, the log starts over, since no read holds on to the past for long', async (t) => {
  const { store, folder } = await newStore(t, {})
  const path = join(folder, 'runs.db')
  const db = openWriter(path, 1_024)
  t.after(() => db.close())
  const large = 1024 * 1024
  const log = new LogSize(db, path, large)
  const insert = db.prepare("INSERT OR REPLACE INTO records (kind, id, json) VALUES ('setting', ?, ?)")
  const stop = new AbortController()
  const readers = [0, 1].map(async () => {
    while (!stop.signal.aborted) await store.read.runs({ filter: { query: NONE }, limit: 10 })
  })
  let largest = 0
  for (let n = 0; n < 120; n++) {
    insert.run(`k${n % 10}`, JSON.stringify({ text: 'x'.repeat(100_000) }))
    log.check()
    largest = Math.max(largest, (await stat(`${path}-wal`)).size)
    await store.read.lastSeq()
  }
  stop.abort()
  await Promise.all(readers)
  assert.ok(largest < 4 * large, `the log grew to ${largest} bytes`)
})

async function walk(store: Store, query: Query, order: RunOrder): Promise<readonly [readonly string[], number]> {
  const ids: string[] = []
  let pages = 0
  let after: string | null = null
  do {
    const { runs, next } = await store.read.runs({
      filter: { query },
      order,
      limit: 10,
      ...(after === null ? {} : { after }),
    })
    ids.push(...runs.map(({ id }) => id))
    after = next
    pages++
  } while (after !== null)
  return [ids, pages]
}

async function newStore(
  t: TestContext,
  options: Omit<SqliteOptions, 'folder'>,
): Promise<{ readonly store: Store; readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-store-'))
  const store = await openSqliteStore({ folder, ...options })
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  const states = ['success', 'failure', 'running'] as const
  const runs = Array.from({ length: COUNT }, (_, index) =>
    write(run(index + 1, states[index % 3] ?? 'success', { args: { n: String((index + 1) % 1_000) } }), { facts: [] }),
  )
  for (let at = 0; at < COUNT; at += 3_000) await store.commit({ runs: runs.slice(at, at + 3_000) })
  return { store, folder }
}

test('SQLITE66: threads that page through history give way, and no others', async (t) => {
  const given = (): number => threadPriorities().filter((priority) => priority > 0).length
  const { store } = await newStore(t, {})
  await store.read.run('r1')
  assert.equal(given(), 0)
  await store.read.runs({ filter: {}, limit: 1 })
  assert.equal(given(), 1)
})

/** By thread of this process, as `nice` counts. */
function threadPriorities(): readonly number[] {
  return readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)))
}
