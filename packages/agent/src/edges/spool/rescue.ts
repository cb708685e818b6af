import { type FileHandle, open, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Files held open at a time. */
const MOST_HELD = 256
const REMOVED = ' (deleted)'

/**
 * Output files that were removed while their monitors write them: as long as a monitor has one open, it can be had from there. Held open from then
 * on, they are read by another name until the agent ends.
 */
export class Rescue {
  readonly #held = new Map<string, FileHandle>()

  /** Takes what that monitor has open of these paths, and gives those that are new. */
  async take(monitor: number, paths: ReadonlySet<string>): Promise<readonly string[]> {
    const folder = `/proc/${monitor}/fd`
    const taken: string[] = []
    for (const name of await readdir(folder).catch(() => [])) {
      const target = await readlink(join(folder, name)).catch(() => '')
      // One that is not removed yet may be in a moment.
      const path = target.endsWith(REMOVED) ? target.slice(0, -REMOVED.length) : target
      if (!paths.has(path) || this.#held.has(path) || this.#held.size >= MOST_HELD) continue
      const file = await open(join(folder, name), 'r').catch(() => null)
      if (file === null) continue
      this.#held.set(path, file)
      taken.push(path)
    }
    return taken
  }

  /** The name by which a file is to be read. */
  pathOf(path: string): string {
    const file = this.#held.get(path)
    return file === undefined ? path : `/proc/self/fd/${file.fd}`
  }

  async close(): Promise<void> {
    const held = [...this.#held.values()]
    this.#held.clear()
    for (const file of held) await file.close()
  }
}
