import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const LAUNCHER = join(import.meta.dirname, '../../../../agent/launcher')

/** The binary that the agent starts procs with. */
export const LAUNCHER_BINARY: string = join(LAUNCHER, 'build/procstar-launcher')

/** Builds the launcher where it is missing or older than its source; it is what an agent of a system here runs, too. */
export async function buildLauncher(): Promise<string> {
  await run(join(LAUNCHER, 'build.sh'))
  return LAUNCHER_BINARY
}

/** Builds the loop of vfork, exec and wait. Resolves to its path. */
export async function buildSpawnLoop(): Promise<string> {
  await run(join(LAUNCHER, 'build.sh'), { env: { ...process.env, BENCH: '1' } })
  return join(LAUNCHER, 'build/spawn-loop')
}

/** Compiles a C file beside this one into a temporary folder. Resolves to the path of the program. */
export async function buildProgram(scope: AsyncDisposableStack, name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-bench-'))
  scope.defer(() => rm(folder, { recursive: true, force: true }))
  const program = join(folder, name)
  await run('cc', ['-O2', '-o', program, join(import.meta.dirname, `${name}.c`)])
  return program
}
