import type { Command } from 'commander'
import type { Context } from '../command/index.ts'

/** The command `schema`: what a job file may have, for editors or for people; needs no server. */
export function addSchema(program: Command, { terminal }: Context): void {
  program
    .command('schema')
    .description('print the JSON Schema of job files, for editors')
    .option('--markdown', 'print the reference page instead')
    .action(async ({ markdown }: { readonly markdown?: boolean }) => {
      const [{ jobPage, jobSchema }, { registry }] = await Promise.all([
        import('@apsis/core/schema'),
        import('@apsis/kinds/builtin'),
      ])
      terminal.out(markdown === true ? jobPage(registry) : `${JSON.stringify(jobSchema(registry), null, 2)}\n`)
    })
}
