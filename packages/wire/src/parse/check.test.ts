import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Check } from './check.ts'
import { alternatives, describe } from './describe.ts'
import { at, pathText, top } from './path.ts'

function problems(read: (check: Check) => void): readonly string[] {
  const check = new Check()
  read(check)
  const result = check.result(null)
  return result.ok ? [] : result.error.split('\n')
}

test('CHK1: where, what was expected, what was there', () => {
  assert.deepEqual(
    problems((check) => check.text(5, at(top('a'), 'b'))),
    ['a.b: expected a string, got 5'],
  )
  assert.deepEqual(
    problems((check) => check.text(undefined, top('a'))),
    ['a: missing; expected a string'],
  )
  assert.deepEqual(
    problems((check) => check.word('x', top('m'), ['tempfile', 'memory'])),
    ['m: expected "tempfile" or "memory", got "x"'],
  )
  assert.deepEqual(
    problems((check) => check.fields([], top(''))),
    ['expected a map, got an empty array'],
  )
  assert.equal(describe(new Uint8Array(3)), '3 bytes')
  assert.equal(describe(2n ** 60n), '1152921504606846976')
  assert.equal(describe({}), 'a map')
  assert.equal(describe([1]), 'an array')
  assert.equal(alternatives(['a', 'b', 'c']), '"a", "b" or "c"')
})

test('CHK2: paths', () => {
  const fd = at(at(at(at(top('specs'), 'abc'), 'fds'), 1), 1)
  assert.equal(pathText(at(at(fd, 'capture'), 'mode')), 'specs.abc.fds[1][1].capture.mode')
  assert.equal(pathText(at(top('specs'), 'a b')), 'specs["a b"]')
  assert.equal(pathText(at(top('specs'), '')), 'specs[""]')
  assert.equal(pathText(at(at(top('specs'), 'x'), 'pipe-read')), 'specs.x.pipe-read')
  assert.equal(pathText(at(top(''), 'conn')), 'conn')
})

test('CHK3: all problems up to ten', () => {
  assert.equal(problems((check) => check.texts([1, 'a', 2], top('x'))).length, 2)
  assert.equal(
    problems((check) =>
      check.texts(
        Array.from({ length: 1000 }, () => 0),
        top('x'),
      ),
    ).length,
    10,
  )
})

test('CHK3: after ten problems nothing more is looked at', () => {
  const check = new Check()
  const items = new Proxy(
    Array.from({ length: 1000 }, () => 0),
    {
      get: (target, key) => {
        if (key === '100') assert.fail('looked at item 100')
        return Reflect.get(target, key) as unknown
      },
    },
  )
  assert.equal(check.isFull, false)
  check.texts(items, top('x'))
  assert.equal(check.isFull, true)
  assert.deepEqual(
    [check.fields({ a: 1 }, top('y')), check.items([1], top('z')), check.texts([1], top('w'))],
    [{}, [], []],
  )
  assert.ok(!check.result(null).ok)
})

test('CHK4: long texts are cut', () => {
  const [problem = ''] = problems((check) => check.integer('x'.repeat(5000), at(top('a'), 'k'.repeat(5000)), 0))
  assert.ok(problem.length < 250, problem)
})

test('CHK5: unknown keys', () => {
  assert.deepEqual(
    problems((check) => check.fields({ a: 1, c: 2 }, top('x'), ['a', 'b'])),
    ['x.c: unknown key; expected "a" or "b"'],
  )
  assert.deepEqual(
    problems((check) => check.fields({ a: 1, c: 2 }, top('x'))),
    [],
  )
})

test('CHK6: positional arrays', () => {
  const check = new Check()
  assert.deepEqual({ ...check.fields([1, 2], top('x'), ['a', 'b', 'c']) }, { a: 1, b: 2, c: undefined })
  assert.ok(check.result(null).ok)
  assert.deepEqual(
    problems((other) => other.fields([1, 2], top('x'), ['a'])),
    ['x: expected at most 1 items, got 2'],
  )
})

test('CHK7: __proto__ is refused', () => {
  const hostile: unknown = JSON.parse('{"__proto__": {"a": 1}}')
  assert.deepEqual(
    problems((check) => check.fields(hostile, top('x'))),
    ['x: the key __proto__ is not accepted'],
  )
})

test('CHK8: kinds and ranges', () => {
  const path = top('x')
  assert.deepEqual(
    problems((check) => {
      check.integer(0, path, 0, 5)
      check.integer(5, path, 0, 5)
      check.number(1.5, path)
      check.number(2n ** 60n, path)
      check.flag(false, path)
      check.duration(0, path)
      check.bytes(new Uint8Array(0), path)
      check.optionalText(null, path)
      check.optionalText(undefined, path)
      check.items([], path)
    }),
    [],
  )
  const wrong: ((check: Check) => unknown)[] = [
    (check) => check.integer(6, path, 0, 5),
    (check) => check.integer(1.5, path, 0),
    (check) => check.integer(-1, path, 0),
    (check) => check.number(Number.NaN, path),
    (check) => check.number('1', path),
    (check) => check.flag(1, path),
    (check) => check.duration(-1, path),
    (check) => check.duration(Infinity, path),
    (check) => check.bytes('a', path),
    (check) => check.optionalText(1, path),
    (check) => check.items({}, path),
    (check) => check.fields(null, path),
    (check) => check.fields(new Uint8Array(1), path),
  ]
  for (const read of wrong) assert.equal(problems(read).length, 1, String(read))
})
