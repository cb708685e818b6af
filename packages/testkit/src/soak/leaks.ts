import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcSpec } from '@apsis/wire/spec'
import type { LocalAgent } from '../agent/index.ts'

/** What an agent in this process holds at a moment. */
export interface Held {
  readonly descriptors: number
  /** Files and folders in its state folder. */
  readonly files: number
  /** Processes below this one. */
  readonly processes: number
  /** Bytes of the JavaScript heap in use after a collection, where one can be asked for (`--expose-gc`). */
  readonly heap: number
  /** Resident memory of this process, bytes. */
  readonly resident: number
  /** Memory of its own of the spawner, bytes. */
  readonly spawner: number
}

const SPEC: ProcSpec = {
  argv: ['/bin/echo', 'hello'],
  fds: [
    ['stdin', { null: {} }],
    ['stdout', { capture: { attached: false } }],
  ],
}

/** Counts what is held. */
export async function held(agent: LocalAgent): Promise<Held> {
  globalThis.gc?.()
  const [descriptors, files, children] = await Promise.all([
    readdir('/proc/self/fd'),
    readdir(join(agent.folder, 'state'), { recursive: true }),
    readFile(`/proc/self/task/${process.pid}/children`, 'utf8'),
  ])
  const { heapUsed, rss } = process.memoryUsage()
  const pids = children.split(' ').filter((pid) => pid !== '')
  const sizes = await Promise.all(pids.map(residentLauncher))
  return {
    descriptors: descriptors.length,
    files: files.length,
    processes: pids.length,
    heap: heapUsed,
    resident: rss,
    spawner: sizes.reduce((sum, size) => sum + size, 0),
  }
}

/** The memory of its own of a process where it is a launcher, bytes; else 0. */
async function residentLauncher(pid: string): Promise<number> {
  try {
    if (!(await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('procstar-launcher')) return 0
    const [, kib = '0'] = (await readFile(`/proc/${pid}/status`, 'utf8')).match(/^RssAnon:\s+(\d+) kB/m) ?? []
    return Number(kib) * 1024
  } catch {
    return 0
  }
}

let count = 0

async function one(agent: LocalAgent): Promise<void> {
  const id = `soak-${count++}`
  await agent.run(id, SPEC)
  const { state, status, fds } = await agent.ended(id)
  const output = fds['stdout']
  if (state !== 'terminated' || status?.exit_code !== 0 || output?.type !== 'detached' || output.length !== 6)
    throw new Error(`${id}: ${JSON.stringify({ state, status, output })}`)
  await agent.delete(id)
}

/** Runs procs to their end and deletes them, one after another. Throws Error when one has no right result. */
export async function oneAfterAnother(agent: LocalAgent, procs: number): Promise<void> {
  for (let index = 0; index < procs; index++) await one(agent)
}

/** Runs procs that are there all at once, and deletes them. Throws Error when one has no right result. */
export async function atOnce(agent: LocalAgent, procs: number): Promise<void> {
  const ids = Array.from({ length: procs }, () => `soak-${count++}`)
  const spec: ProcSpec = { ...SPEC, argv: ['/bin/sleep', '1000'] }
  for (const id of ids) await agent.run(id, spec)
  await agent.until(() => agent.handle.counts().unended === procs)
  for (const id of ids) await agent.handle.request({ type: 'ProcStopRequest', proc_id: id, signum: 15, grace: 5 })
  await agent.until(() => agent.handle.counts().unended === 0)
  for (const id of ids) {
    const { status, errors } = await agent.result(id)
    // A stop may come before the program is there.
    if (status?.signal !== 'SIGTERM' && !errors.some((text) => text.startsWith('start failed')))
      throw new Error(`${id}: ${JSON.stringify({ status, errors })}`)
    await agent.delete(id)
  }
}
