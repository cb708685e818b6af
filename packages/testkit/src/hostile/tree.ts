import { readdir, readFile } from 'node:fs/promises'

/** A variable in the environment of everything that a hostile proc starts, whatever it does with sessions and parents. */
export const MARKER = 'APSIS_HOSTILE'

/** The processes that have the marker with a value and are no zombies, by looking at every one of the host. */
export async function marked(value: string): Promise<readonly number[]> {
  const wanted = `${MARKER}=${value}\0`
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        // A zombie has no environment.
        return (await readFile(`/proc/${pid}/environ`, 'latin1')).includes(wanted) ? [Number(pid)] : []
      } catch {
        // It ended while we looked, or is not ours.
        return []
      }
    }),
  )
  return found.flat()
}
