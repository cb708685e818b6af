import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** What `npm test` is asked to run. */
export interface Selection {
  /** For node's test runner, as given. */
  readonly options: readonly string[]
  /** Globs of test files. */
  readonly patterns: readonly string[]
  /** Arguments that are neither options nor existing files, folders or globs. */
  readonly unknown: readonly string[]
}

const EVERYTHING = ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.{ts,mjs}']

/** Takes the arguments apart; paths are relative to `root`, and a folder stands for the tests under it. */
export function selectTests(args: readonly string[], root: string): Selection {
  const options = args.filter((arg) => arg.startsWith('-'))
  const paths = args.filter((arg) => !arg.startsWith('-'))
  if (paths.length === 0) return { options, patterns: EVERYTHING, unknown: [] }
  const patterns: string[] = []
  const unknown: string[] = []
  for (const path of paths) {
    const stat = statSync(resolve(root, path), { throwIfNoEntry: false })
    if (stat?.isDirectory()) patterns.push(join(path, '**/*.test.{ts,tsx,mjs}'))
    else if (stat?.isFile() || /[*?{]/.test(path)) patterns.push(path)
    else unknown.push(path)
  }
  return { options, patterns, unknown }
}
