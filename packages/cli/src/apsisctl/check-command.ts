import type { Command } from 'commander'
import { hasErrors } from '@apsis/core/document'
import { type Context, formats, type Outcome, UsageError } from '../command/index.ts'
import { jsonText } from '../terminal/index.ts'

interface CheckOptions {
  readonly verbose?: boolean
  readonly format?: 'table' | 'json'
}

/** The command `check-jobs`: all that is wrong with the files of a job folder; needs no server. */
export function addCheck(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  program
    .command('check-jobs')
    .description('check the files of a job folder; exit code 1 where there is an error')
    .argument('<dir>')
    .option('--config <file>', 'accepted, as by the existing command; has no effect')
    .option('-v, --verbose', 'show place and source of each error, and warnings; default on a terminal')
    .addOption(formats('table', 'json'))
    .action(async (folder: string, options: CheckOptions) => {
      const { checkFolder } = await import('./check.ts')
      const { checkJson, plainText, sourceText } = await import('./show-check.ts')
      const files = await checkFolder(folder, terminal.now()).catch((error: unknown) => {
        throw new UsageError(`${folder}: ${error instanceof Error ? error.message : String(error)}`)
      })
      const verbose = options.verbose ?? terminal.columns !== null
      if (options.format === 'json') terminal.out(jsonText(checkJson(files)))
      else terminal.out(verbose ? sourceText(files, terminal.color) : plainText(files))
      outcome.code = files.some(({ diagnostics }) => hasErrors(diagnostics)) ? 1 : 0
    })
}
