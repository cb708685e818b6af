import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, JsonObject } from '../json/index.ts'
import { failures, fails, gives, label, pairs, SCOPE } from './fixture.test.ts'
import { expand, nameFault, PLAIN_ENVIRONMENT } from './index.ts'

for (const pair of pairs([
  [
    '{{ Daytime("9:30:00") }} {{ Daytime(9, 30) }} {{ Daytime(9, 30, 1.25) }} {{ Daytime(3600) }}',
    '09:30:00 09:30:00 09:30:01.25 01:00:00',
  ],
  [
    '{{ Daytime("23:30:00") + 3600 }} {{ Daytime("00:10:00") - 1200 }} {{ 60 + Daytime("09:00:00") }}',
    '00:30:00 23:50:00 09:01:00',
  ],
  [
    '{{ Daytime("09:30:15").hour }} {{ Daytime("09:30:15").minute }} {{ Daytime("09:30:15").second }} {{ Daytime("00:01:00").ssm }}',
    '9 30 15.0 60.0',
  ],
  [
    '{{ Daytime("09:00:00") < Daytime("10:00:00") }} {{ Daytime("09:00:00") == Daytime(9, 0) }} {{ [Daytime(9, 0)] }}',
    'True True [Daytime(9, 0, 0.0)]',
  ],
  ['{{ format(Daytime("13:05:09.5"), "%H%M %I:%M %p %S %.3S %f") }}', '1305 01:05 PM 09 09.500 500000'],
])) {
  test(`TMPL25: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{{ Daytime("24:00:00") }}', "can't parse as daytime: 24:00:00: no such daytime"],
  ['{{ Daytime(9) + "1" }}', "unsupported operand type(s) for +: 'Daytime' and 'str'"],
  ['{{ Daytime("09:00:00") + 1e999 }}', 'a daytime cannot be shifted by this number of seconds'],
  ['{{ Daytime(9, 60) }}', 'no such daytime'],
  ['{{ format(Daytime(0), "%Y") }}', 'unknown in this format: %Y'],
])) {
  test(`TMPL25: ${label(failure[0])} fails`, () => fails(failure))
}

const T = 'Time("2026-03-29T00:30:00Z")'
for (const pair of pairs([
  [
    `{{ ${T} }} {{ ${T} + 90 }} {{ ${T} - 0.5 }}`,
    '2026-03-29T00:30:00+00:00 2026-03-29T00:31:30+00:00 2026-03-29T00:29:59.5+00:00',
  ],
  [`{{ ${T} - Time("2026-03-28T00:30:00Z") }} {{ ${T} > Time("2026-03-28T00:30:00+01:00") }}`, '86400.0 True'],
  [
    `{{ ${T}.year }} {{ ${T}.month }} {{ ${T}.hour }} {{ ${T}.minute }} {{ ${T}.date }} {{ ${T}.daytime }}`,
    '2026 Mar 0 30 2026-03-29 00:30:00',
  ],
  [
    `{{ format(${T}, "%Y%m%dT%H%M%S%z") }} {{ format(${T}, "%H:%M%E@Europe/Paris") }}`,
    '20260329T003000+0000 01:30+01:00',
  ],
  [
    '{{ Time(2026, 7, 1, 9, 0, 0, "Europe/Paris") }} {{ Time("2026-07-01", "09:00:00", TimeZone("Asia/Tokyo")) }}',
    '2026-07-01T07:00:00+00:00 2026-07-01T00:00:00+00:00',
  ],
  [`{{ [${T}] }}`, '[Time(2026, 3, 29, 0, 30, 0.0, UTC)]'],
])) {
  test(`TMPL26: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{{ Time("2026-03-29") }}', /^can't parse as time/],
  ['{{ Time("9999-12-31T23:59:59Z") + 1 }}', 'a time is outside the years 1 to 9999'],
  [`{{ ${T} + ${T} }}`, "unsupported operand type(s) for +: 'Time' and 'Time'"],
  [`{{ ${T} < "x" }}`, "'<' not supported between instances of 'Time' and 'str'"],
  ['{{ Time(2026, 3) }}', /^Time takes a time/],
])) {
  test(`TMPL26: ${label(failure[0])} fails`, () => fails(failure))
}

for (const pair of pairs([
  [
    `{{ to_local(${T}, "America/New_York").date }} {{ to_local(${T}, TimeZone("America/New_York")).daytime }}`,
    '2026-03-28 20:30:00',
  ],
  [
    `{% set d, t = to_local(${T}, "UTC") %}{{ d }} {{ t }} {{ to_local(${T}, "UTC")[0] }}`,
    '2026-03-29 00:30:00 2026-03-29',
  ],
  [
    '{{ from_local((date, "09:00:00"), "Europe/Paris") }} {{ from_local((Date(date), Daytime(9, 0)), "UTC") }}',
    '2026-03-31T07:00:00+00:00 2026-03-31T09:00:00+00:00',
  ],
  [
    '{{ from_local(("2026-10-25", "02:30:00"), "Europe/Paris") }} {{ from_local(("2026-10-25", "02:30:00"), "Europe/Paris", first=False) }}',
    '2026-10-25T00:30:00+00:00 2026-10-25T01:30:00+00:00',
  ],
  [`{{ from_local(to_local(${T}, "Asia/Tokyo"), "Asia/Tokyo") == ${T} }}`, 'True'],
  [
    '{{ TimeZone("US/Eastern") }} {{ TimeZone("UTC") == TimeZone("UTC") }} {{ TimeZone("UTC") == "UTC" }}',
    'US/Eastern True False',
  ],
])) {
  test(`TMPL27: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  [
    '{{ from_local(("2026-03-29", "02:30:00"), "Europe/Paris") }}',
    'clocks in Europe/Paris never show 2026-03-29T02:30:00',
  ],
  ['{{ from_local("2026-03-29", "UTC") }}', 'from_local takes a pair of a date and a daytime, not str'],
  ['{{ TimeZone("Z") }}', /^unknown time zone: Z/],
  ['{{ to_local("0001-01-01T00:00:00Z", "America/New_York") }}', 'a date is outside the years 1 to 9999'],
])) {
  test(`TMPL27: ${label(failure[0])} fails`, () => fails(failure))
}

const C = 'get_calendar("Mon-Fri")'
for (const pair of pairs([
  [
    `{{ ${C}.before("2026-03-29") }} {{ ${C}.before(date) }} {{ ${C}.after("2026-03-28") }} {{ ${C}.after(Date(date)) }}`,
    '2026-03-27 2026-03-31 2026-03-30 2026-03-31',
  ],
  [
    `{{ ${C}.prev("2026-03-30") }} {{ ${C}.next("2026-03-27") }} {{ ${C}.shift(date, 3) }} {{ ${C}.shift(date, -2) }}`,
    '2026-03-27 2026-03-30 2026-04-03 2026-03-27',
  ],
  [
    `{{ ${C}.shift("2026-03-28", 1) }} {{ ${C}.shift("2026-03-28", -1) }} {{ ${C}.count("2026-03-01", "2026-04-01") }}`,
    '2026-03-30 2026-03-27 22',
  ],
  [
    `{{ ${C}.contains(date) }} {{ "2026-03-28" in ${C} }} {{ Date("2026-03-28") not in ${C} }} {{ ${C} }}`,
    'True False True Mon-Fri',
  ],
])) {
  test(`TMPL28: ${label(pair[0])}`, () => gives(pair))
}
for (const failure of failures([
  ['{{ get_calendar("moon") }}', 'no such calendar: moon'],
  [`{{ ${C}.shift("2026-03-28", 0) }}`, '2026-03-28 is not in calendar Mon-Fri'],
  ['{{ get_calendar("none").after(date) }}', 'there is no such date in calendar none'],
  ['{{ get_calendar("all").count("0001-01-01", "9999-01-01") }}', /takes more than \d+ steps/],
])) {
  test(`TMPL28: ${label(failure[0])} fails`, () => fails(failure))
}

test('TMPL3: names of the config', () => {
  const names: JsonObject = {
    root: '/data',
    date: 'no',
    n1: 5,
    f: 1.5,
    list: [1, 'a'],
    m: Object.fromEntries<Json>([
      ['k', { v: true }],
      ['__proto__', { x: 1 }],
    ]),
  }
  const environment = { ...PLAIN_ENVIRONMENT, names }
  const given = (template: string): unknown => expand(template, { ...SCOPE, environment })
  const is = (template: string, value: string): void => assert.deepEqual(given(template), { ok: true, value }, template)
  is('{{ root }}/{{ n1 + 1 }}/{{ f * 2 }}/{{ date }}', '/data/6/3.0/2026-03-31')
  is('{{ m.k.v }} {{ m["k"] }} {{ list }}', "True {'v': True} a,b,c")
  is('{{ m.__proto__.x }} {{ m.constructor is defined }} {{ m.keys() | list }}', "1 False ['k', '__proto__']")
  is('{{ __proto__ is defined }} {{ toString is defined }} {{ hasOwnProperty is defined }}', 'False False False')
  assert.deepEqual(expand('{{ root }}', { args: {} }), {
    ok: false,
    message: "name 'root' is not defined",
    at: { line: 1, column: 4 },
  })
})

test('TMPL6: what a template does to a value of the config is gone after it', () => {
  const environment = { ...PLAIN_ENVIRONMENT, names: { all: [1] } }
  for (let time = 0; time < 2; time++) {
    const result = expand('{% set _ = all.append(2) %}{{ all }}', { ...SCOPE, environment })
    assert.deepEqual(result, { ok: true, value: '[1, 2]' })
  }
})

test('TMPL7: names that a config cannot give', () => {
  for (const name of ['Date', 'run_id', 'get_calendar', 'range', 'true', '__proto__', '__x', 'a-b', '', '1a', 'loop']) {
    assert.notEqual(nameFault(name), null, name)
  }
  for (const name of ['root', '_x', 'Root2', 'constructor']) assert.equal(nameFault(name), null, name)
})
