import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { NODE, ROOT } from './paths.mjs'
import { fingerprint, isFresh, stamp } from './stamp.mjs'
import { run, say } from './step.mjs'

const FOLDER = 'packages/web'

// What ends up in the page, and what makes it: the lock file stands for the libraries and for vite.
const SOURCES = [FOLDER, 'packages/api/src', 'packages/core/src', 'package-lock.json']

/** Builds the web page when its sources changed. */
export async function ensureWeb() {
  if (!readdirSync(join(ROOT, FOLDER)).some((name) => name.startsWith('vite.config.'))) {
    say(`web: no vite config in ${FOLDER}, so no page is built`)
    return
  }
  const print = fingerprint(SOURCES)
  if (existsSync(join(ROOT, FOLDER, 'dist/index.html')) && isFresh('web', print)) return
  await run({
    what: 'web: build the page',
    command: NODE,
    args: [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    cwd: join(ROOT, FOLDER),
    hint: 'See what vite says above.',
  })
  stamp('web', print)
}
