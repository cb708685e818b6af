import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterwards } from '../agent/index.ts'
import { serverKills } from './server-kills.ts'

test('SOAK3: server and agent killed at moments of chance under load: runs, instants, processes and outputs are right', {
  timeout: 240_000,
}, async (context) => {
  const report = await serverKills(afterwards(context), {
    sets: 2,
    duration: 20_000,
    seed: 7,
    note: (line) => context.diagnostic(line),
  })
  assert.ok(report.serverKills > 0 && report.agentKills > 0 && report.runs > 100, JSON.stringify(report))
})
