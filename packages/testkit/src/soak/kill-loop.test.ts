import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterwards } from '../agent/index.ts'
import { killLoop } from './kill-loop.ts'

/** `main.ts --full` makes 1,000 of them. */
const ROUNDS = 50

test('SOAK1: agent and spawner killed at moments of chance: starts, output and exit codes agree with what the procs recorded', async (context) => {
  const report = await killLoop(afterwards(context), {
    rounds: ROUNDS,
    seed: 4,
    note: (line) => context.diagnostic(line),
  })
  assert.equal(report.rounds, ROUNDS)
  assert.ok(report.agentKills > ROUNDS / 4 && report.spawnerKills > ROUNDS / 4, JSON.stringify(report))
})
