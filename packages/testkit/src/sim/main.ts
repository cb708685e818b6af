// Runs one seed with its trace:      node packages/testkit/src/sim/main.ts SEED [quiet]
// or many, sharded over the cores:   node packages/testkit/src/sim/main.ts --seeds A..B
// or as many as there is time for:   node packages/testkit/src/sim/main.ts --full HOURS [--seeds A..B]
import { parseArgs } from 'node:util'
import { runSeed } from './run-seed.ts'
import { pathsMissed, runSeeds, type SeedRange } from './shards.ts'

const HOUR = 3_600_000
/** Seeds between two lines that say how far it is. */
const SAID_EVERY = 1_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string' }, full: { type: 'string' } },
})
if (values.seeds === undefined && values.full === undefined)
  await one(Number(positionals[0] ?? 1), positionals[1] === 'quiet')
else await many(rangeOf(values.seeds), values.full === undefined ? Infinity : Number(values.full) * HOUR)

async function one(seed: number, quiet: boolean): Promise<void> {
  const begun = performance.now()
  const { problems, runs, instants, time, digest, paths } = await runSeed(
    seed,
    quiet ? null : (line) => console.log(line),
  )
  const text = `${runs} runs, ${instants} instants, ${Math.round(time / 60_000)} min in ${Math.round(performance.now() - begun)} ms`
  console.log(`seed ${seed}: ${text}, ${digest.slice(0, 12)}`)
  for (const [path, count] of paths) console.log(`  ${count} × ${path}`)
  for (const problem of problems) console.log(`  PROBLEM ${problem}`)
  process.exitCode = problems.length === 0 ? 0 : 1
}

async function many(range: SeedRange, most: number): Promise<void> {
  const begun = performance.now()
  let done = 0
  const summary = await runSeeds(
    range,
    ({ seed, problems }) => {
      if (problems.length > 0) console.log(`seed ${seed} fails: ${problems.slice(0, 3).join('\n  ')}`)
      if (++done % SAID_EVERY === 0)
        console.log(`${done} seeds in ${Math.round((performance.now() - begun) / 1_000)} s`)
    },
    () => performance.now() - begun > most,
  )
  const seconds = (performance.now() - begun) / 1_000
  for (const [path, count] of [...summary.paths].toSorted(([, left], [, right]) => right - left))
    console.log(`  ${String(count).padStart(8)} × ${path}`)
  const missed = pathsMissed(summary)
  for (const path of missed) console.log(`  never: ${path}`)
  const { seeds, runs, instants, virtual, failed } = summary
  console.log(
    `${seeds} seeds (${range.first} to ${range.first + seeds - 1}), ${runs} runs, ${instants} instants, ${Math.round(virtual / (24 * HOUR))} days in ${Math.round(seconds)} s, ${(seeds / seconds).toFixed(1)} a second`,
  )
  console.log(
    failed.length === 0 ? 'no seed failed' : `${failed.length} failed: ${failed.map(({ seed }) => seed).join(' ')}`,
  )
  process.exitCode = failed.length === 0 && missed.length === 0 ? 0 : 1
}

/** `A..B`, `A-B` or `A`; without one, all there are. */
function rangeOf(text: string | undefined): SeedRange {
  if (text === undefined) return { first: 1, last: 0xffff_ffff }
  const [first = Number.NaN, last = first] = text.split(/\.\.|-/).map(Number)
  if (Number.isSafeInteger(first) && Number.isSafeInteger(last) && first <= last) return { first, last }
  throw new Error(`--seeds ${text}: expected FIRST..LAST`)
}
