import type { Register } from '@apsis/wire/message'
import { agentProcInfo } from '../edges/host/index.ts'
import type { Connector } from '../edges/socket/index.ts'
import type { AgentMachine, Input } from '../machine/index.ts'
import type { AgentOptions } from '../options/index.ts'
import type { AgentSurroundings } from './run-agent.ts'
import type { Performer } from './performer.ts'

/** What the link to the server works with. */
export interface LinkParts {
  readonly machine: AgentMachine
  readonly performer: Performer
  readonly post: (input: Input) => void
  readonly log: AgentSurroundings['log']
}

/** Makes what keeps the agent connected to its server. It connects when it is run. */
export async function serverLink(
  options: AgentOptions,
  host: string,
  connId: string,
  parts: LinkParts,
): Promise<Connector> {
  const { machine, performer, post, log } = parts
  const server = `${host}:${options.port}`
  // Only now: an agent without a server starts the sooner.
  const { Connector } = await import('../edges/socket/index.ts')
  const proc = await agentProcInfo()
  const register = (): Register => ({
    type: 'Register',
    conn: { conn_id: connId, group_id: options.group, restricted_exe: options.restrictExe },
    proc,
    proc_ids: machine.procIds(),
    access_token: options.token,
    shutdown_state: machine.shutdownState,
  })
  const backoff = {
    start: options.connectIntervalStart * 1000,
    factor: options.connectIntervalMult,
    longest: options.connectIntervalMax * 1000,
    attempts: options.connectCountMax,
  }
  return new Connector(
    { address: { host, port: options.port }, cert: options.cert, backoff, silence: options.readTimeout * 1000 },
    {
      register,
      registered: (extensions, connection) => {
        performer.connection = connection
        log('info', `connected to ${server} as ${connId}`)
        post({ kind: 'connected', extensions })
      },
      message: (message) => {
        if (message.type !== 'Registered') post({ kind: 'request', from: { kind: 'server' }, request: message })
      },
      note: (text) => log('warn', text),
      disconnected: (reason) => {
        performer.connection = null
        log('warn', `disconnected from ${server}: ${reason}`)
        post({ kind: 'disconnected' })
      },
      failed: (reason, wait) => {
        const next = wait === null ? 'giving up' : `trying again in ${wait / 1000} s`
        log('warn', `cannot connect to ${server}: ${reason}; ${next}`)
      },
    },
  )
}
