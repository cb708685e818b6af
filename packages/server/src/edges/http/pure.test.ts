import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { test } from 'node:test'
import { matchJobId } from './match.ts'
import { originFault, ownNames } from './origin.ts'
import { parseRange } from './range.ts'

test('a job is matched exactly first, then by the beginnings of its words', () => {
  const ids = ['a/report', 'a/report2', 'b/weekly-report']
  const match = (target: string) => matchJobId(target, (id) => ids.includes(id), ids)
  assert.deepEqual(match('a/report'), { ok: true, value: 'a/report' })
  assert.deepEqual(match('week rep'), { ok: true, value: 'b/weekly-report' })
  assert.equal(match('report').ok, false)
  assert.equal(match('').ok, false)
  assert.equal(match('///').ok, false)
})

test('an ambiguous id names at most eight', () => {
  const ids = Array.from({ length: 12 }, (_, index) => `job/${index}`)
  const result = matchJobId('job', () => false, ids)
  assert.ok(!result.ok)
  assert.equal(result.error, `ambiguous job id: ${ids.slice(0, 8).join(', ')} …`)
})

test('a range is clipped, outside, or ignored', () => {
  assert.deepEqual(parseRange('bytes=2-5', 10), { start: 2, end: 6 })
  assert.deepEqual(parseRange('bytes=2-', 10), { start: 2, end: 10 })
  assert.deepEqual(parseRange('bytes=-3', 10), { start: 7, end: 10 })
  assert.deepEqual(parseRange('bytes=-30', 10), { start: 0, end: 10 })
  assert.deepEqual(parseRange(`bytes=2-${'9'.repeat(400)}`, 10), { start: 2, end: 10 })
  for (const header of ['bytes=10-', 'bytes=-0', 'bytes=12-15', `bytes=${'9'.repeat(400)}-`])
    assert.equal(parseRange(header, 10), 'outside')
  assert.equal(parseRange('bytes=-5', 0), 'outside')
  for (const header of [undefined, '', 'bytes=', 'bytes=-', 'bytes=5-2', 'bytes=1-2,4-5', 'chars=1-2']) {
    assert.equal(parseRange(header, 10), null)
  }
})

test('only a page of another site is foreign', () => {
  assert.equal(originFault({ host: 'a:5000' }, ['a'], true), null)
  assert.equal(originFault({ host: 'A:5000', origin: 'http://a:5000' }, ['a'], true), null)
  for (const origin of ['http://a:5001', 'http://b:5000', 'null', 'a:5000']) {
    assert.match(originFault({ host: 'a:5000', origin }, ['a'], true) ?? '', /another site/)
    assert.equal(originFault({ host: 'a:5000', origin }, ['a'], false), null)
  }
})

test('a request goes to an address or to a name of ours, and not to a name that somebody else made lead here', () => {
  const names = ownNames([
    { host: '*', port: 1 },
    { host: '10.0.0.1', port: 1 },
    { host: 'Jobs.example', port: 1 },
  ])
  assert.deepEqual(names, [...new Set(['localhost', hostname().toLowerCase(), 'jobs.example'])])
  const fine = ['localhost', 'LOCALHOST:5000', 'localhost.:5000', '127.0.0.1:5000', '8.8.8.8', '[::1]:5000', '[::1]']
  for (const host of [...fine, 'jobs.example:80', hostname()]) assert.equal(originFault({ host }, names, true), null)
  const wrong = [
    '',
    'evil.example',
    'evil.example:5000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '::1',
    '[a]',
    '*',
  ]
  for (const host of wrong) {
    const fault: string = originFault({ host, origin: `http://${host}` }, names, false) ?? ''
    assert.ok(fault.startsWith(`Host is "${host}": expected an IP address or one of localhost, `), fault)
    assert.match(fault, /jobs\.example/)
  }
  assert.match(originFault({}, names, false) ?? '', /^there is no Host: /)
})
