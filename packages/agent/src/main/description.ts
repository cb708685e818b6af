import { readFile } from 'node:fs/promises'
import { MOST_SPECS } from '@apsis/wire/spec'
import manifest from '../../package.json' with { type: 'json' }
import { agentProcInfo } from '../edges/host/index.ts'
import type { AgentOptions } from '../options/index.ts'
import type { AgentDescription } from './handle.ts'

/** What an agent of this process is. */
export async function description(connId: string, options: AgentOptions): Promise<AgentDescription> {
  const cgroup = await readFile('/proc/self/cgroup', 'utf8').catch(() => '')
  return {
    version: manifest.version,
    connId,
    group: options.group,
    restrictedExe: options.restrictExe,
    proc: await agentProcInfo(),
    mostProcs: options.maxProcs,
    mostSpecs: MOST_SPECS,
    cgroup: cgroup.trim() || null,
  }
}
