import type { RunId } from '@apsis/core/run'
import { Random } from '../random/index.ts'
import { heldByAgents } from './check-agents.ts'
import { checkCaughtUp } from './check-caught-up.ts'
import { checkInstants } from './check-instants.ts'
import { LiveCheck } from './check-live.ts'
import { checkReplay } from './check-replay.ts'
import { checkRuns, checkStates } from './check-runs.ts'
import { oneFault } from './faults.ts'
import { endPlans } from './plans.ts'
import { Users } from './users.ts'
import { World, type WorldOptions } from './world.ts'

/** Virtual time within which everything is over once nothing goes wrong any more, ms: a clock that was set back stays so, by 4 hours at most, and what was asked for before comes that much later. */
const CONVERGED_WITHIN = 7 * 3_600_000
const LOOK_EVERY = 20_000

/** What a seed came to. */
export interface Outcome {
  readonly seed: number
  /** Nothing, when all is well. */
  readonly problems: readonly string[]
  /** Of all that happened, in order. */
  readonly digest: string
  readonly paths: ReadonlyMap<string, number>
  readonly runs: number
  readonly instants: number
  /** Virtual time, ms. */
  readonly time: number
}

/** Runs one seed: a time of faults and of users, then peace, then the checks. `show` is given each line of the trace. */
export async function runSeed(seed: number, show: ((line: string) => void) | null = null): Promise<Outcome> {
  const world = new World(seed, show, troubleOf(seed))
  const users = new Users(world)
  const live = new LiveCheck(world)
  const begin = world.clock.monotonic()
  const { random } = world
  // Mostly short: what is rare comes sooner in many short seeds than in a few long ones.
  const end = begin + 200_000 + random.below(random.chance(0.1) ? 3_000_000 : 500_000)
  const [faultsEvery, usersEvery] = [2_000 + random.below(90_000), 1_000 + random.below(60_000)]
  const again = (every: number, act: () => void): void => {
    world.clock.after(random.below(2 * every), () => {
      if (world.clock.monotonic() >= end) return
      act()
      again(every, act)
    })
  }
  again(faultsEvery, () => oneFault(world))
  again(usersEvery, () => users.act())
  for (let at = begin; at < end && world.problems.length === 0; at += LOOK_EVERY) {
    await world.pass(LOOK_EVERY)
    await live.look()
  }
  const { runs, instants } = await settle(world, users.early)
  const time = world.clock.monotonic() - begin
  const paths = new Map(world.trace.paths)
  return { seed, problems: world.problems, digest: world.trace.digest(), paths, runs, instants, time }
}

/** In some worlds agents are given up, in some what is said is said again. */
function troubleOf(seed: number): WorldOptions {
  const random = new Random(seed ^ 0x7e7)
  const reconnectTimeout = random.chance(0.25) ? 20_000 + random.below(200_000) : null
  return { reconnectTimeout, repeating: random.chance(0.25) ? 0.02 + random.next() * 0.2 : 0 }
}

/**
 * Mends everything, waits until all is over, and checks the world against the rules; what it finds is in `world.problems`. `early`: runs that users
 * began or skipped before their time.
 */
export async function settle(
  world: World,
  early: ReadonlySet<RunId>,
): Promise<{ readonly runs: number; readonly instants: number }> {
  await bringPeace(world)
  if (world.problems.length === 0) await converge(world)
  const { server } = world
  if (server === null || world.problems.length > 0) return { runs: 0, instants: 0 }
  const problem = (text: string): void => world.problem(text)
  const instants = await checkInstants(server.store.read, world.folder, early, world.trace, problem)
  await checkReplay(server.store.read, problem)
  await checkCaughtUp(server.store.read, world.folder, world.trace, problem)
  checkStates(world.disk, world.log.rebuilt(), world.trace, problem)
  return { instants, runs: await checkRuns(server.store.read, world.hosts, world.trace, problem) }
}

/** What was down comes up, what was wrong is mended, and no schedule wants anything more. */
async function bringPeace(world: World): Promise<void> {
  world.trace.add('sim', 'peace')
  // What faults have begun ends by itself: downtimes, partitions, troubles.
  await world.pass(330_000)
  world.startServer()
  // And what users have put off comes.
  await endPlans(world)
  for (const host of world.hosts) {
    world.startAgent(host)
    host.wallStep = 0
  }
  await world.pass(60_000)
  world.folder.put(
    world.folder.models.map((model) => ({ ...model, schedules: [] })),
    world.clock.now(),
  )
  world.applyJobs()
}

async function converge(world: World): Promise<void> {
  const until = world.clock.monotonic() + CONVERGED_WITHIN
  for (;;) {
    await world.pass(LOOK_EVERY)
    await endPlans(world)
    const live = world.disk.tables.runs.unfinished()
    const held = heldByAgents(world)
    if (world.upToDate && live.length === 0 && held.length === 0) return
    if (world.clock.monotonic() < until) continue
    if (!world.upToDate) world.problem('SIM3: the server does not have the job files as they are')
    for (const { run, state, fixed } of live.slice(0, 10))
      world.problem(`SIM3: r${run} of ${fixed[0]} is still ${state}`)
    for (const text of held.slice(0, 10)) world.problem(`SIM7: ${text}`)
    return
  }
}
