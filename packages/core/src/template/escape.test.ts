import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, JsonObject } from '../json/index.ts'
import { label, SCOPE } from './fixture.test.ts'
import { expand, PLAIN_ENVIRONMENT } from './index.ts'

const NAMES: JsonObject = {
  conf: Object.fromEntries<Json>([
    ['__proto__', { polluted: 'yes' }],
    ['constructor', 1],
  ]),
  items: [1],
}
const SCOPE_WITH_NAMES = { ...SCOPE, environment: { ...PLAIN_ENVIRONMENT, names: NAMES } }

// Known ways out of Jinja's sandbox, and out of interpreters written in JavaScript. Each ends in an error that names what is missing.
const REFUSED = [
  `{{ ''.__class__.__mro__[1].__subclasses__() }}`,
  `{{ ().__class__.__base__ }}`,
  `{{ [].__class__.__init__.__globals__ }}`,
  `{{ ''['__class__']['__mro__'] }}`,
  `{{ '' | attr('__class__') | attr('__mro__') }}`,
  `{{ ''|attr(['__','class','__']|join)|attr('x') }}`,
  `{{ '{0.__class__}'.format('') }}`,
  `{{ '{0.__class__.__init__.__globals__}'.format(range) }}`,
  `{{ '{x.constructor}'.format(x=date) }}`,
  `{{ '%(__class__)s' % {} }}`,
  `{{ self.__init__.__globals__ }}`,
  `{{ self._TemplateReference__context }}`,
  `{{ config.__class__ }}`,
  `{{ request.application.__globals__ }}`,
  `{{ cycler.__init__.__globals__.os.popen('id').read() }}`,
  `{{ joiner.__init__.__globals__ }}`,
  `{{ lipsum.__globals__['os'] }}`,
  `{{ namespace.__init__.__globals__ }}`,
  `{{ range.__class__ }}`,
  `{{ dict.__base__ }}`,
  `{{ url_for.__globals__ }}`,
  `{{ get_flashed_messages.__globals__ }}`,
  `{{ format.__self__ }}`,
  `{{ ''.format_map.__func__ }}`,
  `{{ (1).__class__ }}`,
  `{{ none.__class__ }}`,
  `{{ date.constructor }}`,
  `{{ date.constructor('return process')() }}`,
  `{{ toString.constructor('return process')() }}`,
  `{{ [].constructor.constructor('return this')() }}`,
  `{{ {}.constructor.prototype }}`,
  `{{ {}.__proto__.toString }}`,
  `{{ [].__proto__ }}`,
  `{{ range(3).__proto__ }}`,
  `{{ items.map.constructor }}`,
  `{{ date.split.constructor('x')() }}`,
  `{{ date.split.call }}`,
  `{{ date.split.bind(1) }}`,
  `{{ {}['constructor']['constructor'] }}`,
  `{{ [1]|map(attribute='constructor')|list }}`,
  `{{ [date]|map(attribute='split.constructor')|list }}`,
  `{{ [1]|map('constructor')|list }}`,
  `{{ [1]|groupby('__proto__') }}`,
  `{{ [1]|sort(attribute='__proto__') }}`,
  `{{ [1]|select('constructor')|list }}`,
  `{{ date|constructor }}`,
  `{{ date is constructor }}`,
  `{{ globalThis }}`,
  `{{ process.env }}`,
  `{{ require('fs') }}`,
  `{{ this }}`,
  `{{ arguments }}`,
  `{{ eval('1') }}`,
  `{{ Temporal.Now }}`,
  `{{ Date.now() }}`,
  `{{ Date.constructor }}`,
  `{{ Date.prototype }}`,
  `{{ Date(date).value }}`,
  `{{ Date(date).type }}`,
  `{{ Date(date).__class__ }}`,
  `{{ Date(date).month.constructor }}`,
  `{{ Date(date).month.name.constructor }}`,
  `{{ Time('2026-01-01T00:00:00Z').constructor }}`,
  `{{ Daytime(0).__init__ }}`,
  `{{ TimeZone('UTC').offsetAt }}`,
  `{{ TimeZone('UTC').minOffset }}`,
  `{{ TimeZone('UTC').__proto__ }}`,
  `{{ to_local('2026-01-01T00:00:00Z', 'UTC').kind }}`,
  `{{ to_local.call }}`,
  `{{ get_calendar('all').onOrAfter }}`,
  `{{ get_calendar('all').shift.constructor }}`,
  `{{ get_calendar('constructor') }}`,
  `{{ get_calendar('__proto__') }}`,
  `{{ format(Time('2026-01-01T00:00:00Z'), '%H@__proto__') }}`,
  `{{ conf.polluted }}`,
  `{{ conf.__proto__.constructor }}`,
  `{{ conf.toString }}`,
  `{{ items.__proto__ }}`,
  `{{ polluted }}`,
  `{{ {}.polluted }}`,
  `{{ namespace().constructor }}`,
  `{{ namespace().__proto__ }}`,
  `{% set ns = namespace() %}{% set ns.__proto__ = 1 %}{{ namespace().__proto__ }}`,
  `{% set x = dict(__proto__=1) %}{{ {}.__proto__ }}`,
  `{% macro m() %}{% endmacro %}{{ m.__globals__ }}`,
  `{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{% call m() %}{% endcall %}`,
  `{% for x in [1] %}{{ loop.__class__ }}{% endfor %}`,
  `{% for x in [1] %}{{ loop.constructor }}{% endfor %}`,
  `{% import 'os' as os %}`,
  `{% include '/etc/passwd' %}`,
  `{% extends 'x' %}`,
] as const

for (const template of REFUSED) {
  test(`TMPL30: ${label(template)} is refused`, () => {
    const result = expand(template, SCOPE_WITH_NAMES)
    assert.equal(result.ok, false, JSON.stringify(result))
    assert.doesNotMatch(result.message, /\[native code\]|\[object |node:/)
    assert.ok(result.at !== undefined)
  })
}

test('TMPL30: nothing was changed outside of the templates', () => {
  assert.equal(Reflect.get({}, 'polluted'), undefined)
  assert.equal(Object.getPrototypeOf({}), Object.prototype)
})
