import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import test from 'node:test'
import { until } from '../../fixture/agent.ts'
import { script, served } from '../../fixture/http.ts'
import { AnswerBudget } from './answer-budget.ts'

test('HTTP29: one at a time, none without room, and again when there is room', async () => {
  const budget = new AnswerBudget(10)
  let making = 0
  const body = async (): Promise<Buffer> => {
    assert.equal(++making, 1)
    await Promise.resolve()
    making--
    return Buffer.alloc(6)
  }
  const made = await Promise.all([1, 2, 3].map(() => budget.make(body)))
  assert.deepEqual(
    made.map((one) => one?.body?.length),
    [6, 6, undefined],
  )
  assert.equal(budget.isFull, true)
  const room = budget.room(new AbortController().signal)
  budget.give(6)
  await room
  await assert.rejects(
    budget.make(() => Promise.reject(new Error('unreadable'))),
    /unreadable/,
  )
  assert.equal((await budget.make(body))?.body?.length, 6)
  const gone = new AbortController()
  const waiting = budget.room(gone.signal)
  gone.abort()
  await waiting
})

test('HTTP29: a result is 503 while others wait for their readers', async (context) => {
  const { ask, start, agent, port } = await served(context)
  await start('a', script('head -c 50000000 /dev/zero | tr "\\0" x'))
  await until(agent, () => agent.counts().unended === 0)
  const slow = Array.from({ length: 6 }, () => connect({ host: '127.0.0.1', port }))
  for (const socket of slow) {
    socket.on('error', () => {})
    socket.write('GET /procs/a HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(socket, 'readable')
  }
  for (const path of ['/procs/a', '/procs']) {
    const full = await ask(path)
    assert.deepEqual([full.status, full.headers['retry-after']], [503, '1'])
    assert.match(full.text, /too many bytes of results/)
  }
  for (const socket of slow) socket.destroy()
  for (;;) if ((await ask('/procs/a', { method: 'HEAD' })).status === 200) break
})
