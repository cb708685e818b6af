import { Command } from 'commander'
import { type Context, type ExitCode, type Outcome, runProgram, withReaderZone } from '../command/index.ts'
import { addAdHoc } from './adhoc.ts'
import { addBackfills } from './backfills.ts'
import { addFollowing } from './follow.ts'
import { addHolding } from './hold.ts'
import { addLedger } from './ledger.ts'
import { addOperating } from './operate.ts'
import { addPauses } from './pauses.ts'
import { addReading } from './read.ts'

/** The command `apsis`: runs what the arguments say, and gives the exit code. */
export async function apsis(args: readonly string[], context: Context): Promise<ExitCode> {
  const outcome: Outcome = { code: 0 }
  const program = new Command('apsis')
    .description('Looks at, and works with, the jobs and runs of an Apsis server.')
    .version(context.version)
  addReading(program, context, outcome)
  addLedger(program, context, outcome)
  addOperating(program, context, outcome)
  addHolding(program, context, outcome)
  addPauses(program, context, outcome)
  addBackfills(program, context, outcome)
  addAdHoc(program, context, outcome)
  addFollowing(program, context, outcome)
  withReaderZone(program, context)
  return runProgram(program, args, context, outcome)
}
