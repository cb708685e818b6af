import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CivilDate, civilDate, FIRST_DATE, LAST_DATE } from '../time/index.ts'
import { builtInCalendar, type Calendar, calendarSet, findCalendar, moveIn } from './index.ts'
import { dateListText, files, found, told } from './fixture/files.ts'

const RANGES = {
  a: { first: 19_700, end: 20_500 },
  b: { first: 19_900, end: 20_300 },
} as const
const FROM = 19_400
const TO = 20_900

type Node = string | { readonly [key: string]: unknown }
interface Expected {
  readonly first: CivilDate
  readonly end: CivilDate
  readonly has: (date: CivilDate) => boolean
}
interface Case {
  readonly node: Node
  readonly expected: (named: (name: string) => Calendar) => Expected
}

const inside = ({ first, end }: { readonly first: CivilDate; readonly end: CivilDate }, date: CivilDate): boolean =>
  date >= first && date < end

function narrowed(parts: readonly Expected[], has: (date: CivilDate) => boolean): Expected {
  const first = Math.max(...parts.map((part) => part.first))
  const end = Math.max(first, Math.min(...parts.map((part) => part.end)))
  return { first, end, has: (date) => inside({ first, end }, date) && has(date) }
}

const leaves: fc.Arbitrary<Case> = fc
  .constantFrom('a', 'b', 'Mon-Fri', 'Sat', 'all', 'none', 'usa-federal-holidays')
  .map((name) => ({
    node: name,
    expected: (named) => ({ ...named(name), has: (date) => named(name).contains(date) }),
  }))

const { tree } = fc.letrec<{ tree: Case; leaf: Case; inner: Case }>((tie) => ({
  leaf: leaves,
  tree: fc.oneof({ maxDepth: 3, depthIdentifier: 'tree' }, tie('leaf'), tie('inner')),
  inner: fc.oneof(
    ...(['union', 'intersect', 'except'] as const).map((operator) =>
      fc.array(tie('tree'), { minLength: 1, maxLength: 3, depthIdentifier: 'tree' }).map(
        (cases): Case => ({
          node: { [operator]: cases.map(({ node }) => node) },
          expected: (named) => {
            const parts = cases.map((one) => one.expected(named))
            if (operator === 'union') {
              const first = Math.min(...parts.map((part) => part.first))
              const end = Math.max(...parts.map((part) => part.end))
              return { first, end, has: (date) => parts.some(({ has }) => has(date)) }
            }
            if (operator === 'intersect') return narrowed(parts, (date) => parts.every(({ has }) => has(date)))
            const [kept, ...rest] = parts
            return narrowed(parts, (date) => kept?.has(date) === true && !rest.some(({ has }) => has(date)))
          },
        }),
      ),
    ),
    tie('tree').map(
      ({ node, expected }): Case => ({
        node: { not: node },
        expected: (named) => {
          const part = expected(named)
          return narrowed([part], (date) => !part.has(date))
        },
      }),
    ),
    fc.tuple(tie('tree'), fc.integer({ min: -400, max: 400 })).map(
      ([{ node, expected }, days]): Case => ({
        node: { shift: { calendar: node, days } },
        expected: (named) => {
          const part = expected(named)
          const [first, end] = [part.first + days, part.end + days].map((date) =>
            Math.min(Math.max(date, FIRST_DATE), LAST_DATE + 1),
          )
          return { first: first ?? 0, end: end ?? 0, has: (date) => part.has(date - days) }
        },
      }),
    ),
  ),
}))

test('CAL11: set algebra agrees with looking at each date', () => {
  const lists = fc.tuple(
    fc.uniqueArray(fc.integer({ min: RANGES.a.first, max: RANGES.a.end - 1 }), { maxLength: 200 }),
    fc.uniqueArray(fc.integer({ min: RANGES.b.first, max: RANGES.b.end - 1 }), { maxLength: 50 }),
  )
  fc.assert(
    fc.property(lists, tree, ([a, b], { node, expected }) => {
      const text = JSON.stringify(typeof node === 'string' ? { union: [node] } : node)
      const sorted = (list: readonly number[]): number[] => [...list].sort((x, y) => x - y)
      const set = calendarSet(
        files({ a: dateListText(RANGES.a, sorted(a)), b: dateListText(RANGES.b, sorted(b)), c: text }),
      )
      assert.deepEqual(set.diagnostics, [])
      const calendar = found(set, 'c')
      const reference = expected((name) => found(set, name))
      // Bounds without a date between them may stand anywhere.
      if (reference.first < reference.end) {
        assert.deepEqual([calendar.first, calendar.end], [reference.first, reference.end])
      }
      let next: CivilDate | null = null
      for (let date = TO - 1; date >= FROM; date--) {
        assert.equal(calendar.contains(date), reference.has(date), `${text} on ${date}`)
        if (reference.has(date)) next = date
        if (next !== null) assert.equal(calendar.onOrAfter(date), next)
      }
    }),
    { numRuns: 60 },
  )
})

test('CAL12: shifts by dates of another calendar', () => {
  const list = fc.uniqueArray(fc.integer({ min: RANGES.a.first, max: RANGES.a.end - 1 }), { maxLength: 80 })
  fc.assert(
    fc.property(
      list,
      list,
      fc.constantFrom('b', 'Mon-Fri', 'all'),
      fc.integer({ min: -5, max: 5 }),
      (a, b, within, by) => {
        const set = calendarSet(
          files({
            a: dateListText(
              RANGES.a,
              [...a].sort((x, y) => x - y),
            ),
            b: dateListText(
              RANGES.a,
              [...b].sort((x, y) => x - y),
            ),
            c: JSON.stringify({ shift: { calendar: 'a', by, in: within } }),
          }),
        )
        const images = new Set(a.flatMap((date) => moveIn(found(set, within), date, by) ?? []))
        const calendar = found(set, 'c')
        const dates = Array.from({ length: TO - FROM }, (_, index) => FROM + index).filter((date) =>
          calendar.contains(date),
        )
        assert.deepEqual(
          dates,
          [...images].sort((x, y) => x - y),
        )
      },
    ),
  )
  const set = calendarSet(
    files({ eve: 'shift: {calendar: usa-federal-holidays, by: -1, in: usa-federal-businessdays}' }),
  )
  const eve = found(set, 'eve')
  assert.equal(eve.contains(civilDate(2026, 7, 2)), true)
  assert.equal(eve.contains(civilDate(2026, 9, 4)), true)
  assert.equal(eve.contains(civilDate(2026, 9, 6)), false)
})

test('CAL10: what a composite looks like', () => {
  const texts = [
    'except: [Mon-Fri, usa-federal-holidays]',
    '# open days\n\n---\nlabel: open days\ndescription: all but holidays\nexcept:\n  - Mon-Fri\n  - usa-federal-holidays\n',
    '{"intersect": ["Mon-Fri", {"not": "usa-federal-holidays"}], "label": "open days"}',
    "'intersect': [Mon-Fri, usa-federal-businessdays]",
  ]
  const days = findCalendar('usa-federal-businessdays')
  assert.ok(days.ok)
  for (const [index, text] of texts.entries()) {
    const set = calendarSet(files({ c: text }))
    assert.deepEqual(set.diagnostics, [], text)
    const calendar = found(set, 'c')
    for (let date = 20_000; date < 21_000; date++) assert.equal(calendar.contains(date), days.value.contains(date))
    assert.equal(calendar.label, index === 1 || index === 2 ? 'open days' : 'c')
  }
})

test('CAL13: mistakes in composites', () => {
  const of = (text: string): string[] => told(calendarSet(files({ c: text }))).map((one) => one.slice('c.cal:'.length))
  assert.deepEqual(of('union: [Mon'), ['1:12 error CALENDAR_YAML_SYNTAX'])
  assert.deepEqual(of('{}'), ['1:1 error CALENDAR_VALUE'])
  assert.deepEqual(of('unoin: [Mon]'), ['1:1 error CALENDAR_KEY_UNKNOWN'])
  assert.deepEqual(of('banana: [Mon]'), ['1:1 error CALENDAR_KEY_UNKNOWN', '1:1 error CALENDAR_VALUE'])
  assert.deepEqual(of('union: [Mon]\nexcept: [all, Mon]'), ['2:1 error CALENDAR_VALUE'])
  assert.deepEqual(of('union: []'), ['1:8 error CALENDAR_VALUE'])
  assert.deepEqual(of('union: Mon'), ['1:8 error CALENDAR_VALUE'])
  assert.deepEqual(of('union: [Mon, 1, nope]\nlabel: [x]'), ['1:14 error CALENDAR_VALUE', '2:8 error CALENDAR_VALUE'])
  assert.deepEqual(of('union: [Mon, nope]'), ['1:14 error CALENDAR_UNKNOWN'])
  assert.deepEqual(of('union:\n  - {not: {shift: {calendar: nope, days: 1}}}'), ['2:30 error CALENDAR_UNKNOWN'])
  for (const shift of [
    'Mon',
    '{calendar: Mon}',
    '{days: 1}',
    '{calendar: Mon, by: 1}',
    '{calendar: Mon, days: 1, by: 1, in: Tue}',
  ]) {
    assert.deepEqual(of(`shift: ${shift}`), ['1:8 error CALENDAR_VALUE'], shift)
  }
  for (const days of ['1.5', 'x', '3661', '-3661', '1e99', '.nan']) {
    assert.deepEqual(of(`shift: {calendar: Mon, days: ${days}}`), ['1:30 error CALENDAR_VALUE'], days)
  }
  assert.deepEqual(of(`union: [${'Mon, '.repeat(300)}Mon]`), ['1:1009 error CALENDAR_TOO_LARGE'])
  for (const [depth, mistakes] of [
    [50, 0],
    [51, 1],
    [90, 1],
    [500, 1],
    [50_000, 1],
  ] as const) {
    const said: readonly string[] = of(`${'{"not": '.repeat(depth)}"Mon"${'}'.repeat(depth)}`)
    assert.equal(said.length, mistakes)
    assert.ok(
      said.every((one) => one.endsWith('CALENDAR_TOO_LARGE')),
      said.join(),
    )
  }
  assert.deepEqual(of('not: {'.repeat(2_000)), ['1:595 error CALENDAR_TOO_LARGE'])
  assert.deepEqual(of(`not: Mon\nlabel: ${'x'.repeat(201)}`), ['2:8 error CALENDAR_VALUE'])

  const broken = calendarSet(files({ a: 'union: [b]', b: 'START x\nSTOP 2027-01-01', d: 'union: [d]' }))
  assert.deepEqual(told(broken), [
    'a.cal:1:9 error CALENDAR_UNKNOWN',
    'b.cal:1:7 error CALENDAR_BOUNDS',
    'd.cal:1:9 error CALENDAR_CYCLE',
  ])
  const cycle = calendarSet(files({ a: 'union: [b, Mon]', b: 'not: c', c: 'not: a', e: 'not: Mon' }))
  assert.deepEqual(
    cycle.diagnostics.map(({ file, message }) => `${file} ${message}`),
    [
      'a.cal calendar b cannot be used: there are errors in b.cal',
      'b.cal calendar c cannot be used: there are errors in c.cal',
      'c.cal a calendar cannot be made from itself: a, made from b, made from c, made from a',
    ],
  )
  assert.deepEqual(cycle.names, ['e'])
  const chain = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`c${index}`, `not: ${index === 0 ? 'Mon' : `c${index - 1}`}`]),
  )
  assert.equal(calendarSet(files(chain)).names.length, 50)
})

test('CAL14: searching where there is nothing', () => {
  const set = calendarSet(
    files({
      none: 'intersect: [Mon, Tue]',
      far: 'union: [old, none]',
      old: 'START 0001-01-01\nSTOP 9999-12-31\n0001-01-02\n9999-12-30\n',
      ...Object.fromEntries(
        Array.from({ length: 12 }, (_, index) => [
          `d${index}`,
          `union: [${index === 0 ? 'far, far' : `d${index - 1}, d${index - 1}`}]`,
        ]),
      ),
    }),
  )
  const none = found(set, 'none')
  const far = found(set, 'd11')
  // Were each search to make its years anew, this would take minutes.
  for (let date = 0; date < 2_000; date++) {
    assert.equal(none.onOrAfter(date), null)
    assert.equal(far.onOrAfter(date), civilDate(9999, 12, 30))
    assert.equal(far.onOrBefore(date), civilDate(1, 1, 2))
  }
  assert.equal(far.shift(civilDate(1, 1, 2), 1), civilDate(9999, 12, 30))
  assert.equal(builtInCalendar('none')?.onOrAfter(0), null)
})
