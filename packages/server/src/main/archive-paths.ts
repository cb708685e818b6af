import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { isOwnFile, type RetentionRule } from '@apsis/core/config'

/** What is wrong with where retention is to put runs: `error` says that the server cannot start so; `warnings`, that it will not get there now. */
export async function checkArchives(
  rules: readonly RetentionRule[],
  dataFolder: string,
): Promise<{ readonly error: string | null; readonly warnings: readonly string[] }> {
  const data = resolve(dataFolder)
  const paths = new Set(rules.flatMap(({ archive }) => (archive === null ? [] : [resolve(data, archive)])))
  const warnings: string[] = []
  for (const path of paths) {
    const folder = dirname(path)
    if (path === data || (folder === data && isOwnFile(basename(path)))) {
      const error = `retention: ${path} is of the data folder itself; name another file as the archive`
      return { error, warnings }
    }
    // The data folder is made at the start.
    if (folder === data) continue
    const there = await stat(folder).catch(() => null)
    if (there?.isDirectory() !== true) {
      warnings.push(`retention: the folder of the archive ${path} is not there: no run goes there until it is made`)
    }
  }
  return { error: null, warnings }
}
