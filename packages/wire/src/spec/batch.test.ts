import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkBatch, type FdSpec, type ProcSpecs } from './index.ts'

function fds(...fds: readonly (readonly [string, FdSpec])[]): ProcSpecs {
  return { p: { argv: ['a'], fds } }
}

function read(procId: string, fd: string): FdSpec {
  return { 'pipe-read': { proc_id: procId, fd } }
}

test('PSPEC11: bad fd', () => {
  assert.equal(checkBatch(fds(['stdlog', 'close'])), 'bad fd: stdlog')
  assert.equal(checkBatch(fds(['1.0', 'close'])), 'bad fd: 1.0')
  assert.equal(checkBatch(fds(['', 'close'])), 'bad fd: ')
  assert.equal(checkBatch(fds(['2147483648', 'close'])), 'bad fd: 2147483648')
  assert.equal(checkBatch({ p: { argv: ['a'], fds: [['0', read('p', 'nope')]] } }), 'bad fd: nope')
  assert.equal(checkBatch(fds(['stdin', 'close'], ['+7', 'close'], ['-1', 'close'])), null)
})

test('PSPEC12: duplicate fd', () => {
  assert.equal(checkBatch(fds(['stdout', 'close'], ['1', 'inherit'])), 'duplicate fd: 1')
  assert.equal(checkBatch(fds(['1', 'close'], ['stdout', 'inherit'])), 'duplicate fd: stdout')
  assert.equal(checkBatch(fds(['007', 'close'], ['+7', 'inherit'])), 'duplicate fd: +7')
  assert.equal(checkBatch(fds(['0', 'close'], ['-0', 'inherit'])), 'duplicate fd: -0')
  assert.equal(checkBatch(fds(['0', 'close'], ['1', 'close'])), null)
})

test('PSPEC13: unmatched read pipe', () => {
  const reader = { argv: ['r'], fds: [['stdin', read('w', 'stdout')]] } as const
  const writer = { argv: ['w'], fds: [['1', 'pipe-write']] } as const
  assert.equal(checkBatch({ r: reader, w: writer }), null)
  assert.equal(checkBatch({ w: writer, r: reader }), null)
  assert.equal(checkBatch({ r: reader }), 'unmatched read pipe: w stdout')
  assert.equal(checkBatch({ r: reader, w: { argv: ['w'], fds: [['1', 'close']] } }), 'unmatched read pipe: w stdout')
  assert.equal(checkBatch({ r: reader, r2: reader, w: writer }), 'unmatched read pipe: w stdout')
})

test('PSPEC14: unmatched write pipe', () => {
  assert.equal(checkBatch(fds(['stdout', 'pipe-write'])), 'unmatched write pipe: p 1')
})

test('PSPEC15: what would kill an existing agent', () => {
  assert.equal(checkBatch({ p: { argv: [] } }), 'empty argv: p')
  assert.equal(checkBatch({ p: { argv: [], exe: '/bin/true' } }), 'empty argv: p')
  assert.equal(checkBatch({ p: { argv: ['a', 'b\0'] } }), 'NUL character in argv[1]: p')
  assert.equal(checkBatch({ p: { argv: ['a'], env: { vars: { A: 'x\0' } } } }), 'NUL character in env.vars "A": p')
  assert.equal(checkBatch({ p: { argv: ['a'], cwd: '/\0' } }), 'NUL character in cwd: p')
  assert.equal(checkBatch({ p: { argv: ['a'], exe: '\0' } }), 'NUL character in exe: p')
  assert.equal(checkBatch(fds(['1', { file: { path: '/\0' } }])), 'NUL character in fds 1: p')
  assert.equal(checkBatch({ '': { argv: ['a'] } }), 'bad proc id: 0 bytes, expected 1 to 255')
  assert.equal(checkBatch({ ['é'.repeat(128)]: { argv: ['a'] } }), 'bad proc id: 256 bytes, expected 1 to 255')
  assert.equal(checkBatch({ ['é'.repeat(127)]: { argv: ['a'] } }), null)
  assert.equal(checkBatch({ 'a\0': { argv: ['a'] } }), 'bad proc id: contains a NUL character')
  assert.equal(checkBatch({ 'a\ud800': { argv: ['a'] } }), 'bad proc id: contains a lone surrogate')
  assert.equal(checkBatch({ p: { argv: ['a', 'b\udc00'] } }), 'lone surrogate in argv[1]: p')
  const split = { 'A\ud83d': '\ude00' }
  assert.equal(checkBatch({ p: { argv: ['a'], env: { vars: split } } }), 'lone surrogate in env.vars "A\\ud83d": p')
  assert.equal(checkBatch({ p: { argv: ['a'], mask: ['four', 'five\ud83d'] } }), 'lone surrogate in mask[1]: p')
  assert.equal(checkBatch(fds(['0', { data: { text: '\ude00' } }])), 'lone surrogate in fds 0 data: p')
  assert.equal(checkBatch({ p: { argv: ['a'], mask: ['\0\0\0\0'], fds: [['0', { data: { text: '😀\0' } }]] } }), null)
  assert.equal(checkBatch({ '😀': { argv: ['😀'], cwd: '/😀' } }), null)
  const many = Object.fromEntries(Array.from({ length: 1025 }, (_, index) => [`p${index}`, { argv: ['a'] }]))
  assert.equal(checkBatch(many), 'too many specs: 1025, at most 1024')
})
