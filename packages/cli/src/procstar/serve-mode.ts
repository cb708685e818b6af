import type { AgentHandle } from '@apsis/agent/main'
import { httpOptions } from '@apsis/agent/options'
import type { Parsed } from './args.ts'
import type { Flags } from './flags.ts'
import type { Environment } from './index.ts'
import type { Log } from './log.ts'

type HttpOptions = Extract<ReturnType<typeof httpOptions>, { readonly ok: true }>['value']

/** How to serve HTTP, as the command line and the environment say. */
export function serveOptions(flags: Flags, environment: Environment): Parsed<HttpOptions> {
  return httpOptions(
    {
      host: flags.serveHost,
      port: flags.servePort,
      socket: flags.serveSocket,
      socketMode: flags.serveSocketMode,
      cert: flags.serveCert,
      key: flags.serveKey,
      names: flags.serveNames,
    },
    environment,
  )
}

/** Serves HTTP until the agent ends. Rejects when it cannot be served. */
export async function serveMode(agent: AgentHandle, options: HttpOptions, log: Log): Promise<number> {
  // Only for who serves: it brings the platform's HTTP along.
  const { startHttpService } = await import('@apsis/agent/http')
  const service = await startHttpService(options, agent, log)
  await agent.closed
  await service.close()
  return 0
}
