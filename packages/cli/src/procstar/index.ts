import { type Flags, readFlags } from './flags.ts'
import { printErr, printOut } from './stdio.ts'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

const WRONG_USE = 2
/** EX_DATAERR, as existing agents have it where there is no mode. */
const NO_MODE = 65

/** The command `procstar`: runs what the arguments say, and gives the exit code (spec/procstar.md 1.2). */
export async function procstar(args: readonly string[], version: string, environment: Environment): Promise<number> {
  const [first, ...rest] = args
  if (first === 'http') return http(rest, environment)
  const flags = readFlags(args)
  if (!flags.ok) return misused(flags.error)
  if (flags.value.help) return say((await import('./help.ts')).HELP)
  if (flags.value.version) return say(`${version}\n`)
  const { exit, wait, serve, agent } = flags.value
  if (!exit && !wait && !serve && !agent) {
    await misused('nothing to do: give --exit, --print, --output, --wait, --serve or --agent')
    return NO_MODE
  }
  if (exit && wait) printErr('Warning: --exit and --wait are given: it ends with whichever ends first\n')
  return run(flags.value, environment)
}

async function http(args: readonly string[], environment: Environment): Promise<number> {
  const [{ procstarHttp }, { processTerminal }] = await Promise.all([
    import('../procstar-http/index.ts'),
    import('../terminal/index.ts'),
  ])
  return procstarHttp(args, { terminal: processTerminal() }, environment)
}

async function run(flags: Flags, environment: Environment): Promise<number> {
  const { runProcstar } = await import('./run.ts')
  return runProcstar(flags, environment)
}

/** Says what is wrong and how it is used; gives the exit code. */
export async function misused(error: string): Promise<number> {
  const { USAGE } = await import('./help.ts')
  printErr(`Error: ${error}\n\n${USAGE}Say 'procstar --help' for what there is.\n`)
  return WRONG_USE
}

async function say(text: string): Promise<number> {
  // Who reads may stop early.
  await printOut(text).catch(() => {})
  return 0
}
