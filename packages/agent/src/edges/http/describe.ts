import { LONGEST_BODY } from './body.ts'
import { data } from './reply.ts'
import type { Handler } from './route.ts'

/** GET /agent */
export const describeAgent: Handler = async ({ agent, options }) => {
  const about = await agent.describe()
  const { held, unended } = agent.counts()
  return data({
    agent: {
      version: about.version,
      conn_id: about.connId,
      group_id: about.group,
      restricted_exe: about.restrictedExe,
      proc: about.proc,
      shutdown_state: agent.shutdownState(),
      procs: { held, unended },
      limits: {
        procs: about.mostProcs,
        specs: about.mostSpecs,
        body: LONGEST_BODY,
        connections: options.maxConnections,
      },
      cgroup: about.cgroup,
    },
  })
}
