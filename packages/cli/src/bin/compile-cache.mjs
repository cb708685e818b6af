import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

// Where it cannot be kept, nothing is lost but time; in the user's own folder, since whoever can write it decides what runs. NODE_COMPILE_CACHE names
// another place, NODE_DISABLE_COMPILE_CACHE=1 keeps nothing.
export const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'apsis', 'node')
enableCompileCache(folder)
