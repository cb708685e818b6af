import assert from 'node:assert/strict'
import test from 'node:test'
import { type GivenHttpOptions, httpOptions } from './index.ts'

test('HTTP options: what is given comes before the environment, and that before defaults', () => {
  const env = { PROCSTAR_HTTP_TOKEN: 't', PROCSTAR_HTTP_CERT: '/c', PROCSTAR_HTTP_KEY: '/k' }
  const parsed = httpOptions({}, env)
  assert.ok(parsed.ok)
  const { host, port, socket, token, cert, key } = parsed.value
  assert.deepEqual([host, port, socket, token, cert, key], ['127.0.0.1', 3000, null, 't', '/c', '/k'])
  const given = httpOptions({ socket: '/s', token: null, cert: null, key: null }, env)
  assert.ok(given.ok)
  assert.deepEqual(
    [given.value.port, given.value.token, given.value.cert, given.value.socketMode],
    [null, null, null, 0o600],
  )
})

test('HTTP options: what is wrong is said by name', () => {
  const table: readonly (readonly [GivenHttpOptions, RegExp])[] = [
    [{ port: 70_000 }, /^port: expected a whole number from 0 to 65535, got 70000$/],
    [{ port: null }, /^port: expected one, or a socket$/],
    [{ socket: 'x'.repeat(108) }, /^socket: expected a path of 1 to 107 bytes$/],
    [{ socketMode: 0o1777 }, /^socketMode: /],
    [{ token: '' }, /^token: expected 1 to 1000 printable/],
    [{ token: 'a b' }, /^token: /],
    [{ cert: '/c' }, /^key: a certificate and its key go together$/],
    [{ key: '/k' }, /^cert: /],
    [{ host: '0.0.0.0' }, /^token: expected one, as 0\.0\.0\.0 can be reached/],
    [{ maxConnections: 0 }, /^maxConnections: /],
    [{ headTimeout: 0 }, /^headTimeout: expected seconds from 0\.05/],
  ]
  for (const [given, expected] of table) {
    const parsed = httpOptions(given, {})
    assert.match(parsed.ok ? 'no error' : parsed.error, expected)
  }
})
