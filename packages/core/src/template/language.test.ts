import { test } from 'node:test'
import { failures, fails, gives, label, pairs } from './fixture.test.ts'

for (const pair of pairs([
  ['{{ 0x1f }} {{ 0b101 }} {{ 0o17 }} {{ 1_000 }} {{ 1.5e3 }} {{ 2e2 }}', '31 5 15 1000 1500.0 200.0'],
  [`{{ 'a\\'b' }} {{ "\\x41\\u00e9\\t|" }} {{ 'a' "b" }} {{ "\\q" }}`, `a'b Aé\t| ab \\q`],
  ['{{ [1, 2, 3,][1] }} {{ [1, 2, 3][-1] }} {{ (1, 2).0 }}', '2 3 1'],
  ['{{ {"a": {"b": 7}}.a.b }} {{ {"a": 1}["a"] }} {{ {"items": 1}["items"] }}', '7 1 1'],
  ['{{ {1: "x"}[1] }} {{ {1: "x"}[1.0] }} {{ {(1, 2): "t"}[(1, 2)] }}', 'x x t'],
  [
    '{{ "hello"[1:3] }} {{ "hello"[::-1] }} {{ "hello"[-3:] }} {{ [1, 2, 3, 4][::2] }} {{ "abc"[5:] }}',
    'el olleh llo [1, 3] ',
  ],
  ['{{ "a😀b"[1] }} {{ "a😀b" | length }} {{ "a😀b"[::-1] }}', '😀 3 b😀a'],
  ['{{ {"a": {}} }}', "{'a': {}}"],
])) {
  test(`TMPL10: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{{ {[]: 1} }}', "unhashable type: 'list'"],
  ['{{ [1]["a"] }}', "'list object' has no attribute 'a'"],
  ['{{ 5[1:2] }}', "'int' object cannot be sliced"],
])) {
  test(`TMPL10: ${label(failure[0])} fails`, () => fails(failure))
}

for (const pair of pairs([
  ['{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 2 ** 3 ** 2 }} {{ -2 ** 2 }}', '7 9 64 4'],
  ['{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 7 / 2 }} {{ 10 / 5 }}', '3 -4 1 2 -2 3.5 2.0'],
  [
    '{{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 2 ** -1 }} {{ 2 ** 0.5 }} {{ 2 ** 100 }}',
    '3.0 0.5 0.5 1.4142135623730951 1267650600228229401496703205376',
  ],
  [
    '{{ "a" + "b" }} {{ "a" * 3 }} {{ 2 * "ab" }} {{ [1] + [2] }} {{ [0] * 2 }} {{ "a" ~ 1 ~ none }}',
    'ab aaa abab [1, 2] [0, 0] a1None',
  ],
  ['{{ "a" + 1 ~ 2 }}', 'a12'],
  [
    '{{ 1 < 2 < 3 }} {{ 1 < 2 > 3 }} {{ 1 == 1.0 }} {{ "1" == 1 }} {{ [1, 2] < [1, 3] }} {{ "a" < "B" }}',
    'True False True False True False',
  ],
  ['{{ 2 in [1, 2] }} {{ "el" in "hello" }} {{ "a" in {"a": 1} }} {{ 3 not in range(3) }}', 'True True True True'],
  ['{{ not true or true }} {{ 1 and 0 }} {{ 0 or "x" }} {{ not 1 == 2 }}', 'True 0 x True'],
  ['{{ true + true }} {{ -true }} {{ +1 }} {{ - 1 }}', '2 -1 1 -1'],
  ['{{ "a" if 1 > 2 else "b" if 0 else "c" }}', 'c'],
  ['{{ -1 | abs }} {{ 1 + -2 | abs }}', '1 3'],
])) {
  test(`TMPL11: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{{ 1 + "a" }}', "unsupported operand type(s) for +: 'int' and 'str'", 1, 6],
  ['{{ "a" - 1 }}', "unsupported operand type(s) for -: 'str' and 'int'"],
  ['{{ 1 / 0 }}', 'division by zero'],
  ['{{ 1 % 0 }}', 'integer division or modulo by zero'],
  ['{{ 1 < "a" }}', "'<' not supported between instances of 'int' and 'str'"],
  ['{{ 1 in 5 }}', "argument of type 'int' is not iterable"],
  ['{{ -"a" }}', "bad operand type for unary -: 'str'"],
  ['{{ 5() }}', "'int' object is not callable"],
])) {
  test(`TMPL11: ${label(failure[0])} fails`, () => fails(failure))
}

for (const pair of pairs([
  ['{% if n == "1" %}a{% elif n == "20" %}b{% else %}c{% endif %}', 'b'],
  [
    '{% for x in [1, 2, 3] if x != 2 %}{{ loop.index }}:{{ x }}{% if not loop.last %},{% endif %}{% endfor %}',
    '1:1,2:3',
  ],
  ['{% for x in [] %}a{% else %}none{% endfor %}', 'none'],
  ['{% for k, v in {"a": 1, "b": 2}.items() %}{{ k }}={{ v }};{% endfor %}', 'a=1;b=2;'],
  ['{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}', '123'],
  ['{% for x in "ab" %}{{ loop.revindex }}{{ loop.first }}{{ loop.cycle("o", "e") }}{% endfor %}', '2Trueo1Falsee'],
  [
    '{% for x in [1, 1, 2] %}{{ loop.changed(x) }}{{ loop.previtem | default("-") }} {% endfor %}',
    'True- False1 True1 ',
  ],
  ['{% for x in [[1, [2]], [3]] recursive %}{{ x if x is number else loop(x) }}{% endfor %}', '123'],
  ['{% set a, b = 1, 2 %}{{ a }}{{ b }}', '12'],
  ['{% set a %}x{{ n }}{% endset %}{{ a }} {% set b | upper %}y{% endset %}{{ b }}', 'x20 Y'],
  ['{% set ns = namespace(t=0) %}{% for i in [1, 2] %}{% set ns.t = ns.t + i %}{% endfor %}{{ ns.t }}', '3'],
  ['{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}', '3'],
  ['{% macro f(x, y=2) %}<{{ x }},{{ y }}>{% endmacro %}{{ f(1) }}{{ f(1, y=3) }}{{ f(x=4) }}', '<1,2><1,3><4,2>'],
  ['{% macro f() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, a=3) }}', "(1, 2){'a': 3}"],
  ['{% macro w() %}[{{ caller("z") }}]{% endmacro %}{% call(q) w() %}hi {{ q }}{% endcall %}', '[hi z]'],
  ['{% filter upper | replace("A", "B") %}a{{ n }}{% endfilter %}', 'B20'],
  ['{% block x %}in{% endblock x %}', 'in'],
  ['{% print 1, 2 %}', '12'],
  ['{% raw %}{{ n }} {% if %}{% endraw %}', '{{ n }} {% if %}'],
])) {
  test(`TMPL12: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{% include "x" %}', 'templates here cannot include, import or extend others', 1, 4],
  ['{% extends "x" %}', 'templates here cannot include, import or extend others'],
  ['{% import "x" as y %}', 'templates here cannot include, import or extend others'],
  ['{% for a, b in [(1, 2, 3)] %}{% endfor %}', 'too many values to unpack (expected 2)'],
  ['{% for a, b in [(1,)] %}{% endfor %}', 'not enough values to unpack (expected 2, got 1)'],
  ['{% for x in 5 %}{% endfor %}', "'int' object is not iterable"],
  ['{% macro f(x) %}{{ x }}{% endmacro %}{{ f() }}', "parameter 'x' was not provided"],
  ['{% macro f(x) %}{% endmacro %}{{ f(1, 2) }}', "macro 'f' takes not more than 1 argument(s)"],
  ['{% macro f(x) %}{% endmacro %}{{ f(y=2) }}', "macro 'f' takes no keyword argument 'y'"],
  ['{% macro f(x) %}{% endmacro %}{{ f(1, x=2) }}', "macro 'f' got multiple values for argument 'x'"],
  ['{% for x in [1] %}{{ loop([]) }}{% endfor %}', /not recursive/],
  ['{% set n.a = 1 %}', 'cannot assign attribute on non-namespace object'],
])) {
  test(`TMPL12: ${label(failure[0])} fails`, () => fails(failure))
}

for (const pair of pairs([
  ['a {{- 1 -}} b', 'a1b'],
  ['a  {%- if true -%}  b  {%- endif -%}  c', 'abc'],
  ['a {# comment {{ n }} #} b', 'a  b'],
  ['a {#- x -#} b', 'ab'],
  ['a {%+ if true +%} b {% endif %}', 'a  b '],
  ['a\n{% if true %}\nb\n{% endif %}\n', 'a\n\nb\n'],
  ['a {%- raw -%} b {%- endraw -%} c', 'abc'],
])) {
  test(`TMPL13: ${label(pair[0])}`, () => gives(pair))
}

for (const pair of pairs([
  ['{% set a = 1 %}{% for x in [1] %}{% set a = 2 %}{% endfor %}{{ a }}', '1'],
  ['{% for x in [1] %}{% endfor %}{{ x is defined }}', 'False'],
  ['{% if true %}{% set a = 1 %}{% endif %}{{ a }}', '1'],
  ['{% with a = 1 %}{% endwith %}{{ a is defined }}', 'False'],
  ['{% macro f() %}{% set b = 1 %}{% endmacro %}{{ f() }}{{ b is defined }}', 'False'],
  ['{% set a = 1 %}{% macro f() %}{{ a }}{% endmacro %}{% set a = 2 %}{{ f() }}', '2'],
])) {
  test(`TMPL14: ${label(pair[0])}`, () => gives(pair))
}

for (const failure of failures([
  ['{{ n', "expected token 'end of print statement', got 'end of template'", 1, 5],
  ['{{ }}', "Expected an expression, got 'end of print statement'", 1, 4],
  ['{{ n n }}', "expected token 'end of print statement', got 'n'", 1, 6],
  ['{{ (1 }}', /./],
  ['{{ 1) }}', "unexpected ')'", 1, 5],
  ['{{ (1] }}', "unexpected ']', expected ')'", 1, 6],
  ['{{ "a }}', /unexpected char/, 1, 4],
  ['{{ $ }}', 'unexpected char "$"', 1, 4],
  ['{{ 1 + }}', "unexpected 'end of print statement'", 1, 8],
  ['{{ a | }}', "expected token 'name', got 'end of print statement'"],
  ['{{ f(a=1, 2) }}', 'positional arguments must come before named ones'],
  ['{{ x is is }}', /./],
  ['{% if true %}', "Unexpected end of template. Looking for the following tags: 'elif' or 'else' or 'endif'."],
  ['{% foo %}', "Encountered unknown tag 'foo'.", 1, 4],
  ['{% if true %}{% endfor %}{% endif %}', /Encountered unknown tag 'endfor'. Looking for/, 1, 17],
  ['{% for %}', "expected token 'name', got 'end of statement block'"],
  ['{% endif %}', "Encountered unknown tag 'endif'."],
  ['{# x', 'Missing end of comment tag', 1, 1],
  ['{% raw %} x', 'Missing end of raw directive'],
  ['{% set %}', /./],
  ['{{ "\\u12" }}', /truncated/],
])) {
  test(`TMPL15: ${label(failure[0])} fails`, () => fails(failure))
}
