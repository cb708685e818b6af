import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { calendarSet, findCalendar } from './index.ts'
import { files, found, told } from './fixture/files.ts'

const HEAD = 'START 2026-01-01\nSTOP 2027-01-01\n'

test('CAL15: names of files', () => {
  const set = calendarSet([
    { name: 'c', path: 'one/c.cal', text: `${HEAD}2026-01-02\n` },
    { name: 'c', path: 'two/c.cal', text: `${HEAD}2026-01-03\n` },
    ...files({
      all: HEAD,
      'Mon-Fri': HEAD,
      '': HEAD,
      'usa-federal-holidays': `${HEAD}2026-05-05\n`,
      bad: 'START\nSTOP 2027-01-01',
    }),
  ])
  assert.deepEqual(told(set), [
    'bad.cal:1:6 error CALENDAR_BOUNDS',
    'two/c.cal:1:1 warning CALENDAR_NAME',
    'all.cal:1:1 error CALENDAR_NAME',
    'Mon-Fri.cal:1:1 error CALENDAR_NAME',
    '.cal:1:1 error CALENDAR_NAME',
  ])
  assert.deepEqual(set.names, ['c', 'usa-federal-holidays'])
  const january = found(set, 'c')
  assert.deepEqual([january.contains(20_455), january.contains(20_456)], [true, false])
  assert.equal(found(set, 'usa-federal-holidays').contains(20_578), true)
  assert.equal(found(set, 'usa-federal-businessdays').source, null)
  assert.equal(found(set, 'all').label, 'all days')
  assert.deepEqual(set.calendars('bad'), {
    ok: false,
    message: 'calendar bad cannot be used: there are errors in bad.cal',
  })
  assert.deepEqual(set.calendars('nope-at-all'), { ok: false, message: 'no such calendar: nope-at-all' })
  const many = calendarSet(
    Array.from({ length: 1_002 }, (_, index) => ({ name: `c${index}`, path: `${index}`, text: HEAD })),
  )
  assert.deepEqual(told(many), ['1000:1:1 error CALENDAR_TOO_LARGE'])
  assert.equal(many.names.length, 1_000)
})

test('CAL16: what identifies a calendar', () => {
  const of = (texts: Readonly<Record<string, string>>): (string | null)[] => {
    const set = calendarSet(files(texts))
    assert.deepEqual(set.diagnostics, [])
    return [found(set, 'c').source, set.source]
  }
  const list = `${HEAD}2026-01-02\n`
  const before = of({ c: 'except: [Mon-Fri, p]', p: 'union: [q]', q: list })
  assert.deepEqual(
    of({ q: `# hm\n${list}\n`, p: '\nunion:\n- q\ndescription: new', c: '{"except": [Mon-Fri, p]}' }),
    before,
  )
  for (const [index, texts] of [
    { c: 'except: [Mon-Sat, p]', p: 'union: [q]', q: list },
    { c: 'except: [Mon-Fri, p]', p: 'union: [q]', q: `${HEAD}2026-01-03\n` },
    { c: 'except: [Mon-Fri, p]', p: 'union: [q]', q: list.replace('2027-01-01', '2027-01-02') },
    { c: 'except: [Mon-Fri, p]', p: 'not: q', q: list },
    { c: 'except: [Mon-Fri, p]\nlabel: x', p: 'union: [q]', q: list },
  ].entries()) {
    const after = of(texts)
    assert.notEqual(after[0], before[0], String(index))
    assert.notEqual(after[1], before[1], String(index))
  }
  assert.equal(calendarSet([]).source, '')
  const holidays = findCalendar('usa-federal-holidays')
  assert.ok(holidays.ok)
  assert.equal(holidays.value.source, null)
  assert.notEqual(found(calendarSet(files({ 'usa-federal-holidays': list })), 'usa-federal-holidays').source, null)
  const shadowed = of({ c: 'union: [usa-federal-holidays]', 'usa-federal-holidays': list })
  assert.notEqual(shadowed[0], of({ c: 'union: [usa-federal-holidays]' })[0])
})

test('CAL17: no text makes it throw', () => {
  const use = (text: string): void => {
    const set = calendarSet(files({ c: text, d: 'shift: {calendar: c, by: -1, in: Mon-Fri}' }))
    for (const name of set.names) {
      const calendar = found(set, name)
      for (const date of [-800_000, 0, 20_500, 3_000_000]) {
        calendar.contains(date)
        calendar.shift(calendar.onOrAfter(date) ?? 0, -3)
        calendar.shift(calendar.onOrBefore(date) ?? 0, 1_000_000_000)
      }
    }
    for (const { file, line, column, code } of set.diagnostics) {
      assert.ok(file !== null && line !== null && line >= 1 && column !== null && column >= 1, code)
    }
  }
  const words = fc.constantFrom(
    'START',
    'STOP',
    '2026-01-01',
    '2027-01-01',
    '20260230',
    '9999-12-31',
    '0001-01-01',
    '\n',
    '\n',
    ' ',
    '#',
    '\uFEFF',
    'union:',
    'except:',
    'not:',
    'shift:',
    '{',
    '}',
    '[',
    ']',
    ',',
    'calendar:',
    'days:',
    'by:',
    'in:',
    'Mon',
    'c',
    'd',
    '1',
    '-3',
    '&a',
    '*a',
    '---',
    '__proto__:',
    'label:',
  )
  fc.assert(
    fc.property(fc.array(words, { maxLength: 25 }), (parts) => use(parts.join(' '))),
    { numRuns: 400 },
  )
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), use))
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => use(String.fromCharCode(...bytes))))
  use('union: &a [*a]')
  use('{'.repeat(100_000))
})
