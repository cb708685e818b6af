import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pointsOf, type Point, revive, withFault } from './faults.ts'
import type { Fault } from './fault-state.ts'
import { pointsFor, type Scenario } from './scenario.ts'

const FAULTS: readonly Fault[] = ['refused', 'full', 'death']

/** How many faults of each kind there were, and what was wrong after which. */
export interface Result {
  readonly injected: Readonly<Record<Fault, number>>
  /** Faults that did not come to happen: the operation took another way. */
  readonly missed: number
  readonly problems: readonly string[]
}

/** Does the operation undisturbed, then again and again, with each thing that it asks of files and databases failing once. */
export async function failEach(scenario: Scenario): Promise<Result> {
  const problems: string[] = []
  let points: readonly Point[] = []
  await inFolder(async (folder) => {
    const trial = await scenario.begin(folder)
    points = await pointsOf(() => trial.operate())
    problems.push(...(await trial.atEnd()).map((what) => `undisturbed: ${what}`))
    await trial.end()
  })
  const injected = { refused: 0, full: 0, death: 0 }
  let missed = 0
  for (const fault of FAULTS)
    for (const point of pointsFor(scenario, points, fault)) {
      const { fired, found } = await failOne(scenario, fault, point)
      if (fired) injected[fault]++
      else missed++
      problems.push(...found.map((what) => `${fault} ${point.thread}/${point.nth} ${point.label}: ${what}`))
    }
  return { injected, missed, problems }
}

async function failOne(
  scenario: Scenario,
  fault: Fault,
  point: Point,
): Promise<{ readonly fired: boolean; readonly found: readonly string[] }> {
  const found: string[] = []
  let fired = false
  await inFolder(async (folder) => {
    const trial = await scenario.begin(folder)
    const faulty = await withFault(fault, point, () => trial.operate())
    fired = faulty.fired
    revive()
    try {
      found.push(...(await trial.afterFault(fault, faulty.error)))
      await trial.operate()
      found.push(...(await trial.atEnd()))
    } catch (error) {
      found.push(`it cannot be done again: ${String(error)}`)
    }
    await trial.end()
  })
  return { fired, found }
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-upkeep-'))
  try {
    await body(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
