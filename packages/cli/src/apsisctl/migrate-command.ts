import type { Command } from 'commander'
import type { Context, Outcome } from '../command/index.ts'
import { printable } from '../terminal/index.ts'
import { type DataOption, dataFolder, onFolder, withData } from './data-folder.ts'

interface MigrateOptions extends DataOption {
  readonly backup: boolean
  readonly dryRun?: boolean
}

/** The commands `create` and `migrate`. */
export function addMigrate(program: Command, context: Context, outcome: Outcome): void {
  const { terminal, version } = context
  program
    .command('create')
    .description('make a data folder; a server makes its own where there is none')
    .argument('<dir>')
    .action((folder: string) =>
      onFolder(context, outcome, async () => {
        const { createFolder } = await import('@apsis/server/data-folder')
        await createFolder(folder)
        terminal.out(printable(`made ${folder}`).concat('\n'))
        return 0
      }),
    )

  withData(
    program.command('migrate').description('bring the databases of a data folder to the version of this program'),
  )
    .option('--no-backup', 'make no backup beside it first')
    .option('--dry-run', 'only say the versions')
    .action((options: MigrateOptions) =>
      onFolder(context, outcome, async () => {
        const { backUp, databaseVersions, isOutdated, migrateFolder } = await import('@apsis/server/data-folder')
        const data = dataFolder(options)
        const before = databaseVersions(data)
        for (const { name, version: now, newest, compactable } of before) {
          const what = now === newest ? `version ${now}` : `version ${now}, newest ${newest}`
          terminal.out(
            `${name}: ${what}${compactable ? '' : '; to be written anew, so that space can be given back'}\n`,
          )
        }
        if (!isOutdated(before)) {
          terminal.out('nothing to do\n')
          return 0
        }
        if (options.dryRun === true) return 0
        if (options.backup) {
          const stamp = new Date(terminal.now()).toISOString().replaceAll(/[-:]|\.\d+Z$/g, '')
          const destination = `${data.replace(/\/+$/, '')}.before-migrate-${stamp}`
          const time = new Date(terminal.now()).toISOString()
          await backUp({ data, destination, version, time, progress: () => {} })
          terminal.out(printable(`backup: ${destination}`).concat('\n'))
        }
        await migrateFolder(data)
        terminal.out('migrated\n')
        return 0
      }),
    )
}
