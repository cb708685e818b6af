import assert from 'node:assert/strict'
import test from 'node:test'
import { failEachNth } from './fail-nth.ts'
import { NTH_KINDS } from './nth-fault.ts'
import { SCENARIOS } from './scenarios.ts'

for (const scenario of SCENARIOS) {
  test(`SIM17: ${scenario.name}: each commit, send, spawn and write fails once, and each commit kills the server`, async (t) => {
    const { counts, problems } = await failEachNth(scenario)
    t.diagnostic(NTH_KINDS.map((kind) => `${kind} ${counts[kind]}`).join(', '))
    assert.deepEqual(problems, [])
    for (const kind of NTH_KINDS) assert.ok(counts[kind] > 0, `there was no ${kind} to fail`)
  })
}
