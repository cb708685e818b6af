// Runs the tests: all of them, or the files and folders named. Options (`--test-name-pattern` and the like) go to
// node's test runner as they are. Ends with node's own counts and one line for the person who waited.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseCounts } from './test/counts.ts'
import { selectTests } from './test/select.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const CI_SEEDS = '1..10000'

// Node's default is one less than the cores, and on a machine of two it would run one file at a time.
const CONCURRENCY = Math.max(2, availableParallelism())

const from = performance.now()
const { options, patterns, unknown } = selectTests(process.argv.slice(2), ROOT)
const isAll = process.argv.length === 2
if (unknown.length > 0) {
  console.error(`npm test: no such file or folder: ${unknown.join(', ')}`)
  process.exit(2)
}

const scratch = mkdtempSync(join(tmpdir(), 'apsis-test-'))
const countsFile = join(scratch, 'counts.json')
const child = spawn(
  process.execPath,
  [
    '--test',
    `--test-concurrency=${CONCURRENCY}`,
    // A test that hangs is a failure to be named, not the end of CI's patience.
    '--test-timeout=180000',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${join(ROOT, 'scripts/test/counts-reporter.ts')}`,
    `--test-reporter-destination=${countsFile}`,
    ...options,
    ...patterns,
  ],
  { cwd: ROOT, stdio: 'inherit' },
)

// The runner ends its test processes; this process stays to say how far it came.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))

const status = await new Promise<number>((resolve, reject) => {
  child.on('error', reject)
  child.on('close', (code) => resolve(code ?? 1))
})

const counts = parseCounts(existsSync(countsFile) ? readFileSync(countsFile, 'utf8') : '')
rmSync(scratch, { recursive: true })
const seconds = ((performance.now() - from) / 1000).toFixed(1)
if (counts === null) {
  console.error(`\nnpm test: ended early, after ${seconds} s`)
  process.exit(status === 0 ? 1 : status)
}
console.log(
  `\nnpm test: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, of ${counts.tests} in ${seconds} s`,
)
if (counts.tests === 0) console.error('npm test: no test was run')
if (counts.tests === 0) process.exit(1)
// What CI has more time for, and the whole machine: tests beside it would be late.
const simulated = status === 0 && process.env['CI'] === 'true' && isAll ? await simulate() : 0
process.exit(status === 0 ? simulated : status)

/** Runs the seeds of the simulation that CI runs beyond those of its test; gives the exit status. */
async function simulate(): Promise<number> {
  const seeds = ['packages/testkit/src/sim/main.ts', '--seeds', CI_SEEDS]
  const sim = spawn(process.execPath, seeds, { cwd: ROOT, stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    sim.on('error', reject)
    sim.on('close', (code) => resolve(code ?? 1))
  })
}
