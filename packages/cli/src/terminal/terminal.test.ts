import assert from 'node:assert/strict'
import { stripVTControlCharacters } from 'node:util'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  fitText,
  localTime,
  paintState,
  parseWhen,
  printable,
  readerZone,
  table,
  textTail,
  textWidth,
  wrapText,
} from './index.ts'

const columns = [
  { title: 'run_id' },
  { title: 'elapsed', align: 'right' },
  { title: 'job_id', min: 12 },
  { title: 'args', min: 8 },
] as const
const row = (job: string, args: string) => [{ text: 'r12' }, { text: '1:02' }, { text: job }, { text: args }]

test('CLI1: a table fits 80 and 200 columns', () => {
  const rows = [row('team/'.repeat(30), 'date=2026-01-01 '.repeat(20)), row('short', 'x=1')]
  for (const width of [80, 200]) {
    const lines = table(columns, rows, width).split('\n')
    assert.ok(
      lines.every((line) => textWidth(line) <= width),
      `${width}`,
    )
    assert.equal(Math.max(...lines.map(textWidth)), width)
    assert.match(lines[2] ?? '', /…  date=.*…$/)
  }
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string({ maxLength: 300 }))),
      (texts) => {
        const lines = table(
          columns,
          texts.map(([job, args]) => row(job, args)),
          80,
        ).split('\n')
        assert.equal(lines.length, texts.length + 2)
        for (const line of lines) assert.ok(textWidth(line) <= 80, line)
      },
    ),
  )
})

test('CLI2: without a terminal nothing is cut', () => {
  const job = 'team/'.repeat(100)
  assert.ok(table(columns, [row(job, 'a=1')], null).includes(job))
  const cut = table([{ title: 'args', most: 10 }, { title: 'z' }], [[{ text: 'x'.repeat(99) }, { text: 'z' }]], null)
  assert.equal(cut, ['args        z', '----------  -', 'xxxxxxxxx…  z'].join('\n'))
})

test('CLI3: wide characters count two columns', () => {
  assert.equal(textWidth('日本'), 4)
  assert.equal(textWidth('e\u0301'), 1)
  assert.equal(fitText('日本語', 5), '日本…')
  assert.equal(fitText('日本語', 4), '日…')
  assert.equal(fitText('abc', 0), '')
})

test('CLI4: control characters become visible', () => {
  assert.equal(printable('a\u001b[2Jb\nc\td\u0007'), 'a\\x1b[2Jb⏎c d\\x07')
  assert.equal(printable('a\u202egpj.exe\u200b\u2066\ufeff'), 'a\\u202egpj.exe\\u200b\\u2066\\ufeff')
  assert.equal(printable('a\u200db'), 'a\\u200db')
  const family = '\u{1f468}\u200d\u{1f469}\u{1f3fd}\u200d\u{1f467}'
  assert.equal(printable(`é 日本 ${family}`), `é 日本 ${family}`)
  assert.equal(table([{ title: 'a' }], [[{ text: '\u001b]0;x\u0007' }]], null).includes('\u001b'), false)
})

test('CLI5: numbers stand to the right, and no line ends in blanks', () => {
  const text = table(columns, [row('j', ''), [{ text: 'r1' }, { text: '10:00:00' }, { text: 'j' }, { text: '' }]], 80)
  assert.equal(
    text,
    [
      'run_id   elapsed  job_id  args',
      '------  --------  ------  ----',
      'r12         1:02  j',
      'r1      10:00:00  j',
    ].join('\n'),
  )
})

test('CLI6: colours change no width, and only come where they are wanted', () => {
  const paint = paintState('failure', true)
  const colored = table(columns, [[{ text: 'r1', paint }, { text: '1' }, { text: 'j' }, { text: 'a' }]], 80)
  const plain = table(
    columns,
    [[{ text: 'r1', paint: paintState('failure', false) }, { text: '1' }, { text: 'j' }, { text: 'a' }]],
    80,
  )
  assert.notEqual(colored, plain)
  assert.equal(stripVTControlCharacters(colored), plain)
})

const now = Date.parse('2026-03-28T23:30:00Z')
const zone = 'Europe/Paris'
const when = (text: string) => {
  const parsed = parseWhen(text, now, zone)
  return parsed.ok ? (parsed.value === null ? 'now' : new Date(parsed.value).toISOString()) : parsed.message
}

test('CLI7: the forms of TIME', () => {
  assert.equal(when('now'), 'now')
  assert.equal(when('+90'), '2026-03-28T23:31:30.000Z')
  assert.equal(when('+2h'), '2026-03-29T01:30:00.000Z')
  assert.equal(when('2026-04-01T00:00:00+02:00'), '2026-03-31T22:00:00.000Z')
  // There it is 00:30 of the 29th, and at 02:00 summer time begins.
  assert.equal(when('00:45:00'), '2026-03-28T23:45:00.000Z')
  assert.equal(when('00:15:00'), '2026-03-29T22:15:00.000Z')
  assert.equal(when('12:00:00'), '2026-03-29T10:00:00.000Z')
  for (const text of ['00:45', '00:15', '0:15', '12:00', '23:59']) assert.equal(when(text), when(`${text}:00`), text)
})

test('CLI11: days, dates, local times and what is so long ago are times of every command', () => {
  assert.equal(when('today'), '2026-03-28T23:00:00.000Z')
  assert.equal(when('tomorrow'), '2026-03-29T22:00:00.000Z')
  assert.equal(when('yesterday'), '2026-03-27T23:00:00.000Z')
  assert.equal(when('2026-04-01'), '2026-03-31T22:00:00.000Z')
  assert.equal(when('2026-04-01T09:30'), '2026-04-01T07:30:00.000Z')
  assert.equal(when('-3d'), '2026-03-25T23:30:00.000Z')
  assert.equal(when('-1w'), '2026-03-21T23:30:00.000Z')
  assert.equal(when('+1w'), '2026-04-04T23:30:00.000Z')
  const back = (text: string): string => {
    const parsed = parseWhen(text, now, zone, 'back')
    return parsed.ok ? new Date(parsed.value ?? now).toISOString() : parsed.message
  }
  assert.equal(back('3d'), when('-3d'))
  assert.equal(back('1w'), when('-1w'))
  // Of today, where commands that look ahead take the next one.
  assert.equal(back('00:15'), '2026-03-28T23:15:00.000Z')
  for (const text of ['now', 'today', '2026-04-01', '+2h', '-2h'])
    assert.equal(back(text), when(text) === 'now' ? back('now') : when(text))
})

test('CLI8: what is no TIME says which forms there are', () => {
  for (const text of ['', '+', '+3 weeks', '25:00:00', '25:00', '9:5', '2026-04-31', '12', '+-1h', '3d', '2 h']) {
    assert.match(when(text), /not a time/, text)
  }
  assert.match(when('soon'), /expected now, \+DURATION .* or a daytime/)
  assert.match(when('3d'), /say \+3d for so long ahead, -3d for so long ago/)
  const back = parseWhen('soon', now, zone, 'back')
  assert.match(back.ok ? '' : back.message, /expected now, a duration ago such as 3d or -3d/)
})

test('CLI9: times for people are in their zone', () => {
  assert.equal(localTime(now + 999, zone), '2026-03-29 00:30:00')
  assert.equal(localTime(now, 'UTC'), '2026-03-28 23:30:00')
})

test('CLI13: a reader whose zone is none is told which, and where it comes from', () => {
  const told = /^unknown time zone: Mars\/X; the time zone of times is that of TZ/
  const zone = readerZone('Mars/X')
  assert.match(zone.ok ? '' : zone.message, told)
  const parsed = parseWhen('today', now, 'Mars/X')
  assert.match(parsed.ok ? '' : parsed.message, told)
  assert.ok(readerZone('Europe/Paris').ok)
})

test('CLI10: the end of a text', () => {
  assert.equal(textTail('日本語', 6), '日本語')
  assert.equal(textTail('日本語', 5), '…本語')
  assert.equal(textTail('日本語', 4), '…語')
  assert.equal(textTail('abc', 0), '')
})

test('CLI12: a text is wrapped at blanks', () => {
  assert.deepEqual(wrapText('one two three', 7), ['one two', 'three'])
  assert.deepEqual(wrapText('a verylongword b', 5), ['a', 'veryl', 'ongwo', 'rd b'])
  assert.deepEqual(wrapText('日本語', 4), ['日本', '語'])
  assert.deepEqual(wrapText('日本', 1), ['日', '本'])
  assert.deepEqual(wrapText('', 5), [''])
})
