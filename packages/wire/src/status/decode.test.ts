import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeStatus } from './index.ts'

test('STAT1: exits', () => {
  assert.deepEqual(decodeStatus(0), { status: 0, exit_code: 0, signum: null, signal: null, core_dump: false })
  assert.deepEqual(decodeStatus(10752), { status: 10752, exit_code: 42, signum: null, signal: null, core_dump: false })
  assert.equal(decodeStatus(16128).exit_code, 63)
  assert.equal(decodeStatus(0xff00).exit_code, 255)
})

test('STAT2: signals', () => {
  assert.deepEqual(decodeStatus(15), { status: 15, exit_code: null, signum: 15, signal: 'SIGTERM', core_dump: false })
  assert.deepEqual(decodeStatus(0x8b), {
    status: 0x8b,
    exit_code: null,
    signum: 11,
    signal: 'SIGSEGV',
    core_dump: true,
  })
  assert.deepEqual(decodeStatus(35), {
    status: 35,
    exit_code: null,
    signum: 35,
    signal: 'SIGRTMIN+1',
    core_dump: false,
  })
  assert.deepEqual(decodeStatus(33), { status: 33, exit_code: null, signum: 33, signal: null, core_dump: false })
})

test('STAT3: not ended', () => {
  assert.deepEqual(decodeStatus(0x137f), {
    status: 0x137f,
    exit_code: null,
    signum: null,
    signal: null,
    core_dump: false,
  })
  assert.deepEqual(decodeStatus(0xffff), {
    status: 0xffff,
    exit_code: null,
    signum: null,
    signal: null,
    core_dump: false,
  })
})
