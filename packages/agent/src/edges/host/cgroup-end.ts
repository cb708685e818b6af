import { constants } from 'node:fs'
import { access, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Monitor, TreeRecord } from '../../machine/index.ts'
import { errorCode } from '../spool/error-code.ts'
import { monitorOf } from './cgroup-leftover.ts'
import { parseWords } from './cgroup-text.ts'

/** Between looks whether all is dead, ms: each pause is twice the one before. */
const FIRST_PAUSE = 2
const LAST_PAUSE = 200
/** For how long that is tried, ms: what waits for a dead disk cannot be killed. */
const PATIENCE = 10_000

/**
 * Kills all that is in the control groups that a monitor has left (at once in v2; in v1 one by one, again and again until nothing is left), and
 * removes them. Only folders named for that monitor are touched. Returns what it found there; null when there was none, or something is left.
 */
export async function endCgroups(monitor: Monitor, cgroups: readonly string[]): Promise<TreeRecord | null> {
  const ends = await Promise.all(cgroups.filter((folder) => isOf(folder, monitor)).map((folder) => endOne(folder)))
  const there = ends.filter((pids) => pids !== 'gone')
  if (there.length === 0 || there.includes('left')) return null
  // In a hybrid host a process is in several.
  const { size } = new Set(there.flatMap((pids) => (pids === 'left' ? [] : [...pids])))
  return { left: size, killed: size, empty: true, proof: 'cgroup' }
}

// The journal is a file: what it says is not reason enough to kill what is anywhere.
function isOf(folder: string, monitor: Monitor): boolean {
  const named = monitorOf(basename(folder))
  return named?.pid === monitor.pid && named.start === monitor.start
}

async function endOne(folder: string): Promise<ReadonlySet<string> | 'gone' | 'left'> {
  if (!(await isThere(join(folder, 'cgroup.procs')))) return 'gone'
  const killed = new Set<string>()
  for (let wait = FIRST_PAUSE, waited = 0; ; waited += wait, wait = Math.min(wait * 2, LAST_PAUSE)) {
    const pids = await processes(folder)
    if (pids.length === 0 && (await removed(folder))) return killed
    if (waited >= PATIENCE) return 'left'
    for (const pid of pids) killed.add(pid)
    await kill(folder, pids)
    await pause(wait)
  }
}

async function isThere(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  )
}

async function folders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name))
}

// Of all below it. A process of a threaded one is listed in the threaded root only, where this file can be read.
async function processes(folder: string): Promise<readonly string[]> {
  const own = parseWords(await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => ''))
  const below = await Promise.all((await folders(folder)).map((one) => processes(one)))
  return [...own, ...below.flat()]
}

async function kill(folder: string, pids: readonly string[]): Promise<void> {
  const file = join(folder, 'cgroup.kill')
  if ((await isThere(file)) && (await tried(writeFile(file, '1')))) return
  for (const pid of pids) {
    // 0 is what another pid namespace's process is shown as, and here would be this process's own group.
    if (!/^[1-9][0-9]*$/.test(pid)) continue
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has ended since, or is another user's: the next look tells.
    }
  }
}

async function removed(folder: string): Promise<boolean> {
  for (const one of await folders(folder)) await removed(one)
  return rmdir(folder).then(
    () => true,
    (error: unknown) => errorCode(error) === 'ENOENT',
  )
}

async function tried(done: Promise<void>): Promise<boolean> {
  return done.then(
    () => true,
    () => false,
  )
}
