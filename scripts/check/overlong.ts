import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sourceFiles } from './source-files.ts'

/** Past this many lines, a file holds more than one concept. */
export const LIMIT = 400

const SOURCE = /\.(ts|tsx|mjs|js|c|h|css|html|sh)$/

/** A source file and its number of lines. */
export interface Overlong {
  readonly file: string
  readonly lines: number
}

/** The source files under `folders` (relative to `root`) that are over the limit. Results of builds, texts and data are exempt. */
export function* overlong(root: string, folders: readonly string[]): Generator<Overlong> {
  for (const folder of folders) {
    for (const file of sourceFiles(root, folder)) {
      if (!SOURCE.test(file)) continue
      const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1
      if (lines > LIMIT) yield { file, lines }
    }
  }
}
