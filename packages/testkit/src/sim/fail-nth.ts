import { NTH_KINDS, NthFault, type NthKind } from './nth-fault.ts'
import { settle } from './run-seed.ts'
import type { Scenario } from './scenario.ts'
import type { Trace } from './trace.ts'
import { World } from './world.ts'

/** How often each thing that can fail happens in an undisturbed run of a scenario. */
export type Counts = Readonly<Record<NthKind, number>>

/** What one scenario came to. */
export interface NthReport {
  readonly name: string
  readonly counts: Counts
  /** What went wrong, by what failed. */
  readonly problems: readonly string[]
}

const SEED = 1

/** Runs a scenario undisturbed, then once for each thing that can fail in it, with just that one failing; checks the invariants, and that all converges. */
export async function failEachNth(scenario: Scenario): Promise<NthReport> {
  const undisturbed = await run(scenario, new NthFault())
  const problems = undisturbed.problems.map((problem) => `undisturbed: ${problem}`)
  if (scenario.takes !== null && !undisturbed.paths.has(scenario.takes))
    problems.push(`undisturbed: no ${scenario.takes}`)
  for (const kind of NTH_KINDS) {
    for (let nth = 1; nth <= undisturbed.counts[kind]; nth++) {
      const { problems: found } = await run(scenario, new NthFault(kind, nth))
      problems.push(...found.map((problem) => `${kind} ${nth} failed: ${problem}`))
    }
  }
  return { name: scenario.name, counts: undisturbed.counts, problems }
}

async function run(
  scenario: Scenario,
  nth: NthFault,
): Promise<{ readonly problems: readonly string[]; readonly counts: Counts; readonly paths: Trace['paths'] }> {
  const world = new World(SEED, null, { models: scenario.models, nth })
  const early = await scenario.play(world)
  // What fails while peace is made is of no scenario.
  const counts = countsOf(nth)
  await settle(world, early)
  return { problems: world.problems, counts, paths: world.trace.paths }
}

function countsOf({ counts }: NthFault): Counts {
  const of = (kind: NthKind): number => counts.get(kind) ?? 0
  return {
    commit: of('commit'),
    'death before commit': of('death before commit'),
    'death after commit': of('death after commit'),
    send: of('send'),
    spawn: of('spawn'),
    write: of('write'),
  }
}
