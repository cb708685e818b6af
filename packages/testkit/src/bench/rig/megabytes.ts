import { stat, unlink } from 'node:fs/promises'
import type { FdSpec, ProcSpec } from '@apsis/wire/spec'
import type { AgentAlone } from './agent-alone.ts'

let made = 0

/** Has an agent run a program that writes zeros to `stdout`, through a capture or without; resolves to MB/s over the whole life of the proc. */
export async function writeThrough(agent: AgentAlone, bytes: number, path: string, captured: boolean): Promise<number> {
  const id = `write-${made++}`
  const to: FdSpec = captured
    ? { capture: { mode: 'file', path, attached: false, encoding: null } }
    : { file: { path, flags: 'Create' } }
  const spec: ProcSpec = {
    argv: ['/usr/bin/head', '-c', String(bytes), '/dev/zero'],
    fds: [['stdout', to]],
    orphans: 'kill',
  }
  await agent.start({ [id]: spec })
  const { times } = await agent.result(id)
  const { size } = await stat(path)
  await unlink(path)
  if (size !== bytes) throw new Error(`${size} bytes arrived, and not ${bytes}`)
  return bytes / 1e6 / times.elapsed
}
