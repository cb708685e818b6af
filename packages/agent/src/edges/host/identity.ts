import { readFile } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import type { AgentProcInfo } from '@apsis/wire/message'

/** What the server is told about the agent's own process. */
export async function agentProcInfo(): Promise<AgentProcInfo> {
  const gid = process.getgid?.() ?? 0
  return {
    pid: process.pid,
    ppid: process.ppid,
    uid: process.getuid?.() ?? 0,
    euid: process.geteuid?.() ?? 0,
    username: username(),
    gid,
    egid: process.getegid?.() ?? 0,
    groupname: await groupname(gid),
    hostname: hostname(),
  }
}

function username(): string | null {
  try {
    return userInfo().username
  } catch {
    // A user without an entry, as in many containers.
    return null
  }
}

async function groupname(gid: number): Promise<string | null> {
  const groups = await readFile('/etc/group', 'utf8').catch(() => '')
  const line = groups.split('\n').find((text) => text.split(':')[2] === String(gid))
  return line?.split(':')[0] ?? null
}
