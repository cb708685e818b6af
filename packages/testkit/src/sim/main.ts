// Runs one seed with its trace: node packages/testkit/src/sim/main.ts SEED [quiet], or many: main.ts FIRST-LAST
import { runSeed } from './run-seed.ts'

const [given = '1', quiet] = process.argv.slice(2)
const [first = 1, last = first] = given.split('-').map(Number)
let failed = 0
for (let seed = first; seed <= last; seed++) {
  const begun = performance.now()
  const one = first === last && quiet === undefined
  const outcome = await runSeed(seed, one ? (line) => console.log(line) : null)
  const { problems, runs, instants, time, digest } = outcome
  const text = `${runs} runs, ${instants} instants, ${Math.round(time / 60_000)} min in ${Math.round(performance.now() - begun)} ms`
  if (problems.length > 0) failed++
  if (one || problems.length > 0)
    console.log(`seed ${seed}: ${text}, ${digest.slice(0, 12)}\n  ${problems.slice(0, 5).join('\n  ')}`)
  if (one) console.log([...outcome.paths].map(([path, count]) => `  ${count} × ${path}`).join('\n'))
}
console.log(`${last - first + 1} seeds, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
