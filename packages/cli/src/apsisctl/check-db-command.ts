import { setImmediate as turn } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Context, Outcome } from '../command/index.ts'
import { printable } from '../terminal/index.ts'
import { type DataOption, dataFolder, onFolder, withData } from './data-folder.ts'

interface CheckOptions extends DataOption {
  readonly quick?: boolean
}

/** Findings that are printed; more are counted. */
const SHOWN = 100

/** The command `check-db`: what is wrong with the databases of a data folder. */
export function addCheckDb(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  withData(
    program
      .command('check-db')
      .description(
        'check the databases of a data folder, also while its server runs; exit code 1 where one is damaged',
      ),
  )
    .option('--quick', 'leave out what reads every page and every row')
    .action((options: CheckOptions) =>
      onFolder(context, outcome, async () => {
        const { checkFolder } = await import('@apsis/server/data-folder')
        const data = dataFolder(options)
        let errors = 0
        let shown = 0
        for (const found of checkFolder(data, options.quick ?? false)) {
          if (found === null) {
            await turn()
            continue
          }
          if (found.severity === 'error') errors++
          if (shown++ < SHOWN)
            terminal.out(printable(`${found.severity}: ${found.file}: ${found.message}`).concat('\n'))
        }
        if (shown > SHOWN) terminal.out(`(${shown - SHOWN} more)\n`)
        terminal.out(
          printable(`${data}: ${errors === 0 ? 'sound' : errors === 1 ? '1 error' : `${errors} errors`}`).concat('\n'),
        )
        return errors === 0 ? 0 : 1
      }),
    )
}
