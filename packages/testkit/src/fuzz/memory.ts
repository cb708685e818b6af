import { readFile } from 'node:fs/promises'

const MIB = 1 << 20
/** What a process may have grown by, bytes: a message of 64 MiB, decoded, and what a collector leaves lying. */
const GROWTH = 300 * MIB

/** Does work to a process. Throws Error when it uses more memory after it than it may. */
export async function bounded<T>(pid: number | undefined, work: () => Promise<T>): Promise<T> {
  const before = await resident(pid)
  const made = await work()
  const growth = (await resident(pid)) - before
  if (growth > GROWTH) throw new Error(`grown by ${(growth / MIB).toFixed()} MiB`)
  return made
}

async function resident(pid: number | undefined): Promise<number> {
  const [, kib = '0'] = (await readFile(`/proc/${pid}/status`, 'utf8')).match(/^VmRSS:\s+(\d+) kB/m) ?? []
  return Number(kib) * 1024
}
