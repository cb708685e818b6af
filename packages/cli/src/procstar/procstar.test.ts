import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recorded } from '../command/fixture/terminal.ts'
import { procstar } from './index.ts'
import { givenOptions } from './options.ts'

async function run(...args: string[]) {
  const { context, err } = recorded('')
  const code = await procstar(args, context, {})
  return { code, err: err() }
}

test('without a mode it ends with 65, as the existing program', async () => {
  const { code, err } = await run()
  assert.deepEqual([code, err], [65, 'Error: no mode given: give --agent to connect to an agent server\n'])
})

test('modes that come later are refused by name', async () => {
  assert.match((await run('--serve', '-p', 'spec.json')).err, /not available yet: --print, --serve, INPUT/)
  assert.equal((await run('--exit')).code, 2)
})

test('an agent without a server, or with a bad option, is wrong use', async () => {
  assert.match((await run('--agent')).err, /no agent server to connect to.*PROCSTAR_AGENT_HOST/)
  for (const args of [
    ['--agent-port', 'x'],
    ['--agent-host', 'h', '--agent-port', '70000'],
    ['--connect-interval-start', '-1'],
    ['--log-level', 'INFO'],
  ]) {
    assert.equal((await run('--agent', ...args)).code, 2, args.join(' '))
  }
})

test('what the command line says becomes options', () => {
  const given = givenOptions({
    agentHost: 'h',
    agentPort: 1,
    groupId: 'g',
    connId: 'c',
    state: 's',
    connectCountMax: 3,
    logLevel: 'warn',
  })
  assert.deepEqual(
    [given.host, given.port, given.group, given.connId, given.stateDir, given.connectCountMax, given.restrictExe],
    ['h', 1, 'g', 'c', 's', 3, undefined],
  )
})
