import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Scope } from '../agent/index.ts'
import { Random } from '../random/index.ts'
import { auditServer, FeedWatch, System } from '../system/index.ts'
import { soakJobs } from './server-jobs.ts'
import { SoakUsers } from './server-users.ts'
import { verifySoak } from './server-verify.ts'

/** Longest time between two kills, ms: beyond it is time enough for a start. */
const LONGEST = 3_000
/** Longest that a start which is killed goes on, ms. */
const STARTING = 800
/** How long all may take to converge after the last kill, ms. */
const CONVERGED = 60_000

/** What came of the sets. */
export interface ServerKillReport {
  readonly sets: number
  readonly serverKills: number
  readonly agentKills: number
  readonly runs: number
  readonly answered: number
}

/** What a process holds. */
interface Footprint {
  readonly descriptors: number
  /** MiB. */
  readonly resident: number
}

export interface ServerKillOptions {
  readonly sets: number
  /** How long a set kills and works, ms. */
  readonly duration: number
  readonly seed: number
  readonly note: (line: string) => void
}

/**
 * Kills a real server, its agent or both at moments of chance, under the load of schedules and users; after each set all must converge: every
 * process started at most once, every run ended as its process did, no instant without its verdict, the audit green, and descriptors and memory
 * as after the first set. Throws Error that says what is wrong.
 */
export async function serverKills(scope: Scope, options: ServerKillOptions): Promise<ServerKillReport> {
  const { sets, duration, note } = options
  const random = new Random(options.seed)
  const system = await System.create({ jobs: {}, config: 'schedule: {horizon: 30}' })
  scope.defer(() => system.destroy())
  const records = join(system.folder, 'records')
  await mkdir(records)
  for (const [name, text] of Object.entries(soakJobs(records))) await system.writeJob(name, text)
  await system.start()
  const feed = new FeedWatch(system.url)
  scope.defer(async () => feed.stop())
  const users = new SoakUsers(system, feed, random)
  let [serverKills, agentKills] = [0, 0]
  let first: readonly Footprint[] | null = null
  const from = Date.now()
  for (let set = 0; set < sets; set++) {
    const end = new AbortController()
    const working = users.work(end.signal)
    for (const until = Date.now() + duration; Date.now() < until; ) {
      await wait(random.below(LONGEST))
      const whom = random.below(3)
      if (whom !== 0) agentKills++
      if (whom !== 1) serverKills++
      const agent = whom === 0 ? null : system.agent.kill('SIGKILL').then(() => system.startAgent())
      const server = whom === 1 ? null : restart(system, random)
      await Promise.all([agent, server])
    }
    end.abort()
    await working
    const limit = AbortSignal.timeout(CONVERGED)
    const runs = await verifySoak({ system, feed, records, from, limit })
    // Both anew, so that what they hold can be compared, and with nobody writing while it is audited.
    await Promise.all([system.server.kill('SIGKILL'), system.agent.kill('SIGKILL')])
    const broken = auditServer(join(system.folder, 'data'))
    if (broken.length > 0) throw new Error(`set ${set}: the store breaks its invariants:\n${broken.join('\n')}`)
    await system.start()
    const held = await Promise.all([footprint(system.server.process.pid), footprint(system.agent.process.pid)])
    const said = held.map(({ descriptors, resident }) => `${descriptors} descriptors, ${resident.toFixed(0)} MiB`)
    note(`set ${set + 1}: ${runs} runs; ${serverKills} + ${agentKills} kills; server: ${said[0]}; agent: ${said[1]}`)
    first ??= held
    for (const [index, { descriptors, resident }] of held.entries()) {
      const before = first[index]
      if (before === undefined) continue
      if (descriptors > before.descriptors + 20) throw new Error(`descriptors grow: ${said[index]}`)
      if (resident > before.resident + 100) throw new Error(`memory grows: ${said[index]}`)
    }
  }
  return { sets, serverKills, agentKills, runs: feed.runs.size, answered: users.answered }
}

/** Ends the server, mostly by SIGKILL, and starts it again; some starts are killed too. */
async function restart(system: System, random: Random): Promise<void> {
  await system.server.kill(random.chance(0.2) ? 'SIGTERM' : 'SIGKILL')
  while (random.chance(0.3)) {
    // Killed before it serves or after, whichever comes first.
    const started = system.startServer().catch(() => {})
    await wait(random.below(STARTING))
    await system.server.kill('SIGKILL')
    await started
  }
  await system.startServer()
}

async function footprint(pid: number | undefined): Promise<Footprint> {
  const [descriptors, status] = await Promise.all([readdir(`/proc/${pid}/fd`), readFile(`/proc/${pid}/status`, 'utf8')])
  return { descriptors: descriptors.length, resident: Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1]) / 1024 }
}
