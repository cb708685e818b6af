import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPTIONS, readFlags } from './flags.ts'
import { HELP } from './help.ts'

function error(...args: string[]): string {
  const flags = readFlags(args)
  return flags.ok ? '' : flags.error
}

test('values come after a space or =, short flags may stand together', () => {
  for (const args of [
    ['-sxpo', 'f', 'in'],
    ['-s', '-x', '-of', '-p', 'in'],
    ['-s', '-x', '-p', '-o=f', '--', 'in'],
    ['in', '--serve', '--exit', '--print', '--output=f'],
  ]) {
    const flags = readFlags(args)
    assert.ok(flags.ok, args.join(' '))
    const { serve, exit, print, output, input, wait, agent } = flags.value
    assert.deepEqual([serve, exit, print, output, input, wait, agent], [true, true, true, 'f', 'in', false, false])
  }
})

test('defaults, and what implies --exit', () => {
  const flags = readFlags(['-o', '-', '-'])
  assert.ok(flags.ok)
  const { exit, output, input, waitTimeout, logLevel } = flags.value
  assert.deepEqual([exit, output, input, waitTimeout, logLevel], [true, '-', '-', 600, 'warn'])
})

test('what is wrong is named, with what was expected', () => {
  assert.match(error('--nope'), /unexpected argument '--nope'/)
  assert.match(error('--serv'), /unexpected argument '--serv'/)
  assert.match(error('-xZ'), /unexpected argument '-Z'/)
  assert.match(error('a', 'b'), /unexpected argument 'b'/)
  assert.match(error('-x', '--exit'), /'--exit' cannot be used multiple times/)
  assert.match(error('-xx'), /cannot be used multiple times/)
  assert.match(error('--exit=yes'), /unexpected value 'yes' for '--exit'/)
  assert.match(error('--output'), /a value is required for '--output <FILE>'/)
  assert.match(error('--output', '-x'), /a value is required/)
  assert.match(error('--log-level', 'INFO'), /expected one of trace, debug, info, warn, error/)
  assert.match(
    error('--serve-port', '65536'),
    /'65536' for '--serve-port <PORT>': expected a whole number from 0 to 65535/,
  )
  assert.match(error('--wait-timeout', '1.5'), /whole number/)
  assert.match(error('--connect-interval-start=-1'), /a number from 0 on/)
  assert.match(error('--connect-count-max', '0'), /from 1 on/)
  assert.match(error('--serve-socket-mode', '888'), /octal/)
  assert.match(error('--state', ''), /'' for '--state <DIR>': expected a text that is not empty/)
  assert.match(error('--restrict-exe='), /'--restrict-exe <EXE>': expected a text that is not empty/)
  assert.match(error('--keep-for', '59'), /'59' for '--keep-for <SECONDS>': expected a whole number from 60/)
  assert.match(error('--disk-budget', '1G'), /'--disk-budget <BYTES>': expected a whole number from 0/)
})

test('numbers are read as existing agents read them', () => {
  const flags = readFlags([
    '--connect-interval-max',
    '1e2',
    '--connect-count-max',
    '18446744073709551615',
    '--serve-socket-mode',
    '660',
  ])
  assert.ok(flags.ok)
  const { connectIntervalMax, connectCountMax, serveSocketMode } = flags.value
  assert.deepEqual([connectIntervalMax, connectCountMax, serveSocketMode], [100, Infinity, 0o660])
})

test('the help names every option but the identity and that for tests, in 80 columns', () => {
  const hidden = ['conn-id', 'agent-read-timeout']
  for (const { long } of OPTIONS) if (!hidden.includes(long)) assert.ok(HELP.includes(`--${long}`), long)
  for (const line of HELP.split('\n')) assert.ok(line.length <= 80, line)
})

test('how long, and how much, is kept', () => {
  const flags = readFlags(['--keep-for', '3600', '--disk-budget=0'])
  assert.ok(flags.ok)
  assert.deepEqual([flags.value.keepFor, flags.value.diskBudget], [3_600, 0])
  const none = readFlags([])
  assert.ok(none.ok)
  assert.deepEqual([none.value.keepFor, none.value.diskBudget], [undefined, undefined])
})
