import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ROOT } from './paths.mjs'

// Under node_modules, so that whatever removes the packages removes the stamps with them.
const FOLDER = join(ROOT, 'node_modules/.cache/apsis')

const SKIPPED = new Set(['node_modules', 'dist', 'build'])

function* filesUnder(path) {
  if (!statSync(path).isDirectory()) {
    yield path
    return
  }
  for (const name of readdirSync(path).sort()) {
    if (!SKIPPED.has(name)) yield* filesUnder(join(path, name))
  }
}

/** Hash of the names and contents of files and folders (relative to the root; those that are missing count as absent) and of `more`. */
export function fingerprint(paths, ...more) {
  const hash = createHash('sha256')
  for (const path of paths.map((each) => join(ROOT, each))) {
    if (!existsSync(path)) continue
    for (const file of filesUnder(path)) {
      hash.update(`${relative(ROOT, file)}\0`).update(createHash('sha256').update(readFileSync(file)).digest())
    }
  }
  return hash.update(more.join('\0')).digest('hex')
}

/** Whether the step `name` was last done with this fingerprint. */
export function isFresh(name, print) {
  const file = join(FOLDER, name)
  return existsSync(file) && readFileSync(file, 'utf8') === print
}

/** Records that the step `name` is done. */
export function stamp(name, print) {
  const file = join(FOLDER, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, print)
}
