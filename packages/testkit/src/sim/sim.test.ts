import assert from 'node:assert/strict'
import test from 'node:test'
import { type Outcome, runSeed } from './run-seed.ts'
import { RARE_PATHS } from './trace.ts'

const FIRST = Number(process.env['SIM_FIRST'] ?? 1)
const SEEDS = Number(process.env['SIM_SEEDS'] ?? 100)
/** Fewer seeds than this may miss a rare path by bad luck. */
const ENOUGH = 100

const seen = new Set<string>()

/** Runs a seed; fails with what went wrong, and how to see it again. */
async function holds(seed: number): Promise<Outcome> {
  const outcome = await runSeed(seed)
  for (const path of outcome.paths.keys()) seen.add(path)
  const how = `seed ${seed}; its trace: node packages/testkit/src/sim/main.ts ${seed}`
  assert.deepEqual(outcome.problems, [], how)
  return outcome
}

test(`SIM1, SIM2, SIM3, SIM4, SIM5, SIM6, SIM7, SIM8: seeds ${FIRST} to ${FIRST + SEEDS - 1}`, async () => {
  let runs = 0
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) runs += (await holds(seed)).runs
  assert.ok(runs > SEEDS, 'hardly anything was run')
})

test('SIM10: every rare path was taken', { skip: SEEDS < ENOUGH }, () => {
  assert.deepEqual(
    RARE_PATHS.filter((path) => !seen.has(path)),
    [],
  )
})

test('SIM9: the same seed gives the same history', async () => {
  const [first, second] = [await runSeed(FIRST), await runSeed(FIRST)]
  assert.equal(first.digest, second.digest)
  assert.notEqual((await runSeed(FIRST + 1)).digest, first.digest)
})
