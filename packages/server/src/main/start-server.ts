import { begin } from './beginnings.ts'
import type { ServerOptions, StartResult } from './options.ts'

/** Starts a server. Most of the program is loaded while threads open the store and read the job folder. */
export async function startServer(options: ServerOptions): Promise<StartResult> {
  const [begun, { composeServer }] = await Promise.all([begin(options), import('./compose.ts')])
  return begun.ok ? composeServer(options, begun.beginnings) : begun
}
