import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.mjs'
import { fingerprint, isFresh, stamp } from './stamp.mjs'
import { run } from './step.mjs'
import { hasProgram } from './system.mjs'

const FOLDER = 'packages/agent/launcher'

/** Builds the launcher when its sources, or the compiler that is chosen, changed. */
export async function ensureLauncher() {
  const print = fingerprint([FOLDER], hasProgram('musl-gcc') ? 'musl-gcc' : 'cc')
  if (existsSync(join(ROOT, FOLDER, 'build')) && isFresh('launcher', print)) return
  await run({
    what: 'launcher: build',
    command: 'sh',
    args: [`${FOLDER}/build.sh`],
    hint: 'See what the compiler says above.',
  })
  stamp('launcher', print)
}
