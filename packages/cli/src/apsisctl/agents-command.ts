import { ApiError, type Client } from '@apsis/api/client'
import type { Command } from 'commander'
import { type Context, type Format, formats, onServer, type Outcome, structured, withServer } from '../command/index.ts'
import type { AddressOptions } from '../connect/index.ts'
import { printable } from '../terminal/index.ts'
import { agentNamed, agentsTable } from './agents-table.ts'

interface AgentsOptions extends AddressOptions {
  readonly format?: Format
}

interface DrainOptions extends AddressOptions {
  readonly reason?: string
}

/** The commands about agents: agents, drain, undrain. */
export function addAgents(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  withServer(program.command('agents').description('list the agents of a server, those that are away included'))
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (options: AgentsOptions) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        const agents = await client.connections()
        const text = structured(agents, options.format)
        terminal.out(text ?? `${agentsTable(Object.values(agents), terminal)}\n`)
        return 0
      })
    })

  withServer(program.command('drain').description('give an agent no new processes; those that it has go on'))
    .argument('<agent>', 'its id, as `apsisctl agents` shows it, or the beginning of it')
    .option('--reason <text>', 'why, for whoever looks at the agent')
    .action(async (agent: string, options: DrainOptions) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        const query = options.reason === undefined ? {} : { reason: options.reason }
        const id = await meant(client, agent)
        const { runs } = await client.drain(id, query)
        const left = runs === 0 ? 'drained: it has no runs' : `draining: ${runs} ${runs === 1 ? 'run' : 'runs'} left`
        terminal.out(`${printable(id)}: ${left}\n`)
        return 0
      })
    })

  withServer(program.command('undrain').description('give an agent processes again'))
    .argument('<agent>', 'its id, or the beginning of it')
    .action(async (agent: string, options: AddressOptions) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        await client.undrain(await meant(client, agent))
        return 0
      })
    })
}

/** The id of the agent that is meant. What none is meant by goes to the server as it is, which says so: one that drains need not be listed. */
async function meant(client: Client, name: string): Promise<string> {
  // A server that takes no agents lists none, and may know of drains all the same.
  const agents = await client.connections().catch((error: unknown) => {
    if (error instanceof ApiError) return {}
    throw error
  })
  return agentNamed(Object.keys(agents), name) ?? name
}
