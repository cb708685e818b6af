// Watches folders in a thread of its own, so that looking at ten thousand files delays nobody.
import { type FSWatcher, statSync, watch } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { type FolderStamp, stampOf } from './folder-stamp.ts'
import { Settling } from './settling.ts'
import { type WatchMessage, watchOrderOf } from './watch-message.ts'

/** Folders that the system is asked to tell of at most; of more, and where it refuses, changes are found by looking. */
const MOST_FOLDERS = 5_000
/** Between two looks lies at least this many times what one takes. */
const REST = 50

const port = parentPort
if (port === null) throw new Error('this file is a thread, and not to be run by itself')
const { roots, suffixes, quiet, poll } = watchOrderOf(workerData)
const settling = new Settling()
const watchers = new Map<string, { readonly id: string; readonly watcher: FSWatcher }>()
/** Whether the system tells of changes; null before that is known. */
let told: boolean | null = null
let lock: string | null = null
let timer: NodeJS.Timeout | null = null
/** When something happened that has not been looked at yet. */
let stirred: number | null = null

const say = (message: WatchMessage): void => port.postMessage(message)

function lookIn(ms: number): void {
  if (timer !== null) clearTimeout(timer)
  timer = setTimeout(look, ms)
}

function stir(): void {
  const now = performance.now()
  stirred ??= now
  // Put off as long as things go on, within bounds.
  if (now - stirred < 10 * quiet) lookIn(quiet)
}

function look(): void {
  const from = performance.now()
  const sure = stirred !== null && told === true && from - stirred < 10 * quiet
  stirred = null
  const found = stampOf(roots, suffixes, Date.now())
  const fresh = follow(found.folders)
  const verdict = settling.look(found, from, sure && !fresh)
  if (verdict === 'tell') say({ type: 'changed' })
  tellLock(verdict === 'wait' ? found : null)
  const took = performance.now() - from
  lookIn(verdict === 'wait' || fresh ? Math.max(quiet, took * 2) : Math.max(poll, took * REST))
}

/** Has the system tell of changes in these folders, and in no others; true where one is new: what happened in it before is for another look. */
function follow(folders: readonly string[]): boolean {
  const wanted = new Map<string, string>()
  for (const folder of folders.slice(0, MOST_FOLDERS)) {
    const id = identity(folder)
    if (id !== null) wanted.set(folder, id)
  }
  for (const [folder, { id, watcher }] of watchers) {
    if (wanted.get(folder) === id) continue
    watcher.close()
    watchers.delete(folder)
  }
  let fresh = false
  let refused = folders.length > MOST_FOLDERS ? `more than ${MOST_FOLDERS} folders` : null
  for (const [folder, id] of wanted) {
    if (watchers.has(folder)) continue
    try {
      const watcher = watch(folder, { persistent: true }, stir)
      watcher.on('error', () => {
        watcher.close()
        watchers.delete(folder)
        stir()
      })
      watchers.set(folder, { id, watcher })
      fresh = true
    } catch (error) {
      if (identity(folder) !== null) refused ??= error instanceof Error ? error.message : String(error)
    }
  }
  const events = refused === null
  if (events !== told) say({ type: 'mode', events, why: refused })
  told = events
  return fresh
}

// A folder that was replaced has the same path and is another one.
function identity(folder: string): string | null {
  try {
    const { dev, ino } = statSync(folder)
    return `${dev}:${ino}`
  } catch {
    return null
  }
}

function tellLock(found: FolderStamp | null): void {
  const now = found?.lock ?? null
  if (now !== lock) say({ type: 'lock', path: now })
  lock = now
}

look()
