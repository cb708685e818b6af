import assert from 'node:assert/strict'
import test from 'node:test'
import { Backoff } from './backoff.ts'
import { emptyFdData, fdDataHead } from './fd-data.ts'
import { Outbox } from './outbox.ts'

function recorder(): { readonly sent: string[]; readonly dropped: string[]; readonly outbox: Outbox } {
  const sent: string[] = []
  const dropped: string[] = []
  const outbox = new Outbox({
    send: async (piece, last) => {
      sent.push(`${Buffer.from(piece).toString()}${last ? '.' : ''}`)
    },
    drop: (reason) => dropped.push(reason),
  })
  return { sent, dropped, outbox }
}

async function* pieces(...texts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) {
    if (text === 'fail') throw new Error('gone')
    yield Buffer.from(text)
  }
}

test('things are sent in the order in which they were added, however long they take to make', async () => {
  const { sent, outbox } = recorder()
  const slow = Promise.withResolvers<Uint8Array>()
  let made = 0
  outbox.add(() => slow.promise)
  outbox.add(() => {
    made++
    return Buffer.from('b')
  })
  outbox.add(async () => null)
  outbox.add(() => ({ first: Buffer.from('c'), rest: pieces('d', 'e') }))
  assert.equal(made, 0)
  slow.resolve(Buffer.from('a'))
  await outbox.flushed()
  assert.deepEqual(sent, ['a.', 'b.', 'c', 'd', 'e', '.'])
})

test('half a frame ends the connection', async () => {
  const { sent, dropped, outbox } = recorder()
  outbox.add(() => ({ first: Buffer.from('a'), rest: pieces('b', 'fail') }))
  await outbox.flushed()
  assert.deepEqual([sent, dropped], [['a', 'b'], ['an answer could not be completed: gone']])
})

test('nothing is made after the end of the connection', async () => {
  const { sent, outbox } = recorder()
  const slow = Promise.withResolvers<Uint8Array>()
  outbox.add(() => slow.promise)
  outbox.add(() => Buffer.from('b'))
  outbox.close()
  slow.resolve(Buffer.from('a'))
  await outbox.flushed()
  outbox.add(() => Buffer.from('c'))
  assert.deepEqual(sent, [])
})

test('waits grow up to the longest, and begin anew after a success', () => {
  const backoff = new Backoff({ start: 100, factor: 2, longest: 500, attempts: 6 })
  assert.deepEqual([backoff.next(), backoff.next(), backoff.next(), backoff.next()], [100, 200, 400, 500])
  backoff.reset()
  assert.deepEqual(
    Array.from({ length: 6 }, () => backoff.next()),
    [100, 200, 400, 500, 500, null],
  )
})

test('the beginning of a ProcFdData has room for its bytes', () => {
  const encoded = Buffer.from('81a464617461c400', 'hex')
  assert.equal(Buffer.from(fdDataHead(encoded, 0x01020304)).toString('hex'), '81a464617461c601020304')
  assert.equal(Buffer.from(fdDataHead(encoded, 0xff)).toString('hex'), '81a464617461c4ff')
  assert.equal(Buffer.from(fdDataHead(encoded, 0x100)).toString('hex'), '81a464617461c50100')
  assert.throws(() => fdDataHead(Buffer.from('81a46461746190', 'hex'), 1), /does not end with its data/)
  assert.equal(emptyFdData({ proc_id: 'a', fd: '1', start: 0, stop: 4, encoding: null }).data.length, 0)
})
