import type { Client } from '@apsis/api/client'
import { formatTime, runJson, runSummary } from '@apsis/api/json'
import type { RunsQuery } from '@apsis/api/routes'
import type { Run } from '@apsis/core/run'
import type { Context, ExitCode } from '../command/index.ts'
import { printable } from '../terminal/index.ts'

/** Runs the body of a command on an archive as on a server's runs, and turns what cannot be read into `Error: text` and exit code 1. */
export async function onArchive(
  context: Context,
  path: string,
  body: (client: Pick<Client, 'runs' | 'runSummaries'>) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { openArchive, StoreError } = await import('@apsis/server/data-folder')
  try {
    const archive = await openArchive(path)
    const { read } = archive
    const page = async (
      query: RunsQuery | undefined,
    ): Promise<{ readonly runs: readonly Run[]; readonly next: string | null }> =>
      await read.runs({
        filter: {
          ...(query?.job_id === undefined ? {} : { jobId: query.job_id }),
          ...(query?.state === undefined ? {} : { states: query.state }),
          ...(query?.args === undefined ? {} : { args: query.args }),
        },
        limit: query?.page_limit ?? 1_000,
        order: query?.page_order ?? 'latest',
        ...(query?.page_cursor === undefined ? {} : { after: query.page_cursor }),
      })
    const when = formatTime(context.terminal.now())
    try {
      return await body({
        runs: async (query) => {
          const { runs, next } = await page(query)
          const metas = await read.metas(runs.map(({ id }) => id))
          const full = runs.map((run) => runJson(run, { meta: metas.get(run.id) ?? null, job: null }))
          return { when, runs: Object.fromEntries(full.map((run) => [run.run_id, run])), next }
        },
        runSummaries: async (query) => {
          const { runs, next } = await page(query)
          return { when, runs: Object.fromEntries(runs.map((run) => [run.id, runSummary(run)])), next }
        },
      })
    } finally {
      await archive.close()
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    context.terminal.err(printable(`Error: ${error.message}`).concat(` [${error.code}]\n`))
    return 1
  }
}
