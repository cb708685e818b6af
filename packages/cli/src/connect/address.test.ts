import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverBase } from './index.ts'

test('the server is named by options, else by the environment, else it is this machine', () => {
  const base = (host?: string, port?: string, environment?: string) => {
    const parsed = serverBase(
      { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) },
      environment,
    )
    return parsed.ok ? parsed.value : null
  }
  assert.equal(base(), 'http://localhost:5000')
  assert.equal(base(undefined, undefined, 'far'), 'http://far:5000')
  assert.equal(base(undefined, undefined, 'far:6000'), 'http://far:6000')
  assert.equal(base(undefined, '7000', 'far:6000'), 'http://far:7000')
  assert.equal(base('near', undefined, 'far:6000'), 'http://near:5000')
  assert.equal(base('near', '80'), 'http://near')
  assert.equal(base('::1'), 'http://[::1]:5000')
  assert.equal(base('https://apsis.example'), 'https://apsis.example')
  assert.equal(base('ftp://x'), null)
  assert.equal(base('a b'), null)
  assert.equal(base('x', '70000'), null)
})
