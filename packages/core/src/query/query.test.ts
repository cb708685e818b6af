import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Origin, type Run, runId, STATES, type State } from '../run/index.ts'
import { FIRST_INSTANT, parseInstant, parseZone, type Zone } from '../time/index.ts'
import { formatQuery, matchesQuery, MAX_QUERY, ORIGINS, parseQuery, type Query, type QueryTerm } from './index.ts'

const NOW = instant('2026-03-10T12:00:00Z')
const ZONE = zone('America/New_York')

test('QUERY1: all terms have to hold, and ! turns one round', () => {
  const run = runOf({ jobId: 'prices/load', args: { date: 'x' } })
  for (const [text, wanted] of [
    ['', true],
    ['  \t ', true],
    ['prices load', true],
    ['prices store', false],
    ['prices !store', true],
    ['!prices', false],
    ['!date=y load', true],
    ['!date=', false],
  ] as const) {
    assert.equal(matches(text, run), wanted, text)
  }
})

test('QUERY2: words are contained in the job id', () => {
  const run = runOf({ jobId: 'Prices/ÄB c:d,e=f' })
  for (const text of ['PRICES', 'äb', '"b c"', '"C:D"', "'d,e'", '"e=f"', 's/Ä', "x,'äb c'"]) {
    assert.equal(matches(text, run), true, text)
  }
  assert.equal(matches('pricesx', run), false)
  assert.deepEqual(query(String.raw`"a\"b\\c" don't`).terms, [
    { not: false, type: 'word', texts: ['a"b\\c'] },
    { not: false, type: 'word', texts: ["don't"] },
  ])
})

test('QUERY3: args by value, by name, and empty', () => {
  const run = runOf({ args: { date: '2026-01-02', 'a b': '', 'x:y': 'p=q' } })
  for (const text of ['date=2026-01-02', 'date=', '"a b"=', '"a b"=""', '"x:y"=p=q', '!date=""', '!toString=']) {
    assert.equal(matches(text, run), true, text)
  }
  for (const text of ['date=2026', 'date=""', 'c=', '"a b"=x']) assert.equal(matches(text, run), false, text)
})

test('QUERY4: commas part alternatives', () => {
  const run = runOf({ jobId: 'a', args: { x: '1,2' } })
  for (const text of ['b,a', 'x=3,"1,2"', 'state:error,success', 'id:r2,r1'])
    assert.equal(matches(text, run), true, text)
  assert.equal(matches('x=1,2', run), false)
  assert.deepEqual(query('state:error,error').terms, [{ not: false, type: 'state', states: ['error'] }])
  for (const text of ['since:1d,2d', 'before:1d,2d', 'changed:1d,2d', 'elapsed:>1,>2']) {
    assert.match(problems(text)[0]?.message ?? '', /takes one value/)
  }
})

test('QUERY5: states, labels, ids and origins', () => {
  const run = runOf({ labels: ['a b', 'c'], origin: { type: 'rerun', of: 'r9' } })
  for (const text of ['state:success', 'label:c', 'label:"a b"', 'id:r1', 'origin:rerun', '!origin:schedule,action']) {
    assert.equal(matches(text, run), true, text)
  }
  for (const text of ['state:failure', 'label:a', 'id:r11', 'origin:request']) {
    assert.equal(matches(text, run), false, text)
  }
})

test('QUERY6: jobs by id, folder and pattern, in linear time', () => {
  const run = runOf({ jobId: 'risk/eu/load-1' })
  for (const pattern of ['risk/eu/load-1', 'risk/', 'risk/eu/', 'risk/*', '*load*', 'r*/*-1', '**', '*', 'x,risk/']) {
    assert.equal(matches(`job:${pattern}`, run), true, pattern)
  }
  for (const pattern of ['risk', 'eu/', 'Risk/', '*load', 'risk/*/load', 'load-*', 'risk/eu/load-1*1']) {
    assert.equal(matches(`job:${pattern}`, run), false, pattern)
  }
  const long = runOf({ jobId: 'a'.repeat(1_024) })
  const from = performance.now()
  assert.equal(matches(`job:${'a*'.repeat(500)}b`, long), false)
  assert.ok(performance.now() - from < 1_000)
})

test('QUERY7: times are relative to now and of the zone', () => {
  for (const [text, wanted] of [
    ['now', '2026-03-10T12:00:00Z'],
    ['today', '2026-03-10T04:00:00Z'],
    ['yesterday', '2026-03-09T04:00:00Z'],
    ['tomorrow', '2026-03-11T04:00:00Z'],
    ['2d', '2026-03-08T12:00:00Z'],
    ['-90m', '2026-03-10T10:30:00Z'],
    ['+1.5h', '2026-03-10T13:30:00Z'],
    ['1w', '2026-03-03T12:00:00Z'],
    ['2026-01-31', '2026-01-31T05:00:00Z'],
    ['20260131', '2026-01-31T05:00:00Z'],
    ['2026-01-31T09:30', '2026-01-31T14:30:00Z'],
    ['"2026-01-31 09:30:15"', '2026-01-31T14:30:15Z'],
    ['09:30', '2026-03-10T13:30:00Z'],
    ['2026-01-31T09:30Z', '2026-01-31T09:30:00Z'],
    ['2026-01-31T09:30:00+01:00', '2026-01-31T08:30:00Z'],
    // Skipped by clocks, and shown twice.
    ['2026-03-08T02:30', '2026-03-08T07:00:00Z'],
    ['2025-11-02T01:30', '2025-11-02T05:30:00Z'],
  ] as const) {
    assert.deepEqual(query(`since:${text}`).terms, [{ not: false, type: 'since', time: instant(wanted) }], text)
  }
  for (const text of ['', '5', 'd', '2026-02-30', '2026-01-31T25:00', 'Today', '999999999d', '1y']) {
    assert.equal(problems(`since:${text}`).length, 1, text)
  }
})

test('QUERY8: schedule time and last change', () => {
  const at = instant('2026-01-02T00:00:00Z')
  const run = runOf({ schedule: at, ended: at + 5_000 })
  const [here, later] = ['2026-01-02T00:00:00Z', '2026-01-02T00:00:01Z']
  for (const text of [`since:${here}`, `before:${later}`, `changed:${later}`, `changed:${here}..`, `changed:..1d`]) {
    assert.equal(matches(text, run), true, text)
  }
  for (const text of [
    `since:${later}`,
    `before:${here}`,
    `changed:1d`,
    `changed:..${later}`,
    `changed:${here}..${later}`,
  ]) {
    assert.equal(matches(text, run), false, text)
  }
  const without = runOf({ schedule: null })
  for (const text of ['since:now', 'before:now', `since:2000-01-01`, 'before:tomorrow']) {
    assert.equal(matches(text, without), false, text)
    assert.equal(matches(`!${text}`, without), true, text)
  }
  assert.equal(matchesQuery(query('changed:1h'), run, NOW), true)
})

test('QUERY9: elapsed time and message of ended runs', () => {
  const run = runOf({ elapsed: 600, message: 'Exit code 3' })
  for (const text of [
    'elapsed:>=10m',
    'elapsed:<=600',
    'elapsed:>599.5s',
    'elapsed:<11m',
    'message:EXIT,x',
    'message:"code 3"',
  ]) {
    assert.equal(matches(text, run), true, text)
  }
  for (const text of ['elapsed:>10m', 'elapsed:<600s', 'message:4']) assert.equal(matches(text, run), false, text)
  const never = runOf({ elapsed: null, message: null })
  for (const text of ['elapsed:>=0', 'message:e']) assert.equal(matches(text, never), false, text)
})

test('QUERY10: all problems are told, with column, what was expected and a hint', () => {
  const found = problems('ok state:sucess,foo  lable:x =v id:12 since:soon elapsed:10m "open')
  assert.deepEqual(
    found.map(({ column }) => column),
    [10, 17, 22, 30, 36, 45, 58, 62],
  )
  const [state, , key, arg, id, time, elapsed, open] = found
  assert.match(state?.message ?? '', /"sucess".*expected one of new, scheduled/)
  assert.equal(state?.hint, 'Did you mean success?')
  assert.match(key?.hint ?? '', /Did you mean label:\?/)
  assert.match(arg?.message ?? '', /name of an arg/)
  assert.equal(id?.hint, 'Did you mean r12?')
  assert.match(time?.message ?? '', /expected now, today/)
  assert.equal(elapsed?.hint, 'Did you mean >10m or <10m?')
  assert.match(open?.message ?? '', /expected " at the end/)
  for (const [text, column] of [
    ['!', 2],
    [',a', 1],
    ['a,', 3],
    ['label:', 7],
    ['"a"b', 4],
    ['changed:..', 9],
    ['changed:1d..x', 13],
    ['"label":x', 1],
    ['message:""', 9],
    ['elapsed:>-1', 9],
  ] as const) {
    assert.deepEqual(
      problems(text).map((problem) => problem.column),
      [column],
      text,
    )
  }
})

test('QUERY11: no text makes the parser throw, and long ones are refused', () => {
  const piece = fc.constantFrom(
    ...'!:=,"\'\\ *<>.'.split(''),
    'state',
    'since',
    'changed',
    'id',
    'a',
    '1d',
    '\u{1f4a5}',
    '\ud800',
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const parsed = parseQuery(text, { now: NOW, zone: ZONE })
      if (parsed.ok) return typeof formatQuery(parsed.query) === 'string'
      return parsed.problems.every(({ column }) => column >= 1 && column <= text.length + 1)
    }),
    { numRuns: 500 },
  )
  assert.equal(problems('a'.repeat(MAX_QUERY + 1)).length, 1)
  assert.equal(query('a '.repeat(50)).terms.length, 50)
  assert.deepEqual(
    problems('a '.repeat(51)).map(({ column }) => column),
    [101],
  )
})

test('QUERY12: a formatted query reads back as the same', () => {
  fc.assert(
    fc.property(queries(), (wanted) => {
      const text = formatQuery(wanted)
      fc.pre(text.length <= MAX_QUERY)
      assert.deepEqual(parseQuery(text, { now: 0, zone: zone('Asia/Tokyo') }), { ok: true, query: wanted }, text)
    }),
    { numRuns: 2_000 },
  )
})

function queries(): fc.Arbitrary<Query> {
  const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.uniqueArray(value, { minLength: 1, maxLength: 4 })
  const text = fc.string({ minLength: 1, maxLength: 12 })
  const time = fc.integer({ min: FIRST_INSTANT, max: 253_402_300_799_999 })
  const type = <Name extends QueryTerm['type']>(name: Name): fc.Arbitrary<Name> => fc.constant(name)
  const not = fc.boolean()
  const record = <T>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> =>
    fc.record(model, { noNullPrototype: true })
  const both = record({ not, type: type('changed'), from: fc.option(time), to: fc.option(time) }).filter(
    ({ from, to }) => from !== null || to !== null,
  )
  const term: fc.Arbitrary<QueryTerm> = fc.oneof(
    record({ not, type: type('word'), texts: some(text) }),
    record({ not, type: type('arg'), name: text, values: fc.option(some(fc.string({ maxLength: 8 }))) }),
    record({ not, type: type('state'), states: some(fc.constantFrom(...STATES)) }),
    record({ not, type: type('job'), patterns: some(text) }),
    record({ not, type: type('label'), labels: some(text) }),
    record({ not, type: type('id'), ids: some(fc.integer({ min: 1, max: 1e9 }).map(runId)) }),
    record({ not, type: type('origin'), origins: some(fc.constantFrom(...ORIGINS)) }),
    record({ not, type: type('since'), time }),
    record({ not, type: type('before'), time }),
    both,
    record({
      not,
      type: type('elapsed'),
      than: fc.constantFrom('<', '<=', '>', '>='),
      duration: fc.integer({ min: 0, max: 1e12 }),
    }),
    record({ not, type: type('message'), texts: some(text) }),
  )
  return record({ terms: fc.array(term, { maxLength: 6 }) })
}

interface Parts {
  readonly jobId?: string
  readonly args?: Readonly<Record<string, string>>
  readonly labels?: readonly string[]
  readonly origin?: Origin
  readonly state?: State
  readonly schedule?: number | null
  readonly ended?: number
  readonly elapsed?: number | null
  readonly message?: string | null
}

function runOf(parts: Parts): Run {
  const { jobId = 'a', args = {}, labels = [], origin = { type: 'request' }, schedule = NOW } = parts
  const { elapsed = null, message = null, ended = NOW } = parts
  const times = { ...(schedule === null ? {} : { schedule }), success: ended }
  const base = { id: runId(1), jobId, args, labels, origin, version: 0, times, bound: null, handle: null }
  return { ...base, state: 'success', elapsed, message }
}

function matches(text: string, run: Run): boolean {
  return matchesQuery(query(text), run)
}

function query(text: string): Query {
  const parsed = parseQuery(text, { now: NOW, zone: ZONE })
  assert.ok(parsed.ok, parsed.ok ? '' : JSON.stringify(parsed.problems))
  return parsed.query
}

function problems(text: string) {
  const parsed = parseQuery(text, { now: NOW, zone: ZONE })
  assert.ok(!parsed.ok, `${text} is a query`)
  return parsed.problems
}

function instant(text: string): number {
  const parsed = parseInstant(text)
  assert.ok(parsed.ok)
  return parsed.value
}

function zone(name: string): Zone {
  const parsed = parseZone(name)
  assert.ok(parsed.ok)
  return parsed.value
}
