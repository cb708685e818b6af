import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import { findCalendar } from '../calendar/index.ts'
import {
  daytimeHint,
  durationHint,
  zoneHint,
  argsField,
  calendarField,
  checkedTemplate,
  daytimeField,
  dstField,
  dstJson,
  durationField,
  finishedStateField,
  integerField,
  numberField,
  parseSignal,
  SIGNALS,
  scalarTextField,
  signalName,
  statesField,
  templateField,
  templateTextField,
  textField,
  timeField,
  zoneField,
} from './index.ts'

function said<T>(field: z.ZodType<T, unknown>, value: unknown): string {
  const parsed = field.safeParse(value)
  if (parsed.success) return `ok ${JSON.stringify(parsed.data)}`
  return parsed.error.issues
    .map(
      (issue) =>
        `${issue.path.join('.')}: ${issue.message}${issue.code === 'custom' && issue.params?.['hint'] ? ' !' : ''}`,
    )
    .join('; ')
}

test('FIELD1: numbers', () => {
  for (const value of [1.5, '1.5', ' 1.5 ', '+1.5', '.15e1']) assert.equal(said(numberField, value), 'ok 1.5')
  for (const value of ['', 'x', '0x1', 'nan', '1 2']) assert.match(said(numberField, value), /^: expected a number/)
  assert.equal(said(integerField, '2.0'), 'ok 2')
  assert.equal(said(integerField, 2.5), ': expected a whole number, not 2.5')
})

test('FIELD2: texts', () => {
  assert.equal(said(textField('job_id'), 'a'), 'ok "a"')
  for (const value of [1, null, { a: 1 }]) assert.equal(said(textField('job_id'), value), ': job_id must be a string !')
  assert.equal(said(scalarTextField, true), 'ok "True"')
  assert.equal(said(scalarTextField, null), 'ok "None"')
  assert.equal(scalarTextField.safeParse([1]).success, false)
})

test('FIELD3: args', () => {
  assert.equal(said(argsField, { b: 1, a: [true] }), 'ok {"a":"[True]","b":"1"}')
  assert.equal(said(argsField, null), 'ok {}')
  assert.equal(argsField.safeParse('a').success, false)
})

test('FIELD4: states', () => {
  assert.equal(said(statesField, 'running'), 'ok ["running"]')
  assert.equal(said(statesField, ['running', 'error', 'running']), 'ok ["running","error"]')
  assert.equal(said(statesField, ['error', 'runing']), '1: not a state: runing !')
  assert.equal(said(statesField, []), ': expected at least one state')
  assert.equal(said(statesField, 3), ': expected a state or a list of states')
})

test('FIELD5: target states', () => {
  assert.equal(said(finishedStateField, 'skipped'), 'ok "skipped"')
  for (const value of ['running', 'x'])
    assert.equal(said(finishedStateField, value), `: invalid target state: ${value}`)
})

test('FIELD6: signals', () => {
  assert.equal(parseSignal('TERM'), 15)
  assert.equal(parseSignal('SIGKILL'), 9)
  assert.equal(parseSignal('64'), 64)
  for (const text of ['', '0', '65', '-9', 'term', 'SIGTREM', '9.0', 'constructor'])
    assert.equal(parseSignal(text), null, text)
  for (const [name, number] of Object.entries(SIGNALS)) assert.equal(signalName(number), name)
  assert.equal(signalName(40), 'signal 40')
})

test('FIELD7: durations and times', () => {
  assert.equal(said(durationField, '1.5 min'), 'ok 90000')
  assert.equal(said(durationField, '3 weeks'), ": can't parse as duration: 3 weeks: unknown unit weeks !")
  assert.equal(said(durationField, [1]), ": can't parse as duration: a list")
  assert.equal(said(daytimeField, '09:30:00'), 'ok 34200000')
  assert.match(said(daytimeField, '09:30'), /^: can't parse as daytime: 09:30.* !$/)
  assert.equal(said(timeField, '1970-01-01T00:00:01Z'), 'ok 1000')
  assert.match(said(timeField, '1970-01-01'), /^: can't parse as time: 1970-01-01.* !$/)
  assert.equal(said(timeField, 5), ": can't parse as time: 5")
})

test('FIELD8: zones, calendars, odd days', () => {
  assert.equal(zoneField.parse('Asia/Tokyo').name, 'Asia/Tokyo')
  assert.match(said(zoneField, 'Z'), /^: unknown time zone: Z.* !$/)
  assert.equal(calendarField(findCalendar).parse(undefined).name, 'all')
  assert.equal(said(calendarField(findCalendar), 'moon'), ': no such calendar: moon !')
  assert.deepEqual(dstField.parse(undefined), { gap: 'skip', fold: 'first' })
  assert.deepEqual(dstJson(dstField.parse({ gap: 'skip' })), {})
  assert.deepEqual(dstJson(dstField.parse({ gap: 'next', fold: 'both' })), { dst: { gap: 'next', fold: 'both' } })
})

test('FIELD10: templates', () => {
  for (const [value, text] of [
    ['a {{ b }}', 'a {{ b }}'],
    [true, 'True'],
    [null, 'None'],
    [1.5, '1.5'],
  ]) {
    assert.equal(templateField.parse(value), text)
  }
  assert.equal(templateField.safeParse([1]).success, false)
  assert.equal(templateTextField('job_id').safeParse(1).success, false)
  const [issue] = templateField.safeParse('{{ a').error?.issues ?? []
  assert.ok(issue?.code === 'custom')
  assert.equal(issue.params?.['code'], 'JOB_TEMPLATE')
  const checked = checkedTemplate('digit', (text) => (/^\d$/.test(text) ? null : 'expected a digit'))
  assert.equal(said(checked, 7), 'ok "7"')
  assert.equal(said(checked, 'x'), ': expected a digit')
  assert.equal(said(checked, '{{ x }}'), 'ok "{{ x }}"')
})

test('FIELD11: hints fit what was written', () => {
  for (const [written, hint] of [
    ['9:30', 'write "09:30:00": hours, minutes and seconds are needed'],
    ['0930', 'write "09:30:00": hours, minutes and seconds are needed'],
    ['9:30 pm', 'write "21:30:00": hours go from 00 to 23'],
    ['12am', 'write "00:00:00": hours go from 00 to 23'],
    ['24:00:00', 'hours go from 00 to 23: midnight is "00:00:00", at the beginning of a date'],
    ['25:00:00', 'hours go from 00 to 23'],
    ['10:75:00', 'minutes and seconds go from 00 to 59'],
    ['noon', 'as "09:00:00"'],
  ] as const) {
    assert.equal(daytimeHint(written), hint, written)
  }
  for (const [written, hint] of [
    ['5 minuts', "did you mean 'minute'?"],
    ['5 Hours', "did you mean 'hours'?"],
    ['2 weeks', 'units are s, min, h and d: as "90 s", "1.5 h", "2 days"'],
    ['soon', 'as 90, "90 s", "1.5 h", "2 days"'],
  ] as const) {
    assert.equal(durationHint(written), hint, written)
  }
  for (const [written, hint] of [
    ['Europe/Pariss', "did you mean 'Europe/Paris'?"],
    ['America/NewYork', "did you mean 'America/New_York'?"],
    ['tokyo', "did you mean 'Asia/Tokyo'?"],
    ['the moon', 'as Europe/Paris, US/Eastern or UTC'],
  ] as const) {
    assert.equal(zoneHint(written), hint, written)
  }
})
