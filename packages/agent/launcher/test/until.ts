import { type FSWatcher, existsSync, readFileSync, watch } from 'node:fs'
import { dirname } from 'node:path'

const PATIENCE_MS = 20_000

/** Resolves with what `look` finds, looking again whenever something in the folder of `path` changes. */
export function until<T>(path: string, look: () => T | undefined, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    let watcher: FSWatcher | null = null
    const patience = setTimeout(() => end(() => reject(new Error(`in vain: ${what}`))), PATIENCE_MS)
    const end = (settle: () => void) => {
      clearTimeout(patience)
      watcher?.close()
      settle()
    }
    const again = () => {
      try {
        const found = look()
        if (found !== undefined) end(() => resolve(found))
      } catch (error) {
        end(() => reject(error instanceof Error ? error : new Error(String(error))))
      }
    }
    watcher = watch(dirname(path), again)
    again()
  })
}

/** Resolves with the match once the file has such a text. */
export function untilText(path: string, pattern: RegExp): Promise<RegExpExecArray> {
  const look = () => (existsSync(path) ? (pattern.exec(readFileSync(path, 'utf8')) ?? undefined) : undefined)
  return until(path, look, `${pattern} in ${path}`)
}
