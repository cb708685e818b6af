import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { failures, fails, gives, label, pairs, run, SCOPE } from './fixture.test.ts'
import { expand, isTemplate, templateFault } from './index.ts'

for (const pair of pairs([
  ['', ''],
  ['plain { text } %}', 'plain { text } %}'],
  ['x\n', 'x'],
  ['x\n\n', 'x\n'],
  ['a\r\nb\rc\r\n', 'a\nb\nc'],
  ['{{ n }}\r\nb\n', '20\nb'],
  ['{{ 5 }}', '5'],
])) {
  test(`TMPL1: ${label(pair[0])}`, () => gives(pair))
}

test('TMPL1: a plain text is itself', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!isTemplate(text) && !/[\r\n]/.test(text))
      assert.deepEqual(run(text), { ok: true, value: text })
    }),
  )
})

for (const pair of pairs([
  ['{{ true }} {{ false }} {{ none }}', 'True False None'],
  ['{{ 1 }} {{ 1.0 }} {{ 1e20 }} {{ 1e-7 }} {{ 0.1 + 0.2 }}', '1 1.0 1e+20 1e-07 0.30000000000000004'],
  ['{{ 123456789012345678901234567890 }}', '123456789012345678901234567890'],
  [`{{ [1, 'a', "it's", None, 2.5, true] }}`, `[1, 'a', "it's", None, 2.5, True]`],
  ['{{ (1,) }} {{ () }} {{ 1, 2 }}', '(1,) () (1, 2)'],
  [`{{ {'a': 1, 2: [3]} }}`, `{'a': 1, 2: [3]}`],
  ['{{ range(3) }} {{ "a\\n\\\\b" | list }}', "range(0, 3) ['a', '\\n', '\\\\', 'b']"],
])) {
  test(`TMPL2: ${label(pair[0])}`, () => gives(pair))
}

for (const pair of pairs([
  ['{{ run_id }} {{ job_id }} {{ n }}', 'r12 group/job 20'],
  ['{{ n + "1" }}', '201'],
  ['{{ n | int + 1 }}', '21'],
  ['{{ range(1, 7, 2) | list }} {{ dict(a=1) }} {{ namespace(a=1).a }}', "[1, 3, 5] {'a': 1} 1"],
])) {
  test(`TMPL3: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{{ n + 1 }}', 'can only concatenate str (not "int") to str', 1, 6],
  ['{{ now }}', "name 'now' is not defined"],
  ['{{ str(1) }}', "name 'str' is not defined"],
])) {
  test(`TMPL3: ${label(failure[0])} fails`, () => fails(failure))
}

test('TMPL3: args shadow the rest', () => {
  const scope = { ...SCOPE, args: { run_id: 'mine', range: 'r', __proto__x: 'p', constructor: 'c' } }
  assert.deepEqual(expand('{{ run_id }} {{ range }} {{ __proto__x }} {{ constructor }}', scope), {
    ok: true,
    value: 'mine r p c',
  })
})

test('TMPL3: an action sees args only', () => {
  const scope = { args: { a: '1' } }
  assert.deepEqual(expand('{{ a }} {{ range(2) | list }}', scope), { ok: true, value: '1 [0, 1]' })
  for (const name of ['run_id', 'job_id', 'Date', 'format']) {
    assert.deepEqual(expand(`{{ ${name} }}`, scope), {
      ok: false,
      message: `name '${name}' is not defined`,
      at: { line: 1, column: 4 },
    })
  }
})

for (const pair of pairs([
  ['{{ x | default("d") }} {{ x | d }}|{{ x | default }}', 'd |'],
  ['{{ n | default("d") }} {{ "" | default("d") }} {{ "" | default("d", true) }}', '20  d'],
  ['{{ "" | default("e", boolean=true) }} {{ x | default(default_value="v") }}', 'e v'],
  ['{{ x is defined }} {{ n is defined }} {{ x is undefined }} {{ x is not defined }}', 'False True True True'],
  ['{% if x is defined and x == 1 %}a{% else %}b{% endif %}', 'b'],
  [
    '{{ n.foo | default("d") }} {{ {}.a | default("d") }} {{ [][3] | default("d") }} {{ [] | first | default("d") }}',
    'd d d d',
  ],
  ['{{ (x if false) | default("d") }} {{ (x if false) is defined }}|{{ x if false }}|', 'd False||'],
])) {
  test(`TMPL4: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{{ x }}', "name 'x' is not defined", 1, 4],
  ['{{ x.y | default("d") }}', "name 'x' is not defined"],
  ['{{ n.foo }}', "'str object' has no attribute 'foo'", 1, 5],
  ['{{ n["foo"] }}', "'str object' has no attribute 'foo'"],
  ['{{ [1][5] }}', 'list object has no element 5'],
  ['{% if x %}{% endif %}', "name 'x' is not defined"],
  ['{% for y in x %}{% endfor %}', "name 'x' is not defined"],
  ['{{ x | upper }}', "name 'x' is not defined"],
  ['{{ x == 1 }}', "name 'x' is not defined"],
  ['{{ [x] }}', "name 'x' is not defined"],
  ['{{ x is none }}', "name 'x' is not defined"],
  ['{{ [] | first }}', /there is no first item/],
])) {
  test(`TMPL4: ${label(failure[0])} fails`, () => fails(failure))
}

test('TMPL5: where an error arose', () => {
  const template = 'first\nsecond {{ n }}\n  {{ n | int }} {{ missing }}'
  assert.deepEqual(run(template), { ok: false, message: "name 'missing' is not defined", at: { line: 3, column: 20 } })
  assert.deepEqual(templateFault('a\n{{ n'), {
    ok: false,
    message: "expected token 'end of print statement', got 'end of template'",
    at: { line: 2, column: 5 },
  })
  assert.equal(templateFault('{{ missing }}'), null)
  assert.equal(templateFault('no template'), null)
})

test('TMPL5: no text is more than a value or an error', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    ' n ',
    ' if ',
    'for x in ',
    'endfor',
    'endif',
    '|',
    'list',
    '(',
    ')',
    '[',
    ']',
    '"',
    "'",
    '1',
    '.',
    ',',
    '-',
    'is ',
    'not ',
    '{',
    '}',
    ':',
    'a',
    '\n',
    '\\',
    'set ',
    '=',
    'raw',
    '%',
    '*',
    '~',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
      ),
      (template) => {
        const result = run(template)
        assert.equal(typeof (result.ok ? result.value : result.message), 'string')
      },
    ),
    { numRuns: 3_000 },
  )
})

test('TMPL6: expansions leave nothing behind', () => {
  const template = '{% set l = [1] %}{% set _ = l.append(2) %}{{ l }}{{ dict(a=l) }}'
  assert.deepEqual(run(template), run(template))
  assert.deepEqual(run('{% set range = 1 %}{{ range }}'), { ok: true, value: '1' })
  assert.deepEqual(run('{{ range(1) | list }}'), { ok: true, value: '[0]' })
  assert.deepEqual(expand('{{ n }}', { args: { n: '1' } }), { ok: true, value: '1' })
  assert.deepEqual(expand('{{ n }}', { args: { n: '2' } }), { ok: true, value: '2' })
})

test('TMPL37: a tag that is not closed is told where it opens', () => {
  const place = (text: string): string => {
    const at = templateFault(text)?.at
    return `${at?.line}:${at?.column}`
  }
  assert.equal(place('one\n{% if a %}\ntwo\n'), '2:4')
  assert.equal(place('{% for x in y %}{% if a %}{% endif %}\n\n'), '1:4')
  assert.equal(place('{% if a %}{% elif b %}{% else %}\n'), '1:4')
  assert.equal(place('\n\n {% macro m() %}x'), '3:5')
})
