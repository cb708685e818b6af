import { Command } from 'commander'
import { type Context, type ExitCode, type Outcome, runProgram, withReaderZone } from '../command/index.ts'
import { addAgents } from './agents-command.ts'
import { addAudit } from './audit-command.ts'
import { addBackup } from './backup-command.ts'
import { addCalendar } from './calendar-command.ts'
import { addCheck } from './check-command.ts'
import { addCheckDb } from './check-db-command.ts'
import { addControl } from './control.ts'
import { addCatchUp } from './catch-up-command.ts'
import { addForecast } from './forecast-command.ts'
import { addImport } from './import-db-command.ts'
import { addMigrate } from './migrate-command.ts'
import { addPlan } from './plan-command.ts'
import { addSanity } from './sanity-command.ts'
import { addSchema } from './schema-command.ts'
import { addServe, fullLogLevel, type ServeHost, withLogLevel } from './serve.ts'

export type { ServeHost } from './serve.ts'

/** The command `apsisctl`: runs what the arguments say, and gives the exit code. */
export async function apsisctl(args: readonly string[], context: Context, host: ServeHost): Promise<ExitCode> {
  const outcome: Outcome = { code: 0 }
  const program = new Command('apsisctl').description('Runs and controls an Apsis server.').version(context.version)
  withLogLevel(program)
  addServe(program, context, host, outcome)
  addCheck(program, context, outcome)
  addSchema(program, context)
  addCalendar(program, context, outcome)
  addControl(program, context, outcome)
  addAgents(program, context, outcome)
  addAudit(program, context, outcome)
  addForecast(program, context, outcome)
  addCatchUp(program, context, outcome)
  addSanity(program, context, outcome)
  addPlan(program, context, outcome)
  addBackup(program, context, outcome)
  addCheckDb(program, context, outcome)
  addMigrate(program, context, outcome)
  addImport(program, context, outcome)
  withReaderZone(program, context, ['serve'])
  return runProgram(program, fullLogLevel(args), context, outcome)
}
