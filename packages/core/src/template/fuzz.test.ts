import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SCOPE } from './fixture.test.ts'
import { expand, MAX_OUTPUT, templateFault } from './index.ts'

// `expand` lets errors through that are not of a template: a throw fails the property.
function tried(template: string): void {
  const start = performance.now()
  const result = expand(template, SCOPE)
  if (result.ok) assert.ok(result.value.length <= MAX_OUTPUT)
  else {
    assert.notEqual(result.message, '')
    const lines = template.split(/\r\n|\r|\n/)
    const { line, column } = result.at ?? { line: 1, column: 1 }
    assert.ok(line >= 1 && line <= lines.length, `line ${line}`)
    assert.ok(column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1, `column ${column}`)
  }
  templateFault(template)
  // The limit of steps allows some 10 ms; the machine may be busy.
  assert.ok(performance.now() - start < 2_000)
}

const PIECES = [
  '{{',
  '}}',
  '{%',
  '%}',
  '{#',
  '#}',
  '{{-',
  '-}}',
  ' ',
  '\n',
  '\r\n',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  '.',
  ':',
  '|',
  '~',
  '=',
  '==',
  '<',
  '+',
  '-',
  '*',
  '**',
  '/',
  '//',
  '%',
  "'",
  '"',
  '\\',
  '0',
  '7',
  '1e308',
  '99999999',
  '9999999999999999999',
  '0x',
  '1.5',
  'if',
  'else',
  'elif',
  'endif',
  'for',
  'in',
  'endfor',
  'set',
  'endset',
  'macro',
  'endmacro',
  'call',
  'endcall',
  'filter',
  'endfilter',
  'raw',
  'endraw',
  'with',
  'endwith',
  'block',
  'endblock',
  'is',
  'not',
  'and',
  'or',
  'defined',
  'none',
  'true',
  'x',
  'n',
  'date',
  'list',
  'loop',
  'self',
  'varargs',
  'upper',
  'join',
  'map',
  'select',
  'batch',
  'slice',
  'center',
  'format',
  'int',
  'default',
  'attr',
  'tojson',
  'sum',
  'sort',
  'unique',
  'range',
  'dict',
  'namespace',
  'Date',
  'Time',
  'Daytime',
  'TimeZone',
  'to_local',
  'from_local',
  'get_calendar',
  'Date(date)',
  "Time('2026-01-01T00:00:00Z')",
  "get_calendar('Mon-Fri')",
  '.shift',
  '.count',
  '.before',
  '.month',
  '.weekday',
  '__class__',
  '\u{1f600}',
  '\ud800',
  '\0',
] as const

const SEEDS = [
  '{{ Date(date) - 1 }}',
  '{% for x in list.split(",") if x != "a" %}{{ loop.index }}:{{ x | upper }}{% else %}none{% endfor %}',
  '{{ format(Time("2026-01-01T00:00:00Z") + n | int, "%Y-%m-%d %H:%M:%.3S@Europe/Paris") }}',
  '{% macro m(a, b=2) %}{{ a }}{{ b }}{{ caller() }}{% endmacro %}{% call m(1) %}x{% endcall %}',
  '{% set d, t = to_local("2026-01-01T00:00:00Z", "Asia/Tokyo") %}{{ from_local((d + 1, t - 60), TimeZone("UTC")) }}',
  '{{ get_calendar("Mon-Fri").shift(date, n | int) in get_calendar("all") }}',
  '{{ "%05.2f|%s" % (1.5, {"a": [1, none]}) ~ "{:>{}}".format(1, 2) }}',
  '{% raw %}{{ x }}{% endraw %}{# c #}{%- if n is defined and n|int > 3 -%} {{ n[::-1] }} {%- endif %}',
] as const

const RUN = { seed: 20_260_131, numRuns: 1_500 }

test('TMPL35: pieces of templates in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 25 }), (pieces) => tried(`{{ ${pieces.join('')}`)),
    RUN,
  )
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }), (pieces) =>
      tried(`{{ ${pieces.join(' ')} }}`),
    ),
    RUN,
  )
})

test('TMPL35: expressions of types and operators', () => {
  const operand = fc.constantFrom(
    'n',
    '1',
    '-7',
    '2.5',
    '1e308',
    '""',
    '"x"',
    'none',
    'true',
    '[]',
    '[1, "a"]',
    '(1, 2)',
    '{}',
    '{"a": 1}',
    'range(3)',
    'namespace()',
    'Date(date)',
    'Daytime(9)',
    'Time("2026-01-01T00:00:00Z")',
    'TimeZone("UTC")',
    'get_calendar("Mon")',
    'to_local("2026-01-01T00:00:00Z", "UTC")',
    'Date',
    'format',
    'date.split',
    'Date(date).month',
    'Date("9999-12-31")',
    'Daytime("23:59:59.999999")',
  )
  const operator = fc.constantFrom(
    '+',
    '-',
    '*',
    '/',
    '//',
    '%',
    '**',
    '~',
    '==',
    '<',
    '>=',
    'in',
    'not in',
    'and',
    'or',
    '|map("string")|list +',
    'is eq',
    'is in',
    '|sort ==',
    '|join(date) +',
  )
  fc.assert(
    fc.property(operand, operator, operand, operator, operand, (a, x, b, y, c) =>
      tried(`{{ ${a} ${x} ${b} ${y} ${c} }}`),
    ),
    RUN,
  )
  const name = fc.constantFrom(
    'year',
    'month',
    'date',
    'daytime',
    'shift(1)',
    'shift(date, 9999999)',
    'count(date, date)',
    'before("x")',
    'items()',
    'format(1)',
    'name',
    'hms',
    '__class__',
  )
  fc.assert(
    fc.property(operand, name, name, (a, x, y) =>
      tried(`{{ (${a}).${x}.${y} }}{{ (${a})["${x}"] }}{{ (${a})[${y}] }}`),
    ),
    RUN,
  )
})

test('TMPL35: templates with mistakes in them', () => {
  const mutation = fc.tuple(fc.nat(200), fc.nat(6), fc.constantFrom('', ...PIECES))
  fc.assert(
    fc.property(fc.constantFrom(...SEEDS), fc.array(mutation, { maxLength: 4 }), (seed, mutations) => {
      tried(
        mutations.reduce<string>((text, [at, length, by]) => text.slice(0, at) + by + text.slice(at + length), seed),
      )
    }),
    RUN,
  )
})

test('TMPL35: any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => tried(`{{${text}`)),
    RUN,
  )
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => tried(`{% ${text} %}${text}`)),
    RUN,
  )
})
