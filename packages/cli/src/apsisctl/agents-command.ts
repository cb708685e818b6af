import type { Command } from 'commander'
import { type Context, type Format, formats, onServer, type Outcome, structured, withServer } from '../command/index.ts'
import type { AddressOptions } from '../connect/index.ts'
import { printable } from '../terminal/index.ts'
import { agentsTable } from './agents-table.ts'

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
        terminal.out(text ?? `${agentsTable(Object.values(agents), terminal.columns)}\n`)
        return 0
      })
    })

  withServer(program.command('drain').description('give an agent no new processes; those that it has go on'))
    .argument('<agent>', 'connection id, as `apsisctl agents` shows it')
    .option('--reason <text>', 'why, for whoever looks at the agent')
    .action(async (agent: string, options: DrainOptions) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        const query = options.reason === undefined ? {} : { reason: options.reason }
        const { runs } = await client.drain(agent, query)
        const left = runs === 0 ? 'drained: it has no runs' : `draining: ${runs} ${runs === 1 ? 'run' : 'runs'} left`
        terminal.out(`${printable(agent)}: ${left}\n`)
        return 0
      })
    })

  withServer(program.command('undrain').description('give an agent processes again'))
    .argument('<agent>', 'connection id')
    .action(async (agent: string, options: AddressOptions) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        await client.undrain(agent)
        return 0
      })
    })
}
