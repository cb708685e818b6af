import assert from 'node:assert/strict'
import { test } from 'node:test'
import { humanLine, PLAIN } from './human.ts'

const time = '2026-11-21T01:02:03.456Z'

test('an entry for people: time, level, part, message, details', () => {
  assert.equal(
    humanLine(
      { level: 'warning', time, name: 'engine', run: 'r12', why: 'a b', n: 3, none: undefined, msg: 'late' },
      PLAIN,
    ),
    `${time} W engine late run=r12 why="a b" n=3\n`,
  )
  assert.equal(humanLine({ level: 'critical', time, msg: 'no part' }, PLAIN), `${time} C        no part\n`)
})

test('nothing in an entry ends its line, or speaks to the terminal', () => {
  const line = humanLine(
    { level: 'error', time, msg: 'a\nb\x1b[2J', error: 'x\ny\x07', key: { s: '\u2028' }, q: '' },
    PLAIN,
  )
  assert.equal(line, `${time} E        a\\nb\\u001b[2J error="x\\ny\\u0007" key={"s":"\\u2028"} q=""\n`)
  const turned = humanLine({ level: 'error', time, msg: 'a\u202eb', reason: 'c\u200bd' }, PLAIN)
  assert.equal(turned, `${time} E        a\\u202eb reason="c\\u200bd"\n`)
})

test('in a terminal, details that do not fit go below the message', () => {
  const entry = {
    level: 'info',
    time,
    name: 'agents',
    agent: 'one',
    group: 'default',
    host: 'a.example',
    msg: 'agent connected',
  }
  assert.equal(
    humanLine(entry, { color: false, columns: () => 80 }),
    `${time} I agents agent connected\n    agent=one group=default host=a.example\n`,
  )
  assert.equal(
    humanLine(entry, { color: false, columns: () => 30 }),
    `${time} I agents agent connected\n    agent=one group=default\n    host=a.example\n`,
  )
  assert.equal(
    humanLine(entry, { color: false, columns: () => 200 }),
    `${time} I agents agent connected agent=one group=default host=a.example\n`,
  )
})

test('colours are for terminals, and take no columns', () => {
  const entry = { level: 'error', time, name: 'store', msg: 'm', key: 'v' }
  const line = humanLine(entry, { color: true, columns: () => 43 })
  assert.match(line, /\x1b\[31mE\x1b\[0m/)
  assert.equal(line.replaceAll(/\x1b\[[\d;]*m/g, ''), `${time} E store  m key=v\n`)
})
