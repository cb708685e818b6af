import type { Command } from 'commander'
import type { Context, Outcome } from '../command/index.ts'
import { printable } from '../terminal/index.ts'
import { type DataOption, dataFolder, onFolder, progressTo, withData } from './data-folder.ts'

/** The command `import-db`: history of the existing Apsis. */
export function addImport(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  withData(
    program
      .command('import-db')
      .description(
        'bring the runs of a database of the existing Apsis over, with their ids; no server may have the data folder open',
      ),
  )
    .argument('<old.db>', 'its database; it is only read')
    .action((path: string, options: DataOption) =>
      onFolder(context, outcome, async () => {
        const { importDatabase } = await import('@apsis/server/data-folder')
        const { adHocReader } = await import('@apsis/server/job-folder')
        const say = progressTo(context)
        const done = await importDatabase({
          path,
          data: dataFolder(options),
          jobOf: adHocReader(),
          progress: (runs, all) => say(`${runs} of ${all} runs`),
        })
        for (const { what, why } of done.notices) terminal.err(printable(`${what}: ${why}`).concat('\n'))
        if (done.moreNotices > 0) terminal.err(`(${done.moreNotices} more)\n`)
        const known = done.known === 0 ? '' : `, ${done.known} were there already`
        terminal.out(`${done.runs} runs imported${known}; ${done.jobs} ad hoc jobs, ${done.outputs} outputs\n`)
        return 0
      }),
    )
}
