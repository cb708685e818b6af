import { test } from 'node:test'
import { failures, fails, gives, label, pairs } from './fixture.test.ts'

for (const pair of pairs([
  [
    '{{ "aB c" | upper }} {{ "aB c" | lower }} {{ "aB c" | capitalize }} {{ "aB c-d" | title }}',
    'AB C ab c Ab c Ab C-D',
  ],
  [
    '{{ "  x " | trim }}|{{ "xxaxx" | trim("x") }} {{ 5 | string }} {{ "a b" | wordcount }} {{ "<&>" | e }}',
    'x|a 5 2 &lt;&amp;&gt;',
  ],
  ['{{ "a,a,a" | replace("a", "b", 2) }} {{ "ab" | center(6) }}|{{ "a b/c" | urlencode }}', 'b,b,a   ab  |a%20b/c'],
  [
    '{{ "a\nb\n\nc" | indent }}|{{ "a\nb" | indent(2, true) }}|{{ "a\nb" | indent(">") }}',
    'a\n    b\n\n    c|  a\n  b|a\n>b',
  ],
  [
    '{{ "hello big world" | truncate(9, false, "...", 0) }} {{ "hello" | truncate(4, true, "", 0) }} {{ "short" | truncate(4) }}',
    'hello... hell short',
  ],
  ['{{ "aa bb cc" | wordwrap(5) }}', 'aa bb\ncc'],
  [
    '{{ -5 | abs }} {{ "42" | int }} {{ "4.7" | int }} {{ "x" | int }} {{ "x" | int(7) }} {{ "ff" | int(0, 16) }} {{ 3.9 | int }}',
    '5 42 4 0 7 255 3',
  ],
  ['{{ "1.5" | float }} {{ "x" | float }} {{ "x" | float(2.0) }} {{ 2 | float }}', '1.5 0.0 2.0 2.0'],
  [
    '{{ 2.5 | round }} {{ 3.5 | round }} {{ 2.675 | round(2) }} {{ 42.1 | round(0, "ceil") }} {{ 3 | round }}',
    '2.0 4.0 2.67 43.0 3',
  ],
  [
    '{{ 0.125 | round(2) }} {{ 1250 | round(-2) }} {{ -0.3 | round }} {{ format(2.5, ".0f") }} {{ format(0.125, ".2g") }} {{ "%.1f" % 0.25 }}',
    '0.12 1200 -0.0 2 0.12 0.2',
  ],
  ['{{ {"a b": "c/d"} | urlencode }} {{ [1, 2] | truncate }}', 'a+b=c%2Fd [1, 2]'],
  ['{{ 1500 | filesizeformat }} {{ 2048 | filesizeformat(true) }} {{ 1 | filesizeformat }}', '1.5 kB 2.0 KiB 1 Byte'],
  [
    '{{ [3, 1, 2] | sort }} {{ [3, 1] | sort(reverse=true) }} {{ ["b", "A"] | sort }} {{ ["b", "A", "a"] | sort(case_sensitive=true) }}',
    "[1, 2, 3] [3, 1] ['A', 'b'] ['A', 'a', 'b']",
  ],
  ['{{ [{"a": 2}, {"a": 1}] | sort(attribute="a") | map(attribute="a") | list }}', '[1, 2]'],
  [
    '{{ [1, 2, 1] | unique | list }} {{ [1, 2, 3] | sum }} {{ [{"a": 1}] | sum("a", 10) }} {{ [2, 5] | max }} {{ [2, 5] | min }}',
    '[1, 2] 6 11 5 2',
  ],
  [
    '{{ [1, 2] | first }} {{ [1, 2] | last }} {{ "abc" | reverse }} {{ [1, 2] | reverse | list }} {{ "abc" | length }} {{ {"a": 1} | count }}',
    '1 2 cba [2, 1] 3 1',
  ],
  [
    '{{ list.split(",") | map("upper") | join("-") }} {{ [1, 2] | join }} {{ [{"a": 1}, {"a": 2}] | join(",", attribute="a") }}',
    'A-B-C 12 1,2',
  ],
  [
    '{{ [1, 2, 3, 4] | select("even") | list }} {{ [0, 1] | reject | list }} {{ [1, 5] | select(">", 2) | list }}',
    '[2, 4] [0] [5]',
  ],
  ['{{ [{"a": 1, "n": "x"}, {"n": "y"}] | selectattr("a", "defined") | map(attribute="n") | list }}', "['x']"],
  [
    '{{ [{"a": 1}, {"a": 2}] | rejectattr("a", "eq", 1) | list }} {{ [{}] | map(attribute="a", default=9) | list }}',
    "[{'a': 2}] [9]",
  ],
  [
    '{% for key, items in [{"g": 1, "v": 2}, {"g": 1, "v": 3}, {"g": 2, "v": 4}] | groupby("g") %}{{ key }}:{{ items | map(attribute="v") | list }} {% endfor %}',
    '1:[2, 3] 2:[4] ',
  ],
  [
    '{{ [1, 2, 3] | batch(2, 0) | list }} {{ [1, 2, 3] | slice(2) | list }} {{ [1, 2, 3] | slice(2, "f") | list }}',
    "[[1, 2], [3, 0]] [[1, 2], [3]] [[1, 2], [3, 'f']]",
  ],
  [
    '{{ {"b": 1, "a": 2} | dictsort }} {{ {"b": 1, "a": 2} | dictsort(by="value") }} {{ {"a": 1} | items | list }}',
    "[('a', 2), ('b', 1)] [('b', 1), ('a', 2)] [('a', 1)]",
  ],
  [
    '{{ {"b": [1, none, true], "a": "x<"} | tojson }} {{ [1] | tojson(2) }} {{ "é" | pprint }}',
    '{"a": "x\\u003c", "b": [1, null, true]} [\n  1\n] \'é\'',
  ],
  ['{{ "%s-%03d" | format("a", 7) }} {{ namespace(a=1) | attr("a") }} {{ "ab" | list }}', "a-007 1 ['a', 'b']"],
])) {
  test(`TMPL20: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{{ n | random }}', "No filter named 'random'.", 1, 8],
  ['{{ n | nothing }}', "No filter named 'nothing'."],
  ['{{ n | upper(1) }}', "filter 'upper' takes at most 0 arguments (1 given)"],
  ['{{ n | replace("a") }}', "filter 'replace' is missing the argument 'new'"],
  ['{{ n | indent(x=1) }}', "filter 'indent' got an unexpected keyword argument 'x'"],
  ['{{ 5 | length }}', "object of type 'int' has no len()"],
  ['{{ [1, "a"] | sort }}', "'<' not supported between instances of 'str' and 'int'"],
])) {
  test(`TMPL20: ${label(failure[0])} fails`, () => fails(failure))
}

for (const pair of pairs([
  [
    '{{ none is none }} {{ 1 is number }} {{ 1.0 is float }} {{ 1 is integer }} {{ true is boolean }} {{ "a" is string }}',
    'True True True True True True',
  ],
  [
    '{{ 3 is odd }} {{ 4 is even }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ 1 is eq 1 }} {{ 2 is gt 1 }}',
    'True True True False True True',
  ],
  [
    '{{ "a" is lower }} {{ "A" is upper }} {{ {} is mapping }} {{ [] is sequence }} {{ 5 is iterable }} {{ range is callable }}',
    'True True True True False True',
  ],
  [
    '{{ 1 is in [1] }} {{ 1 is not in [1] }} {{ true is true }} {{ 1 is true }} {{ "upper" is filter }} {{ "odd" is test }}',
    'True False True False True True',
  ],
  ['{{ 3 is odd and 4 is even }} {{ not 3 is odd }} {{ 3 is not odd }}', 'True False False'],
])) {
  test(`TMPL21: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{{ 1 is nothing }}', "No test named 'nothing'."],
  ['{{ 1 is divisibleby }}', "test 'divisibleby' takes one argument"],
])) {
  test(`TMPL21: ${label(failure[0])} fails`, () => fails(failure))
}

for (const pair of pairs([
  [
    '{{ text.upper() }} {{ text.split(", ") }} {{ text.startswith("He") }} {{ text.endswith(("x", "ld")) }}',
    "HELLO, WORLD ['Hello', 'World'] True True",
  ],
  [
    '{{ " a b  c ".split() }} {{ "a b c".split(none, 1) }} {{ "a-b-c".rsplit("-", 1) }} {{ "a-b-c".split("-", 1) }}',
    "['a', 'b', 'c'] ['a', 'b c'] ['a-b', 'c'] ['a', 'b-c']",
  ],
  [
    '{{ "abcabc".find("c") }} {{ "abcabc".rfind("c") }} {{ "abc".find("x") }} {{ "abcabc".count("bc") }} {{ "a.b".partition(".") }}',
    "2 5 -1 2 ('a', '.', 'b')",
  ],
  [
    '{{ "7".zfill(3) }} {{ "-7".zfill(4) }} {{ "a".ljust(3, ".") }} {{ "a".rjust(3) }} {{ "ab".center(5) }}|',
    '007 -007 a..   a   ab |',
  ],
  [
    '{{ "-".join(["a", "b"]) }} {{ "aXb".swapcase() }} {{ "hello world".title() }} {{ "xa".removeprefix("x") }} {{ "ax".removesuffix("x") }}',
    'a-b AxB Hello World a a',
  ],
  [
    '{{ "12".isdigit() }} {{ "a1".isalnum() }} {{ "ab".isalpha() }} {{ "".isdigit() }} {{ " ".isspace() }} {{ "a\nb\n".splitlines() }}',
    "True True True False True ['a', 'b']",
  ],
  [
    '{{ "aaa".replace("a", "b", 2) }} {{ "ab".replace("", "-") }} {{ "..a..".strip(".") }} {{ "  a".lstrip() }}',
    'bba -a-b- a a',
  ],
  ['{% set l = [1] %}{{ l.append(2) }}{{ l }}{{ l.pop() }}{{ l.index(1) }}{{ l.count(1) }}', 'None[1, 2]201'],
  [
    '{% set l = [3, 1] %}{% set _ = l.sort() %}{% set _ = l.extend([9]) %}{% set _ = l.insert(0, 7) %}{{ l }}',
    '[7, 1, 3, 9]',
  ],
  [
    '{% set d = {"a": 1} %}{{ d.get("a") }}{{ d.get("x") }}{{ d.get("x", 2) }}{{ d.keys() }}{{ d.values() }}',
    "1None2['a'][1]",
  ],
  [
    '{% set d = {} %}{% set _ = d.update({"a": 1}, b=2) %}{% set _ = d.setdefault("c", 3) %}{{ d.pop("a") }}{{ d }}',
    "1{'b': 2, 'c': 3}",
  ],
])) {
  test(`TMPL22: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{{ "a".split("") }}', 'empty separator'],
  ['{{ "a".index("b") }}', 'substring not found'],
  ['{{ ",".join([1]) }}', 'join expects str items, not int'],
  ['{{ n.encode() }}', "'str object' has no attribute 'encode'"],
  ['{{ [].pop() }}', 'pop index out of range'],
])) {
  test(`TMPL22: ${label(failure[0])} fails`, () => fails(failure))
}

for (const pair of pairs([
  [
    '{{ "%s %d %05.1f %x %%" % ("a", 42, 3.14159, 255) }} {{ "%s" % 5 }} {{ "%(a)s" % {"a": 1} }} {{ "%-4s|%4s|" % ("a", "b") }}',
    'a 42 003.1 ff % 5 1 a   |   b|',
  ],
  ['{{ "%+d % d %e %g %r" % (5, 5, 12345.678, 0.0001, "q") }}', "+5  5 1.234568e+04 0.0001 'q'"],
  ['{{ "{0} {1} {a:>4} {b[0]} {{}}".format(1, 2, a="x", b=[3]) }}', '1 2    x 3 {}'],
  ['{{ "{}-{}".format(1, 2) }} {{ "{:08.3f}".format(3.14159) }} {{ "{!r:>5}".format("a") }}', "1-2 0003.142   'a'"],
  [
    '{{ format(42, "05d") }} {{ format(1234567, ",") }} {{ format(1234.5, ",.2f") }} {{ format(255, "#x") }} {{ format(0.25, "%") }}',
    '00042 1,234,567 1,234.50 0xff 25.000000%',
  ],
  [
    '{{ format("a", ">3") }} {{ format("a", "*^5") }} {{ format("abc", ".2") }} {{ format(-5, "=+5") }} {{ format(1.0) }} {{ format(1e10, "g") }}',
    '  a **a** ab -   5 1.0 1e+10',
  ],
  [
    '{{ format(1.5, "") }} {{ format(3, "f") }} {{ format(65, "c") }} {{ format(12345, "_d") }} {{ format(0.1, ".20f") }}',
    '1.5 3.000000 A 12_345 0.10000000000000000555',
  ],
])) {
  test(`TMPL23: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{{ "%d" % "a" }}', '%d format: a real number is required, not str'],
  ['{{ "%s %s" % "a" }}', 'not enough arguments for format string'],
  ['{{ "%s" % (1, 2) }}', 'not all arguments converted during string formatting'],
  ['{{ "a" % 1 }}', 'not all arguments converted during string formatting'],
  ['{{ "{x}".format() }}', /no argument for the format field/],
  ['{{ "{".format() }}', /encountered in format string/],
  ['{{ format("a", "d") }}', "Unknown format code 'd' for object of type 'str'"],
  ['{{ format(1.5, "d") }}', "Unknown format code 'd' for object of type 'float'"],
  ['{{ format(5, "zz") }}', "Invalid format specifier 'zz' for object of type 'int'"],
])) {
  test(`TMPL23: ${label(failure[0])} fails`, () => fails(failure))
}

for (const pair of pairs([
  [
    '{{ Date(date) }} {{ Date(date) + 1 }} {{ Date(date) - 31 }} {{ 1 + Date(date) }}',
    '2026-03-31 2026-04-01 2026-02-28 2026-04-01',
  ],
  [
    '{{ Date(date).year }} {{ Date(date).month }} {{ Date(date).day }} {{ Date(date) - Date("2026-03-01") }}',
    '2026 Mar 31 30',
  ],
  [
    "{{ format(Date(date), '%Y%m%d') }} {{ format(Date(date), '%d %b %Y, %A, %j') }} {{ format(Date(date)) }}",
    '20260331 31 Mar 2026, Tuesday, 090 2026-03-31',
  ],
  [
    '{{ Date(date).weekday }} {{ Date(date).weekday == 1 }} {{ Date(date).weekday + 1 }} {{ Date(date).month + 0 }} {{ "%02d" % Date(date).month }}',
    'Tue True 2 3 03',
  ],
  [
    '{{ Date(date).ordinal }} {{ Date(date).week_year }}-{{ Date(date).week }} {{ Date(date).ymdi }} {% set y, m, d = Date(date).ymd %}{{ y }}/{{ m }}/{{ d }}',
    '90 2026-14 20260331 2026/Mar/31',
  ],
  ['{{ Date(20260331) == Date((2026, 3, 31)) }} {{ Date("2027-01-01").week_year }}', 'True 2026'],
  ['{{ format(Date(date), "%^a %_B %~B %y %G-W%V-%u %w %D") }}', 'TUE march Mar 26 2026-W14-2 2 2026-03-31'],
  [
    '{{ Date(date) < Date("20260401") }} {{ Date(date) == Date(2026, 3, 31) }} {{ [Date(date)] }} {{ Date(Date(date)) }}',
    'True True [Date(2026, Mar, 31)] 2026-03-31',
  ],
])) {
  test(`TMPL24: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{{ Date("x") }}', "can't parse as date: x: expected YYYY-MM-DD"],
  ['{{ Date("9999-12-31") + 1 }}', 'a date is outside the years 1 to 9999'],
  ['{{ Date(date) + "1" }}', "unsupported operand type(s) for +: 'Date' and 'str'"],
  ['{{ Date(date) < 5 }}', "'<' not supported between instances of 'Date' and 'int'"],
  ['{{ format(Date(date), "%Q") }}', 'unknown in this format: %Q'],
  ['{{ Date() }}', 'Date takes a date, or year, month and day'],
  ['{{ Date(2026, 2, 30) }}', 'no such date'],
  ['{{ format(Date(date), "%H") }}', 'unknown in this format: %H'],
  ['{{ Date(date).foo }}', "'Date object' has no attribute 'foo'"],
])) {
  test(`TMPL24: ${label(failure[0])} fails`, () => fails(failure))
}
