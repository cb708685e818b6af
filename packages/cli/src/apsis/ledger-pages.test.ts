import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InstantsJson } from '@apsis/api/json'
import type { InstantsQuery } from '@apsis/api/routes'
import { firstInstants, newestInstants } from './ledger-pages.ts'

const DAY = 86_400_000

/** A ledger with an instant at each of these times, which answers as the server does, and notes what it is asked. */
function ledger(dues: readonly number[]) {
  const asked: InstantsQuery[] = []
  const instants = async (query: InstantsQuery): Promise<InstantsJson> => {
    asked.push(query)
    const after = Number(query.after ?? -1)
    const all = dues.filter((due) => due >= query.from && due < query.to && due > after)
    const page = all.slice(0, query.limit)
    const next = page.length < all.length ? String(page.at(-1)) : null
    const counts = { started: 0, skipped: 0, held: 0, missed: 0, superseded: 0, undecided: dues.length }
    return {
      when: '',
      truncated: next !== null,
      next,
      counts: query.counts === true ? counts : null,
      instants: page.map((due) => ({
        job_id: 'j',
        schedule_key: 'k',
        due: String(due),
        args: {},
        run_id: null,
        verdict: null,
        reason: null,
        decided: null,
      })),
    }
  }
  return { client: { instants }, asked }
}

const dues = ({ instants }: InstantsJson): readonly number[] => instants.map(({ due }) => Number(due))

test('the newest instants of a span are found from its end back, in order, without reading it all', async () => {
  const every = Array.from({ length: 1_440 }, (_, minute) => minute * 60_000)
  for (const limit of [1, 14, 15, 16, 200, 1_439]) {
    const { client } = ledger(every)
    const page = await newestInstants(client, { from: 0, to: DAY }, limit)
    assert.deepEqual([dues(page), page.truncated], [every.slice(-limit), true], `${limit}`)
  }
  for (const limit of [1_440, 5_000]) {
    const page = await newestInstants(ledger(every).client, { from: 0, to: DAY }, limit)
    assert.deepEqual([dues(page), page.truncated, page.counts?.undecided], [every, false, 1_440])
  }
  const { client, asked } = ledger(every)
  await newestInstants(client, { from: 0, to: DAY }, 10)
  assert.ok(asked.every(({ from, limit }) => limit === 1 || from >= DAY - 900_000))
})

test('few and old instants are found, and more than a page of them', async () => {
  const few = [5, 7, DAY - 1]
  assert.deepEqual(dues(await newestInstants(ledger(few).client, { from: 0, to: DAY }, 2)), [7, DAY - 1])
  assert.deepEqual(dues(await newestInstants(ledger([]).client, { from: 0, to: DAY }, 2)), [])
  const many = Array.from({ length: 25_000 }, (_, n) => DAY - 25_000 + n)
  assert.deepEqual(dues(await newestInstants(ledger(many).client, { from: 0, to: DAY }, 12_000)), many.slice(-12_000))
  const first = await firstInstants(ledger(many).client, { from: 0, to: DAY }, 12_000)
  assert.deepEqual([dues(first), first.truncated, first.counts?.undecided], [many.slice(0, 12_000), true, 25_000])
})
