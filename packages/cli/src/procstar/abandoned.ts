import type { Dirent } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** As `privateFolder` names them. */
const NAME = /^procstar-[A-Za-z0-9]{6}$/
/** A file that says that a private folder is the user's now. */
export const KEPT = 'kept'
/** A younger folder may be one that is just being made, s. */
const YOUNGEST = 60
/** Folders looked at in one go: the next start goes on. */
const MOST = 32

/** Removes private folders, in that folder, of procstars that were killed: nobody holds their lock, and no proc of theirs runs. Never rejects. */
export async function removeAbandoned(parent: string, now: number): Promise<void> {
  const entries = await readdir(parent, { withFileTypes: true }).catch((): Dirent[] => [])
  const named = entries.filter((entry) => entry.isDirectory() && NAME.test(entry.name)).slice(0, MOST)
  if (named.length === 0) return
  const held = await heldLocks()
  for (const { name } of named) {
    const folder = join(parent, name)
    const gone = await isAbandoned(folder, held, now).catch(() => false)
    if (gone) await rm(folder, { recursive: true, force: true }).catch(() => {})
  }
}

async function isAbandoned(folder: string, held: ReadonlySet<string>, now: number): Promise<boolean> {
  const { uid, mode, mtimeMs } = await stat(folder)
  // Ours alone, as they are made; anything else of such a name is none.
  if (uid !== process.getuid?.() || (mode & 0o777) !== 0o700 || now - mtimeMs < YOUNGEST * 1000) return false
  if ((await readdir(folder)).includes(KEPT)) return false
  const lock = await stat(join(folder, 'lock'))
  if (held.has(String(lock.ino))) return false
  const segments = await readdir(join(folder, 'segments'))
  for (const segment of segments) if (await hasMonitor(join(folder, 'segments', segment, 'journal'))) return false
  return true
}

/** Inodes of the files that somebody holds a lock of; of any file system: one too many is no harm. */
async function heldLocks(): Promise<ReadonlySet<string>> {
  const text = await readFile('/proc/locks', 'utf8')
  return new Set([...text.matchAll(/:(\d+) \d+ \S+$/gm)].flatMap(([, inode]) => inode ?? []))
}

// A monitor is there as long as anything of its proc is to be told or ended.
async function hasMonitor(journal: string): Promise<boolean> {
  const text = await readFile(journal, 'utf8')
  for (const [, pid = '', start = ''] of text.matchAll(/^\{"t":"start",.*?"mon":(\d+),"mon_start":(\d+),/gm)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    if (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] === start) return true
  }
  return false
}
