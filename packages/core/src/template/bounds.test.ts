import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BoundedCache } from './cache.ts'
import { failures, fails, gives, label, pairs, run } from './fixture.test.ts'
import { expand, type Expanded, MAX_OUTPUT, MAX_TEMPLATE } from './index.ts'

const VALUES = [
  'n',
  '5',
  '1.5',
  'true',
  'none',
  '[]',
  '()',
  '{}',
  'range',
  'range(3)',
  'n.upper',
  'namespace()',
  'Date(date)',
  'format',
] as const
const NAMES = [
  '__class__',
  '__proto__',
  '__globals__',
  '__init__',
  '__subclasses__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'call',
  'apply',
  'bind',
  'kind',
  'entries',
  'attributes',
  'type',
  'value',
  'length',
  'caller',
  'arguments',
] as const

test('TMPL30: nothing of the host is an attribute', () => {
  for (const value of VALUES) {
    for (const name of NAMES) {
      for (const access of [`(${value}).${name}`, `(${value})["${name}"]`, `(${value}) | attr("${name}")`]) {
        assert.deepEqual(run(`{{ (${access}) is defined }}`), { ok: true, value: 'False' }, access)
      }
    }
  }
})

test('TMPL30: nothing of the host is a name, a filter, a test or a key', () => {
  for (const name of [
    ...NAMES,
    'process',
    'globalThis',
    'Function',
    'eval',
    'require',
    'this',
    'self',
    'Object',
    'Temporal',
  ]) {
    assert.deepEqual(run(`{{ ${name} is defined }}`), { ok: true, value: 'False' }, name)
    assert.equal(run(`{{ n | ${name}(1) }}`).ok, false, name)
    assert.equal(run(`{{ n is ${name} }}`).ok, false, name)
    assert.deepEqual(run(`{{ {"a": 1}.get("${name}") }}`), { ok: true, value: 'None' })
  }
})

for (const failure of failures([
  [`{{ n }}${'x'.repeat(MAX_TEMPLATE)}`, `the template has more than ${MAX_TEMPLATE} characters`],
  ['{{ "x" * 2000000 }}', /makes a text of more than/],
  ['{% for i in range(30000) %}{{ "x" * 100 }}{% endfor %}', /makes a text of more than/],
  ['{{ "x".ljust(99999999) }}', /makes a text of more than/],
  ['{{ "%9999999d" % 1 }}', /makes a text of more than/],
  ['{{ format(1, "9999999d") }}', /makes a text of more than/],
  ['{{ "a\n" * 500000 | indent(1000) }}', /./],
  ['{{ ("x" * 1000000).replace("x", "yyyy") }}', /./],
])) {
  test(`TMPL31: ${label(failure[0])} fails`, () => fails(failure))
}
for (const pair of pairs([['{{ ("x" * 1048576) | length }}', String(MAX_OUTPUT)]])) {
  test(`TMPL31: ${label(pair[0])}`, () => gives(pair))
}

test('TMPL31: long plain texts are themselves', () => {
  const long = 'x'.repeat(MAX_TEMPLATE * 2)
  assert.deepEqual(run(long), { ok: true, value: long })
})

const STEPS = /takes more than \d+ steps/
for (const failure of failures([
  ['{{ range(1000000000) | list }}', STEPS],
  ['{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}', STEPS],
  ['{{ [0] * 1000000 }}', STEPS],
  ['{% set ns = namespace(l=[0]) %}{% for i in range(40) %}{% set ns.l = ns.l + ns.l %}{% endfor %}', STEPS],
  ['{{ [1, 2] | slice(100000000) | list }}', STEPS],
  ['{{ [1] | batch(100000000, 0) | list }}', STEPS],
  ['{{ ("x" * 1000000).replace("", "") | length }}', STEPS],
  ['{{ ("x" * 1000000) | list | length }}', STEPS],
  ['{{ ("a" * 200000) | wordwrap(1) | length }}', STEPS],
  ['{{ 2 ** 100000 }}', 'a whole number has more than 4096 bits'],
  ['{{ 9 ** 9 ** 9 ** 9 ** 9 }}', 'a whole number has more than 4096 bits'],
  [`{{ "${'9'.repeat(5_000)}" | int }}`, 'a whole number has more than 4096 bits'],
  [
    '{% set ns = namespace(n=10) %}{% for i in range(90) %}{% set ns.n = ns.n * ns.n %}{% endfor %}',
    'a whole number has more than 4096 bits',
  ],
  ['{{ 10.0 ** 400 }}', 'Numerical result out of range'],
])) {
  test(`TMPL32: ${label(failure[0])} fails`, () => fails(failure))
}

for (const failure of failures([
  [`{{ ${'('.repeat(5_000)}1${')'.repeat(5_000)} }}`, 'the template is nested too deeply'],
  [`{{ ${'['.repeat(5_000)}${']'.repeat(5_000)} }}`, 'the template is nested too deeply'],
  [`{{ ${'not '.repeat(5_000)}1 }}`, 'the template is nested too deeply'],
  [`{{ ${'-'.repeat(5_000)}1 }}`, 'the template is nested too deeply'],
  [`{{ ${'1+'.repeat(5_000)}1 }}`, 'the template is nested too deeply'],
  [`{{ n${'|upper'.repeat(5_000)} }}`, 'the template is nested too deeply'],
  ['{% if 1 %}'.repeat(2_000) + '{% endif %}'.repeat(2_000), 'the template is nested too deeply'],
  ['{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}', 'the template is nested too deeply'],
  ['{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}', 'the template is nested too deeply'],
  ['{% set l = [] %}{% set _ = l.append(l) %}{{ l }}', 'a value is nested too deeply'],
  [
    '{% set a = [] %}{% set _ = a.append(a) %}{% set b = [] %}{% set _ = b.append(b) %}{{ a == b }}',
    'a value is nested too deeply',
  ],
  ['{% set l = [] %}{% set _ = l.append(l) %}{{ l | tojson }}', 'a value is nested too deeply'],
])) {
  test(`TMPL33: ${label(failure[0])} fails`, () => fails(failure))
}

test('TMPL34: the cache forgets what was not used for longest', () => {
  const cache = new BoundedCache<number>(3, 100)
  let made = 0
  const get = (key: string): number => cache.get(key, () => ++made)
  assert.deepEqual(['a', 'b', 'c', 'a'].map(get), [1, 2, 3, 1])
  assert.deepEqual(['d', 'a', 'b'].map(get), [4, 1, 5])
  const long = 'x'.repeat(98)
  get(long)
  assert.equal(get(long), 6)
  assert.equal(get('a'), 1)
  // Larger than the whole cache: it is made, and nothing stays.
  assert.equal(get('y'.repeat(200)), 7)
  assert.equal(get('a'), 8)
})

test('TMPL35: where the caller leaves no room on the stack, a template is an error, and none later', () => {
  const template = `{{ ${'('.repeat(30)}1${')'.repeat(30)} }}`
  // Each frame that gets no answer leaves the next try more room.
  const deepest = (depth: number): Expanded<string> => {
    try {
      return deepest(depth + 1)
    } catch (error) {
      assert.ok(error instanceof RangeError)
      return expand(template, { args: {} })
    }
  }
  const cramped = deepest(0)
  assert.equal(cramped.ok ? cramped.value : cramped.message, 'the template is nested too deeply')
  assert.deepEqual(expand(template, { args: {} }), { ok: true, value: '1' })
})

test('TMPL32: a word is broken into as many lines as there are steps for', () => {
  assert.deepEqual(run('{{ ("a" * 60000) | wordwrap(1) | length }}'), { ok: true, value: '119999' })
})
