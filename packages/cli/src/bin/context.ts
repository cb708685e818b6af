import { nodeFetch, nodeSockets, nodeWait } from '../connect/index.ts'
import type { Context } from '../command/index.ts'
import { processConfirm, processTerminal } from '../terminal/index.ts'
import manifest from '../../package.json' with { type: 'json' }

/** What the commands are given, of this process. */
export function processContext(): Context {
  return {
    terminal: processTerminal(),
    fetch: nodeFetch,
    sockets: nodeSockets,
    wait: nodeWait,
    confirm: processConfirm,
    environment: process.env['APSIS_HOST'],
    version: manifest.version,
  }
}
