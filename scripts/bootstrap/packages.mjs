import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { NODE, ROOT } from './paths.mjs'
import { fingerprint, isFresh, stamp } from './stamp.mjs'
import { StepFailed, run, say } from './step.mjs'

const WANTED_MAJOR = 26

/**
 * The npm that runs us, by the node that runs it; else the PATH's. Never a node under node_modules: npm may replace
 * that one while it works.
 */
function npm() {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env
  if (cli?.endsWith('npm-cli.js') && node !== undefined && !node.startsWith(ROOT)) return { command: node, args: [cli] }
  return { command: 'npm', args: [] }
}

function pathWithoutOurs() {
  const kept = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(join(ROOT, 'node_modules')))
  return kept.join(delimiter)
}

/** Where the lock file has no Node for this platform, the machine's own must do. */
function ensureNode() {
  if (existsSync(NODE)) return
  const major = Number(process.versions.node.split('.')[0])
  if (major < WANTED_MAJOR) {
    throw new StepFailed(
      `node: there is no packaged Node for ${process.platform}-${process.arch}, and the machine's is ${process.version}. ` +
        `Install Node ${WANTED_MAJOR} or later and run this again.`,
    )
  }
  mkdirSync(dirname(NODE), { recursive: true })
  symlinkSync(process.execPath, NODE)
  say(`node: using the machine's ${process.version}`)
}

/**
 * Installs the npm packages of the lock file, once per lock file. Not by `npm ci`: it refuses a lock file without the
 * packages of other platforms, and a registry that does not have those makes one. `--no-save` leaves the lock file alone.
 */
export async function ensurePackages() {
  const print = fingerprint(['package-lock.json'])
  if (!isFresh('packages', print)) {
    const { command, args } = npm()
    const flags = [
      '--no-save',
      '--include=dev',
      '--include=optional',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--loglevel=error',
    ]
    await run({
      what: 'packages: npm install, as package-lock.json says',
      command,
      args: [...args, 'install', ...flags],
      env: { PATH: pathWithoutOurs() },
      hint: 'See what npm says above; it needs its registry, or a filled cache.',
    })
    stamp('packages', print)
  }
  ensureNode()
}
