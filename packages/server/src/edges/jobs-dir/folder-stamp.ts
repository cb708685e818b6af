import { hash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** A lock that is older than this, ms, was left behind by something that has ended: it is not waited for. */
export const STALE_LOCK = 60_000

/** What a look at folders found, without reading any file. */
export interface FolderStamp {
  /** Changes when a file comes, goes, or is written or replaced, or a folder is another one. */
  readonly stamp: string
  /** Folders to be told of: those looked at, the links on the way to them, and what these lie in. */
  readonly folders: readonly string[]
  /** A lock that says that somebody is in the middle of something; null where there is none. */
  readonly lock: string | null
  /** Roots that are not there, or cannot be read. */
  readonly missing: readonly string[]
}

/** Looks at folders, recursively, and at their files with these suffixes. Links to folders are not followed, but for the roots themselves. Synchronous. Never throws. */
export function stampOf(roots: readonly string[], suffixes: readonly string[], now: number): FolderStamp {
  const lines: string[] = []
  const folders = new Set<string>()
  const locks: string[] = []
  const missing: string[] = []
  for (const root of roots) {
    for (const folder of around(root)) folders.add(folder)
    locks.push(...gitLocks(root))
    let real: string
    try {
      real = realpathSync(root)
    } catch {
      missing.push(root)
      lines.push(`missing ${root}`)
      continue
    }
    lines.push(`root ${root} ${real}`)
    const below = [real]
    for (let folder = below.pop(); folder !== undefined; folder = below.pop()) {
      try {
        const entries = readdirSync(folder, { withFileTypes: true })
        folders.add(folder)
        for (const entry of entries) {
          const path = join(folder, entry.name)
          if (entry.isDirectory()) {
            if (entry.name !== '.git') below.push(path)
          } else if (entry.name.endsWith('.lock')) locks.push(path)
          else if (suffixes.some((suffix) => entry.name.endsWith(suffix))) lines.push(fileLine(path))
        }
      } catch {
        // Gone between two looks, or not to be read: the loader says which, and the next look sees it.
        lines.push(`unreadable ${folder}`)
        if (folder === real) missing.push(root)
      }
    }
  }
  const lock = locks.find((path) => isFresh(path, now)) ?? null
  return { stamp: hash('sha256', lines.sort().join('\n')), folders: [...folders], lock, missing }
}

function fileLine(path: string): string {
  try {
    // Of what a link leads to, so that a link that leads elsewhere is seen as well.
    const { ino, size, mtimeMs, ctimeMs } = statSync(path)
    return `${path} ${ino} ${size} ${mtimeMs} ${ctimeMs}`
  } catch {
    return `${path} gone`
  }
}

/** Where a root can be replaced by another: what it lies in, and what each link on the way to it lies in. */
function around(root: string): readonly string[] {
  const found = new Set([dirname(resolve(root))])
  for (let path = resolve(root); path !== dirname(path); path = dirname(path)) {
    try {
      if (lstatSync(path).isSymbolicLink()) found.add(dirname(path))
    } catch {
      // Not there at the moment: what it lies in is looked at in turn.
      found.add(dirname(path))
    }
  }
  return [...found]
}

/** The lock that git holds while it changes the files of a checkout that the root lies in; where there is none, where it would be. */
function gitLocks(root: string): readonly string[] {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const path = join(folder, '.git')
    try {
      if (lstatSync(path).isDirectory()) return [join(path, 'index.lock')]
      const linked = /^gitdir: (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1]
      return linked === undefined ? [] : [join(resolve(folder, linked), 'index.lock')]
    } catch {
      if (folder === dirname(folder)) return []
    }
  }
}

function isFresh(path: string, now: number): boolean {
  try {
    return Math.abs(now - lstatSync(path).mtimeMs) < STALE_LOCK
  } catch {
    return false
  }
}
