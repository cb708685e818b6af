import { readdir, readFile } from 'node:fs/promises'

/** Of the kernel's clock in /proc, per second: fixed on Linux. */
const TICKS = 100

/** CPU time that a process has used, in all its threads, ms; in steps of 10. */
export async function cpuTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The name before may hold anything, so counting begins after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS
}

/** How often the threads of a process have been taken off a CPU, those that have ended left out. */
export async function contextSwitches(pid: number): Promise<number> {
  const texts = await ofThreads(pid, 'status')
  return texts.reduce(
    (sum, text) => sum + field(text, 'voluntary_ctxt_switches') + field(text, 'nonvoluntary_ctxt_switches'),
    0,
  )
}

/** Resident memory of a process, KiB. */
export async function residentMemory(pid: number): Promise<number> {
  return field(await readFile(`/proc/${pid}/status`, 'utf8'), 'VmRSS')
}

/** What the host could give to new processes without swapping, KiB. */
export async function availableMemory(): Promise<number> {
  return field(await readFile('/proc/meminfo', 'utf8'), 'MemAvailable')
}

/** Processes whose parent it is. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const texts = await ofThreads(pid, 'children')
  return texts.flatMap((text) =>
    text
      .split(' ')
      .filter((word) => word !== '')
      .map(Number),
  )
}

async function ofThreads(pid: number, file: string): Promise<readonly string[]> {
  const threads = await readdir(`/proc/${pid}/task`)
  return Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/${file}`, 'utf8')))
}

function field(text: string, name: string): number {
  const value = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]
  if (value === undefined) throw new Error(`the kernel does not tell ${name}`)
  return Number(value)
}
