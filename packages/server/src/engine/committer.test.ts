import assert from 'node:assert/strict'
import test from 'node:test'
import { runId } from '@apsis/core/run'
import type { Batch } from '@apsis/store/port'
import { Committer } from './committer.ts'

/** A committer whose store takes everything at once. */
function fixture() {
  const batches: Batch[] = []
  const said: string[] = []
  const clock = { now: () => 0, monotonic: () => 0, after: () => () => {}, wake: () => () => {}, soon: () => {} }
  const note = (text: string): void => void said.push(text)
  const committer = new Committer(
    async (batch) => {
      batches.push(batch)
      return { firstSeq: 1, nextSeq: 1, conflicts: [] }
    },
    () => {},
    clock,
    { info: note, warn: note, error: note },
  )
  const record = (id: string): void => committer.extra({ records: [{ kind: 'setting', id, json: {} }] })
  const idsOf = (): readonly string[][] => batches.map(({ records = [] }) => records.map(({ id }) => id))
  return { committer, batches, said, record, idsOf }
}

test('what is to be a batch of its own goes between what was given before and after it', async () => {
  const { committer, said, record, idsOf } = fixture()
  record('before')
  committer.alone(
    () => record('alone'),
    () => said.push('durable'),
    () => said.push('refused'),
  )
  record('after')
  await committer.idle()
  assert.deepEqual(idsOf(), [['before'], ['alone'], ['after']])
  assert.deepEqual(said, ['durable'])
})

test('of one that throws nothing is committed, who gave something to it is told, and what else waits goes on', async () => {
  const { committer, batches, said, record, idsOf } = fixture()
  record('before')
  committer.after(() => said.push('before is durable'))
  const withdrawal = { runId: runId(1), expect: 1, time: 0 }
  const settled = { durable: () => said.push('gone'), conflict: () => said.push('stays') }
  const alone = (): void =>
    committer.alone(
      () => {
        record('alone')
        committer.withdraw(withdrawal, settled)
        throw new Error('a defect')
      },
      () => said.push('durable'),
      () => said.push('refused'),
    )
  assert.throws(alone, /a defect/)
  assert.deepEqual(said, ['stays'])
  record('after')
  await committer.idle()
  assert.deepEqual(idsOf(), [['before', 'after']])
  assert.deepEqual(batches[0]?.withdrawals, [])
  assert.deepEqual(said, ['stays', 'before is durable'])
})
