import { Command } from 'commander'
import { type Context, type ExitCode, type Outcome, runProgram } from '../command/index.ts'
import { addCalendar } from './calendar-command.ts'
import { addCheck } from './check-command.ts'
import { addControl } from './control.ts'
import { addForecast } from './forecast-command.ts'
import { addPlan } from './plan-command.ts'
import { addSchema } from './schema-command.ts'
import { addServe, type ServeHost } from './serve.ts'

export type { ServeHost } from './serve.ts'

/** The command `apsisctl`: runs what the arguments say, and gives the exit code. */
export async function apsisctl(args: readonly string[], context: Context, host: ServeHost): Promise<ExitCode> {
  const outcome: Outcome = { code: 0 }
  const program = new Command('apsisctl').description('Runs and controls an Apsis server.').version(context.version)
  addServe(program, context, host, outcome)
  addCheck(program, context, outcome)
  addSchema(program, context)
  addCalendar(program, context, outcome)
  addControl(program, context, outcome)
  addForecast(program, context, outcome)
  addPlan(program, context, outcome)
  return runProgram(program, args, context, outcome)
}
