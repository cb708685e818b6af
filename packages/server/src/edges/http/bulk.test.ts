import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTime } from '@apsis/api/json'
import type { BulkBody } from '@apsis/api/routes'
import { type ApiServer, NOW, startApiServer } from './fixture/api-server.ts'
import { refused } from './fixture/refused.ts'

let server: ApiServer
before(async () => {
  server = await startApiServer()
})
after(() => server.stop())

const LATER = formatTime(NOW + 3_600_000)

async function coming(date: string, count: number): Promise<readonly string[]> {
  const body = { job_id: 'extract', args: { date }, times: { schedule: LATER } }
  return Object.keys((await server.client.schedule(body, { count })).runs)
}

test('a preview says how many match, to which it can be done, and does nothing', async () => {
  const ids = await coming('preview', 130)
  await server.client.skip(ids[0] ?? '')
  const preview = await server.client.bulk({ query: 'date=preview', operation: { type: 'skip' } })
  const { dry_run, matches, matches_more, applies, more, by_state, result } = preview
  assert.deepEqual([dry_run, matches, matches_more, applies, more, result], [true, 130, false, 129, false, undefined])
  assert.deepEqual(by_state, { scheduled: 129 })
  assert.deepEqual(
    preview.runs.map((run) => run.run_id),
    ids.slice(1, 101),
  )
  assert.equal((await server.client.run(ids[1] ?? '')).state, 'scheduled')
})

test('it is carried out on all of them, unless there are more than expected', async () => {
  const ids = await coming('all', 120)
  const body: BulkBody = { query: 'date=all', operation: { type: 'hold' }, reason: 'moving house', dry_run: false }
  const error = await refused(server.client.bulk({ ...body, expect: 119 }), 409, 'RUNS_MORE', /120 runs are found/)
  assert.deepEqual(error.details, { applies: 120, more: false, expect: 119 })
  assert.equal((await server.client.run(ids[0] ?? '')).held, undefined)
  const { result } = await server.client.bulk({ ...body, expect: 120 })
  assert.deepEqual([result?.done, result?.refused, result?.cut_short], [120, 0, false])
  for (const id of [ids[0], ids[119]]) assert.equal((await server.client.run(id ?? '')).held?.reason, 'moving house')
})

test('what undoes it can be sent as it is', async () => {
  const ids = await coming('undo', 3)
  await server.client.hold(ids[0] ?? '', { reason: 'before' })
  const held = await server.client.bulk({ query: 'date=undo', operation: { type: 'hold' }, dry_run: false })
  // One that was held before stays so.
  assert.deepEqual(held.result?.undo.requests, [{ run_ids: ids.slice(1), operation: { type: 'release' } }])
  const undo = async (done: typeof held): Promise<void> => {
    for (const { run_ids, operation } of done.result?.undo.requests ?? []) {
      const targets = run_ids.flatMap((id) => (/^r\d+$/.test(id) ? [`r${Number(id.slice(1))}` as const] : []))
      const { result } = await server.client.bulk({ run_ids: targets, operation, dry_run: false })
      assert.deepEqual([result?.done, result?.refused], [run_ids.length, 0])
    }
  }
  await undo(held)
  const states = async (): Promise<readonly (string | boolean)[]> =>
    Promise.all(ids.map(async (id) => (await server.client.run(id)).held !== undefined))
  assert.deepEqual(await states(), [true, false, false])
  await server.client.bulk({ query: 'date=undo', operation: { type: 'skip' }, dry_run: false })
  await server.client.mark(ids[2] ?? '', 'error')
  const marked = await server.client.bulk({
    query: 'date=undo',
    operation: { type: 'mark', state: 'success' },
    dry_run: false,
  })
  assert.deepEqual(marked.by_state, { error: 1, skipped: 2 })
  await undo(marked)
  const after = await Promise.all(ids.map(async (id) => (await server.client.run(id)).state))
  assert.deepEqual(after, ['skipped', 'skipped', 'error'])
})

test('runs to which it cannot be done are left out, and unknown ones match nothing', async () => {
  const ids = await coming('some', 2)
  const [first = 'r1'] = ids
  const release = await server.client.bulk({ query: 'date=some', operation: { type: 'release' } })
  assert.deepEqual([release.matches, release.applies], [2, 0])
  const rerun = await server.client.bulk({ query: 'date=some', operation: { type: 'rerun' } })
  assert.equal(rerun.applies, 0)
  await server.client.skip(first)
  const again = await server.client.bulk({ query: 'date=some', operation: { type: 'rerun' }, dry_run: false })
  assert.equal(again.result?.made?.length, 1)
  const none = await server.client.bulk({ run_ids: ['r99999'], operation: { type: 'skip' }, dry_run: false })
  assert.deepEqual([none.matches, none.applies, none.result?.done], [0, 0, 0])
})

test('a request that is not as it should be is told where, and does nothing', async () => {
  const skip = { type: 'skip' } as const
  const bad: readonly (readonly [object, RegExp])[] = [
    [{ operation: skip }, /either query or run_ids/],
    [{ query: 'a', run_ids: ['r1'], operation: skip }, /either query or run_ids/],
    [{ query: ' ', operation: skip }, /of an empty one every run would be/],
    [{ query: 'state:sucess', operation: skip }, /column 7.*Did you mean success/],
    [{ query: 'since:today', zone: 'Mars', operation: skip }, /"path":"zone"/],
    [{ run_ids: ['7'], operation: skip }, /not a run id: 7/],
    [{ query: 'a', operation: { type: 'delete' } }, /operation/],
    [{ query: 'a', operation: { type: 'mark', state: 'running' } }, /not a state to mark: running/],
    [{ query: 'a', operation: { type: 'hold', until: 'soon' } }, /expected a time with a zone/],
    [{ query: 'a', operation: skip, dryrun: false }, /dryrun/],
    [{ query: 'a', operation: skip, expect: -1 }, /expected a whole number/],
  ]
  for (const [body, place] of bad) {
    const reply = await fetch(`${server.base}/api/v1/bulk`, { method: 'POST', body: JSON.stringify(body) })
    const text = await reply.text()
    assert.equal(reply.status, 400, text)
    assert.match(text, /REQUEST_INVALID/)
    assert.match(text, place)
  }
  const long = { query: 'date=some', operation: skip, reason: 'x'.repeat(1001), dry_run: false }
  await refused(server.client.bulk(long), 400, 'REQUEST', /at most 1000/)
  const past = { type: 'hold', until: formatTime(NOW - 1) } as const
  await refused(server.client.bulk({ query: 'date=some', operation: past }), 400, 'REQUEST', /time to come/)
})
