import type { World } from './world.ts'

/** SIM7: what hosts and agents still hold of runs, each thing in words. */
export function heldByAgents(world: World): readonly string[] {
  return world.hosts.flatMap((host) => {
    const procs = world.agent(host)?.procIds() ?? []
    const monitors = host.monitors().length
    const { outputs } = host.files
    return [
      ...procs.map((id) => `the agent on ${host.name} holds ${id}`),
      ...(monitors === 0 ? [] : [`${monitors} monitors on ${host.name}`]),
      ...(outputs === 0 ? [] : [`${outputs} output files on ${host.name}`]),
    ]
  })
}
