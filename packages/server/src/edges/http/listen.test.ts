import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { listen } from './listen.ts'

test('a port in use is told with its address and a way out', async () => {
  const first = createServer()
  const taken = await listen(first, { host: '127.0.0.1', port: 0 })
  assert.ok(taken.ok)
  const second = await listen(createServer(), taken.address)
  assert.ok(!second.ok)
  assert.equal(second.code, 'PORT_IN_USE')
  assert.match(second.message, new RegExp(`127\\.0\\.0\\.1:${taken.address.port} is in use.*--bind`))
  await new Promise((resolve) => first.close(resolve))
})

test('an address that this machine has not is told', async () => {
  const result = await listen(createServer(), { host: '192.0.2.1', port: 0 })
  assert.ok(!result.ok)
  assert.equal(result.code, 'ADDRESS_UNAVAILABLE')
})
