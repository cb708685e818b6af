import { existsSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Resolves when a file is there; its folder has to be. */
export function fileThere(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // It may have come before the watch began, so it is looked for after.
    const watcher = watch(dirname(path), (_, name) => {
      if (name === basename(path)) done()
    })
    watcher.on('error', reject)
    const done = (): void => {
      watcher.close()
      resolve()
    }
    if (existsSync(path)) done()
  })
}
