import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

/** The root of the clone. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** The Node that the project runs on, once packages are installed. */
export const NODE = join(ROOT, 'node_modules/.bin/node')
