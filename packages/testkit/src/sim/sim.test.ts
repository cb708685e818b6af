import assert from 'node:assert/strict'
import test from 'node:test'
import { runSeed } from './run-seed.ts'
import { pathsMissed, runSeeds, type Summary } from './shards.ts'

// `npm test` runs these; with CI=true it runs 10,000 more afterwards, on their own (scripts/test.ts).
const FIRST = Number(process.env['SIM_FIRST'] ?? 1)
const SEEDS = Number(process.env['SIM_SEEDS'] ?? 300)

let summary: Summary | null = null

test(`SIM1, SIM2, SIM3, SIM4, SIM5, SIM6, SIM7, SIM8, SIM11, SIM12, SIM13, SIM14, SIM15, SIM16, SIM18, SIM19, SIM21, SIM24, SIM25: seeds ${FIRST} to ${FIRST + SEEDS - 1}`, async () => {
  summary = await runSeeds({ first: FIRST, last: FIRST + SEEDS - 1 })
  const told = summary.failed.map(({ seed, problems }) => `seed ${seed}: ${problems.slice(0, 3).join('; ')}`)
  assert.deepEqual(told.slice(0, 10), [], 'the trace of a seed: node packages/testkit/src/sim/main.ts SEED')
  assert.ok(summary.runs > SEEDS, 'hardly anything was run')
})

test('SIM10: every rare path was taken', () => {
  assert.ok(summary !== null)
  assert.deepEqual(pathsMissed(summary), [])
})

test('SIM9: the same seed gives the same history', async () => {
  const [first, second] = [await runSeed(FIRST), await runSeed(FIRST)]
  assert.equal(first.digest, second.digest)
  assert.notEqual((await runSeed(FIRST + 1)).digest, first.digest)
})
