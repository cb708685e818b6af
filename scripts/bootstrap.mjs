// Makes a clone ready for one of the root's npm scripts, and says what it does while it does it.
// It runs on whatever Node the machine has (20 or later) and imports nothing that must be installed first.
import { waitForLock } from './bootstrap/lock.mjs'
import { ensureLauncher } from './bootstrap/launcher.mjs'
import { ensurePackages } from './bootstrap/packages.mjs'
import { StepFailed, say } from './bootstrap/step.mjs'
import { ensureCompiler, ensureTestTools } from './bootstrap/system.mjs'
import { ensureWeb } from './bootstrap/web.mjs'

/** What each npm script needs, in order. */
const NEEDS = {
  start: [ensurePackages, ensureCompiler, ensureLauncher, ensureWeb],
  test: [ensurePackages, ensureTestTools, ensureCompiler, ensureLauncher, ensureWeb],
  bench: [ensurePackages, ensureCompiler, ensureLauncher, ensureWeb],
  check: [ensurePackages],
}

const target = process.argv[2]
const steps = NEEDS[target]
if (steps === undefined) {
  say(`bootstrap: expected one of ${Object.keys(NEEDS).join(', ')}, found ${target ?? 'nothing'}`)
  process.exit(2)
}

const release = await waitForLock()
try {
  for (const step of steps) await step()
} catch (error) {
  if (!(error instanceof StepFailed)) throw error
  say(error.message)
  process.exitCode = 1
} finally {
  release()
}
