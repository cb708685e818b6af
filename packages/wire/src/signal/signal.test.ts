import assert from 'node:assert/strict'
import { constants } from 'node:os'
import { test } from 'node:test'
import { parseSignal, signalName, signalNumber, signalsOfMask } from './index.ts'

test('SIG1: standard signals', () => {
  assert.equal(signalNumber('SIGTERM'), 15)
  assert.equal(signalNumber('SIGUSR2'), 12)
  assert.equal(signalName(7), 'SIGBUS')
  // The platform's own table, where it has the name.
  for (let signum = 1; signum <= 31; signum++) {
    const name = signalName(signum)
    const platform = Object.entries(constants.signals).find(([known]) => known === name)
    if (process.platform === 'linux' && platform !== undefined) assert.equal(platform[1], signum, platform[0])
    assert.notEqual(name, null)
  }
})

test('SIG2: real-time signals', () => {
  assert.deepEqual([34, 35, 49, 50, 63, 64].map(signalName), [
    'SIGRTMIN',
    'SIGRTMIN+1',
    'SIGRTMIN+15',
    'SIGRTMAX-14',
    'SIGRTMAX-1',
    'SIGRTMAX',
  ])
  assert.deepEqual(
    [0, -1, 32, 33, 65, 1.5, 34.5, Number.NaN].map(signalName),
    Array.from({ length: 8 }, () => null),
  )
})

test('SIG3: forms', () => {
  for (const form of ['TERM', 'SIGTERM', 'sigterm', 'term', '15', 15])
    assert.deepEqual(parseSignal(form), { ok: true, value: 15 }, String(form))
  assert.deepEqual(parseSignal('RTMIN+3'), { ok: true, value: 37 })
  assert.deepEqual(parseSignal('SIGRTMIN+30'), { ok: true, value: 64 })
  assert.deepEqual(parseSignal('SIGPOLL'), { ok: true, value: 29 })
  assert.deepEqual(parseSignal('CLD'), { ok: true, value: 17 })
  assert.deepEqual(parseSignal('IOT'), { ok: true, value: 6 })
  for (let signum = 1; signum <= 64; signum++)
    assert.deepEqual(parseSignal(signalName(signum) ?? signum), { ok: true, value: signum })
})

test('SIG4: refusals', () => {
  for (const wrong of [
    0,
    65,
    -9,
    1.5,
    '0',
    '65',
    '',
    'SIG',
    'SIGFOO',
    'SIGRTMIN+31',
    'SIGRTMAX-31',
    'SIGRTMIN-1',
    '15 ',
    '9'.repeat(20),
    null,
    undefined,
    {},
  ]) {
    assert.equal(parseSignal(wrong).ok, false, JSON.stringify(wrong))
  }
  assert.deepEqual(parseSignal('FOO'), {
    ok: false,
    error: 'expected a signal, such as "SIGTERM", "TERM" or a number from 1 to 64, got "FOO"',
  })
})

test('SIG5: masks', () => {
  assert.deepEqual(signalsOfMask(0n), [])
  assert.deepEqual(signalsOfMask(0x1000n), ['SIGPIPE'])
  assert.deepEqual(signalsOfMask(0x1_8000_0001n), ['SIGHUP', '32', '33'])
  assert.deepEqual(signalsOfMask(1n << 63n), ['SIGRTMAX'])
})
