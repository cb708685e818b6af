import assert from 'node:assert/strict'
import test from 'node:test'
import { readInput } from './index.ts'

function read(text: string) {
  return readInput(new TextEncoder().encode(text))
}

test('a document becomes specs; the last of a repeated id counts', () => {
  const specs = { a: { argv: ['x'] } }
  assert.deepEqual(read('{"specs": {"a": {"argv": ["x"]}}}'), { ok: true, value: specs })
  assert.deepEqual(read('[{"a": {"argv": ["x"]}}]'), { ok: true, value: specs })
  assert.deepEqual(read('{"specs": {"a": {"argv": ["y"]}, "a": {"argv": ["x"]}}}'), { ok: true, value: specs })
})

test('what is wrong, and where', () => {
  const error = (text: string): string => {
    const parsed = read(text)
    return parsed.ok ? '' : parsed.error
  }
  assert.match(error('{"specs": '), /^not JSON: /)
  assert.match(error('{}'), /specs/)
  assert.match(error('[]'), /./)
  assert.match(error('{"specs": {}, "more": 1}'), /more/)
  assert.match(error('{"specs": {"a": {"argv": "x"}}}'), /specs\.a\.argv/)
  assert.deepEqual(readInput(Uint8Array.of(0x7b, 0xff)), { ok: false, error: 'not UTF-8' })
})

test('what has too many values, or nests too deep, is refused before it is parsed', () => {
  const argv = (items: string): string => `{"specs": {"a": {"argv": [${items}]}}}`
  const error = (text: string): string => {
    const parsed = read(text)
    return parsed.ok ? '' : parsed.error
  }
  for (const item of ['{}', '[]', '""', '1'])
    assert.equal(error(argv(Array(1_000_001).fill(item).join())), 'more than 1000000 values')
  assert.equal(error('['.repeat(2_000_000)), 'nesting deeper than 32')
  assert.deepEqual(read(argv(JSON.stringify('\\",[{:'.repeat(300_000)))).ok, true)
  assert.deepEqual(read(argv(Array(400_000).fill('"x"').join())).ok, true)
})
