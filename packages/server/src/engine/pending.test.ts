import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreError } from '@apsis/store/port'
import { Committer } from './committer.ts'

const CLOCK = { now: () => 0, monotonic: () => 0, wake: () => () => {}, after: () => () => {}, soon: () => {} }
const LOG = { info: () => {}, warn: () => {}, error: () => {} }

test('however many wait for a commit that the store refuses, each is told, and commits go on', async () => {
  let refuse = true
  const committer = new Committer(
    (batch) => {
      if (refuse && (batch.records?.length ?? 0) > 0)
        return Promise.reject(new StoreError('STORE_REQUEST', 'a value that cannot be stored'))
      return Promise.resolve({ conflicts: [], firstSeq: 0, nextSeq: 0 })
    },
    () => {},
    CLOCK,
    LOG,
  )
  let [durable, refused] = [0, 0]
  const withdrawal = { runId: 'r1', expect: 1, time: 0 } as const
  committer.withdraw(withdrawal, { durable: () => durable++, conflict: () => refused++ })
  committer.extra({ records: [{ kind: 'pause', id: 'x', json: {} }] })
  for (let n = 0; n < 200_000; n++)
    committer.after(
      () => durable++,
      () => refused++,
    )
  committer.flush()
  await committer.idle()
  assert.deepEqual([durable, refused], [1, 200_000])
  refuse = false
  committer.extra({ records: [{ kind: 'pause', id: 'x', json: {} }] })
  committer.after(() => durable++)
  committer.flush()
  await committer.idle()
  assert.equal(durable, 2)
})
