import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }

/** Runs a command of this process. Asked only for its version it loads nothing else. */
export async function start(command: () => Promise<number>): Promise<void> {
  const [first, ...rest] = process.argv.slice(2)
  if ((first === '--version' || first === '-V') && rest.length === 0) process.stdout.write(`${manifest.version}\n`)
  else {
    // What was compiled once loads in a third of the time. Where it cannot be kept, nothing is lost but that; in the user's own folder, since
    // whoever can write it decides what runs. NODE_COMPILE_CACHE names another place, NODE_DISABLE_COMPILE_CACHE=1 keeps nothing.
    enableCompileCache(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'apsis', 'node'))
    process.exitCode = await command()
  }
}
