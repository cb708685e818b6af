// `npm run check`: everything that must hold but for the tests. All steps run, side by side; what fails is shown whole.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Step {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BIN = join(ROOT, 'node_modules/.bin')

const tool = (name: string, command: string, ...args: readonly string[]): Step => ({
  name,
  command: join(BIN, command),
  args,
})
const script = (name: string, ...args: readonly string[]): Step => ({ name, command: process.execPath, args })

// The slow ones first, so that the quick ones fill the gaps.
const STEPS: readonly Step[] = [
  // Anew each time: what a build has found in declarations it does not say again when nothing changed.
  tool('types', 'tsc', '-b', '--force', '--pretty', 'false'),
  tool('lint', 'oxlint', '--deny-warnings'),
  tool('dead code', 'knip', '--no-progress'),
  tool('format', 'biome', 'format', '--diagnostic-level=warn', '.'),
  script('generated files', 'scripts/gen.ts', '--check'),
  script('spec coverage', 'scripts/spec-coverage.ts'),
  script('file lengths', 'scripts/check/file-lengths.ts'),
]

interface Outcome {
  readonly ok: boolean
  readonly seconds: string
  readonly output: string
}

async function perform({ command, args }: Step): Promise<Outcome> {
  const from = performance.now()
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
  const ok = await new Promise<boolean>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code === 0))
  })
  return { ok, seconds: ((performance.now() - from) / 1000).toFixed(1), output: Buffer.concat(output).toString() }
}

const from = performance.now()
const waiting = [...STEPS]
const failed: string[] = []

async function work(): Promise<void> {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const { ok, seconds, output } = await perform(step)
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`)
    if (ok) continue
    failed.push(step.name)
    console.log(output.trimEnd().replaceAll(/^/gm, '     '))
  }
}

await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work))

const seconds = ((performance.now() - from) / 1000).toFixed(1)
console.log(
  failed.length === 0
    ? `check: all ${STEPS.length} steps hold (${seconds} s)`
    : `check: ${failed.length} of ${STEPS.length} steps fail: ${failed.join(', ')} (${seconds} s)`,
)
process.exit(failed.length === 0 ? 0 : 1)
