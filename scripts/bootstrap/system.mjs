import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { StepFailed, run, say } from './step.mjs'

/** Whether one of these programs is on the PATH. */
export function hasProgram(...names) {
  return names.some((name) =>
    (process.env.PATH ?? '').split(delimiter).some((folder) => {
      try {
        accessSync(join(folder, name), constants.X_OK)
        return true
      } catch {
        return false
      }
    }),
  )
}

function canInstall() {
  return process.getuid?.() === 0 && hasProgram('apt-get')
}

async function aptInstall(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const patience = ['-qq', '-o', 'DPkg::Lock::Timeout=120']
  const hint = `Install by hand: ${packages.join(' ')}.`
  await run({ what: 'system: apt-get update', command: 'apt-get', args: [...patience, 'update'], env, hint })
  await run({
    what: `system: apt-get install ${packages.join(' ')}`,
    command: 'apt-get',
    args: [...patience, 'install', '-y', '--no-install-recommends', ...packages],
    env,
    hint,
  })
}

/** The launcher needs a C compiler: there is no way round it. */
export async function ensureCompiler() {
  if (hasProgram('musl-gcc', 'cc')) return
  const packages = ['gcc', 'libc6-dev']
  if (!canInstall()) {
    throw new StepFailed(
      `system: a C compiler is missing. Install one (on Debian: apt-get install ${packages.join(' ')}).`,
    )
  }
  await aptInstall(packages)
}

const TEST_TOOLS = [
  { programs: ['musl-gcc'], packages: ['musl-tools'], without: 'the launcher is built with cc' },
  {
    programs: ['chromium', 'chromium-browser', 'google-chrome'],
    packages: ['chromium', 'fonts-dejavu-core'],
    without: 'tests of the web page fail',
  },
]

/** What tests use beyond what running needs. Where it cannot be installed, says so and what is lost, and goes on. */
export async function ensureTestTools() {
  const missing = TEST_TOOLS.filter(({ programs }) => !hasProgram(...programs))
  if (missing.length === 0) return
  const packages = missing.flatMap((tool) => tool.packages)
  const loss = missing.map((tool) => tool.without).join('; ')
  if (!canInstall()) {
    say(
      `system: not installed: ${packages.join(' ')}. Without them ${loss}. As root: apt-get install ${packages.join(' ')}`,
    )
    return
  }
  try {
    await aptInstall(packages)
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    say(`${error.message} Until then ${loss}.`)
  }
}
