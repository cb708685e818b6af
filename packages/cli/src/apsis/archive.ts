import type { Client } from '@apsis/api/client'
import { formatTime, logLine, outputJson, runJson, runSummary } from '@apsis/api/json'
import { DEFAULT_PAGE, type RunsQuery } from '@apsis/api/routes'
import { parseQuery, problemsText, type Query } from '@apsis/core/query'
import { parseRunId, type Run, type RunId } from '@apsis/core/run'
import { parseZone } from '@apsis/core/time'
import { type Context, type ExitCode, UsageError } from '../command/index.ts'
import { printable } from '../terminal/index.ts'

/** What an archive can be asked for, as a server can. */
export type ArchiveClient = Pick<Client, 'runs' | 'runSummaries' | 'run' | 'runLog' | 'outputs' | 'output'>

/** Runs the body of a command on an archive as on a server's runs, and turns what cannot be read into `Error: text` and exit code 1. */
export async function onArchive(
  context: Context,
  path: string,
  body: (client: ArchiveClient) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { filterByValues, openArchive, StoreError } = await import('@apsis/server/data-folder')
  try {
    const archive = await openArchive(path)
    const { read } = archive
    const page = async (
      query: RunsQuery = {},
    ): Promise<{ readonly runs: readonly Run[]; readonly next: string | null }> =>
      await read.runs({
        filter: {
          ...filterByValues(query),
          // A whole id: an archive has no jobs to find it among.
          ...(query.job_id === undefined ? {} : { jobId: query.job_id }),
          ...textFilter(query, context.terminal.now()),
        },
        limit: query.page_limit ?? DEFAULT_PAGE,
        order: query.page_order ?? 'newest',
        ...(query.page_cursor === undefined ? {} : { after: query.page_cursor }),
      })
    const when = formatTime(context.terminal.now())
    const found = async (text: string): Promise<{ readonly id: RunId; readonly run: Run }> => {
      const id = parseRunId(text)
      const run = id === null ? null : await read.run(id)
      if (id === null || run === null) throw new StoreError('STORE_ARCHIVE', `no run ${text} is in the archive ${path}`)
      return { id, run }
    }
    try {
      return await body({
        run: async (text) => {
          const { id, run } = await found(text)
          return runJson(run, { meta: await read.meta(id), job: null })
        },
        runLog: async (text) => {
          const { id } = await found(text)
          const facts = await read.log(id)
          return facts.flatMap(({ fact, time }) =>
            fact.type === 'state' || fact.type === 'log' ? (logLine(id, time, fact) ?? []) : [],
          )
        },
        outputs: async (text) => {
          const outputs = await read.outputs((await found(text)).id)
          return outputs.map(({ outputId, length }) => outputJson(outputId, length))
        },
        output: async (text, outputId, { start, end = Infinity } = { start: 0 }) => {
          const { id } = await found(text)
          const total = (await read.outputs(id)).find((one) => one.outputId === outputId)?.length ?? 0
          const data = await read.output(id, outputId, start, Math.min(end, total))
          if (data === null) throw new StoreError('STORE_ARCHIVE', `${text} has no output ${outputId}`)
          return { data, start, total }
        },
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

function textFilter({ page_query: text, page_zone = 'UTC' }: RunsQuery, now: number): { readonly query?: Query } {
  if (text === undefined) return {}
  const zone = parseZone(page_zone)
  if (!zone.ok) throw new UsageError(zone.message)
  const parsed = parseQuery(text, { now, zone: zone.value })
  if (!parsed.ok) throw new UsageError(`query: ${problemsText(parsed.problems)}`)
  return { query: parsed.query }
}
