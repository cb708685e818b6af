import type { Random } from '../random/index.ts'
import type { Host } from './host.ts'
import { freshJob, type JobModel } from './job-model.ts'
import type { World } from './world.ts'

const HOUR = 3_600_000
const OPTIONAL = ['plain', 'long', 'stopped', 'single', 'once', 'daily', 'broken', 'deaf', 'fresh', 'recent', 'limited']

/** Something that goes wrong, or that a user changes, and how often beside the others. */
const FAULTS: readonly (readonly [weight: number, name: string, act: (world: World) => void])[] = [
  [4, 'kill server', (world) => world.killServer(downtime(world.random))],
  [5, 'kill agent', (world) => world.killAgent(someHost(world), downtime(world.random))],
  [1, 'kill agent as it starts something', killAgentAtLaunch],
  [1, 'kill all', killAll],
  [5, 'cut a link', cutLink],
  [2, 'partition', partition],
  [3, 'step the clock', (world) => world.stepClock(Math.round((world.random.next() * 4 - 2) * HOUR))],
  [1, 'step the clock of a host', (world) => stepHost(world, someHost(world))],
  [4, 'disk trouble', diskTrouble],
  [2, 'host disk trouble', hostDiskTrouble],
  [2, 'kill launcher', (world) => world.agent(someHost(world))?.killLauncher()],
  [1, 'kill monitor', killMonitor],
  [1, 'reboot a host', reboot],
  [
    1,
    'suspend the server',
    (world) => world.suspendServer(world.random.below(world.random.chance(0.2) ? HOUR : 120_000)),
  ],
  [3, 'change jobs', changeJobs],
]

/** Does one thing, by chance. */
export function oneFault(world: World): void {
  let left = world.random.below(FAULTS.reduce((sum, [weight]) => sum + weight, 0))
  for (const [weight, name, act] of FAULTS) {
    left -= weight
    if (left >= 0) continue
    world.trace.add('fault', name)
    act(world)
    return
  }
}

function downtime(random: Random): number {
  return random.chance(0.1) ? random.below(300_000) : random.below(10_000)
}

function someHost(world: World): Host {
  const host = world.hosts[world.random.below(world.hosts.length)]
  if (host === undefined) throw new Error('no host')
  return host
}

function killAgentAtLaunch(world: World): void {
  const host = someHost(world)
  host.onLaunch = () => {
    world.clock.after(world.random.below(4), () => world.killAgent(host, downtime(world.random)))
  }
}

function killAll(world: World): void {
  world.killServer(downtime(world.random))
  for (const host of world.hosts) world.killAgent(host, downtime(world.random))
}

function cutLink(world: World): void {
  const wires = world.network.wires()
  const notice = (): number | null =>
    world.random.chance(0.2) ? null : world.random.below(world.random.chance(0.3) ? 90_000 : 100)
  const wire = wires[world.random.below(wires.length)]
  if (world.random.chance(0.7)) wire?.cut({ client: notice(), server: notice() })
  // What the agent says still comes, slowly, when it is back on another wire.
  else wire?.cut({ client: world.random.below(1_000), server: 10_000 + world.random.below(60_000) }, true)
}

function partition(world: World): void {
  const { network, random } = world
  for (const wire of network.wires()) wire.cut({ client: null, server: null })
  network.partitioned = true
  world.clock.after(random.below(120_000), () => {
    network.partitioned = false
  })
}

function stepHost(world: World, host: Host): void {
  host.wallStep = Math.round((world.random.next() * 4 - 2) * HOUR)
}

function diskTrouble(world: World): void {
  const { server, random } = world
  if (server === null) return
  const [failing, deadly] = random.chance(0.3) ? [0, 0.05] : [0.3 + random.next() * 0.7, 0]
  server.trouble = { slow: random.chance(0.5) ? 3_000 : 20, failing, deadly }
  // Trouble seldom comes alone: what is decided and not durable meets agents that come and go.
  if (random.chance(0.5)) world.killAgent(someHost(world), downtime(random))
  if (random.chance(0.2)) world.clock.after(random.below(30_000), () => world.killServer(downtime(random)))
  world.clock.after(random.below(60_000), () => {
    server.trouble = { slow: 4, failing: 0, deadly: 0 }
  })
}

function hostDiskTrouble(world: World): void {
  const agent = world.agent(someHost(world))
  agent?.refuseWrites(true)
  world.clock.after(world.random.below(20_000), () => agent?.refuseWrites(false))
}

function killMonitor(world: World): void {
  const monitors = someHost(world).monitors()
  monitors[world.random.below(monitors.length)]?.killed()
}

function reboot(world: World): void {
  const host = someHost(world)
  world.killAgent(host, 1_000 + downtime(world.random))
  host.reboot()
}

/** Changes, removes or adds a job file, and mostly has the server read them. */
function changeJobs(world: World): void {
  const { folder, random, clock } = world
  const id = OPTIONAL[random.below(OPTIONAL.length)] ?? 'plain'
  const others = folder.models.filter((model) => model.id !== id)
  const before = folder.models.find((model) => model.id === id)
  const now = changed(id, before, random)
  world.trace.add('folder', `${id}: ${JSON.stringify(now[0]?.schedules ?? 'removed')}`)
  folder.put([...others, ...now], clock.now())
  if (random.chance(0.8)) world.applyJobs()
}

function changed(id: string, before: JobModel | undefined, random: Random): readonly JobModel[] {
  if (before === undefined) return [freshJob(id, random)]
  if (random.chance(0.2)) return []
  const fresh = freshJob(id, random)
  // The same schedules with another stop time: their coming runs are made anew.
  if (random.chance(0.4)) {
    const stop = random.chance(0.5) ? null : 1000 * (30 + random.below(100))
    return [{ ...before, schedules: before.schedules.map((schedule) => ({ ...schedule, stop })) }]
  }
  return [random.chance(0.5) ? { ...before, rest: fresh.rest } : fresh]
}
