import type { Command } from 'commander'
import type { Context, Outcome } from '../command/index.ts'
import { printable } from '../terminal/index.ts'
import { bytesText, type DataOption, dataFolder, onFolder, progressTo, withData } from './data-folder.ts'

interface RestoreOptions extends DataOption {
  readonly force?: boolean
}

/** The commands `backup` and `restore`. */
export function addBackup(program: Command, context: Context, outcome: Outcome): void {
  const { terminal, version } = context
  withData(program.command('backup').description('copy a data folder to a new folder, also while its server runs'))
    .argument('<dest>', 'the folder to be made')
    .action((destination: string, options: DataOption) =>
      onFolder(context, outcome, async () => {
        const { backUp } = await import('@apsis/server/data-folder')
        const say = progressTo(context)
        const manifest = await backUp({
          data: dataFolder(options),
          destination,
          version,
          time: new Date(terminal.now()).toISOString(),
          progress: (file, done, all) => say(`${file}: ${all === 0 ? 100 : Math.floor((done / all) * 10) * 10} %`),
        })
        const bytes = manifest.files.reduce((sum, { size }) => sum + size, 0)
        terminal.out(
          printable(`backup ${destination}: ${manifest.files.length} files, ${bytesText(bytes)}`).concat('\n'),
        )
        return 0
      }),
    )

  withData(program.command('restore').description('make a data folder of a backup; no server may have it open'))
    .argument('<backup>', 'the folder of the backup')
    .option('--force', 'where there is a data folder, move it aside')
    .action((source: string, options: RestoreOptions) =>
      onFolder(context, outcome, async () => {
        const { restore } = await import('@apsis/server/data-folder')
        const data = dataFolder(options)
        const time = terminal.now()
        const stamp = new Date(time).toISOString().replaceAll(/[-:]|\.\d+Z$/g, '')
        const { manifest, aside } = await restore({ source, data, force: options.force ?? false, time, stamp })
        if (aside !== null) terminal.out(printable(`what was there is now ${aside}`).concat('\n'))
        terminal.out(printable(`restored ${data} as of ${manifest.time}`).concat('\n'))
        return 0
      }),
    )
}
