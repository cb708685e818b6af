import { type BulkJson, type BulkOperation, type BulkResultJson, MAX_BULK } from '@apsis/api/json'
import type { BulkBody } from '@apsis/api/routes'
import { type Context, type ExitCode, type Format, type Server, structured, UsageError } from '../command/index.ts'
import { printable, type Terminal } from '../terminal/index.ts'
import { runsTable } from './show-runs.ts'

/** Runs that a preview on a terminal shows; a file or a program gets all that the server gives. */
const SHOWN = 20

export interface BulkRequest {
  readonly selection: Pick<BulkBody, 'query' | 'run_ids'>
  readonly operation: BulkOperation
  readonly reason?: string
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly format?: Format
}

/** Shows what would be done, asks, does it, and says what became of it. */
export async function bulkByQuery(
  context: Context,
  { client }: Pick<Server, 'client'>,
  request: BulkRequest,
): Promise<ExitCode> {
  const { terminal } = context
  const { selection, operation, format } = request
  const body: BulkBody = {
    ...selection,
    operation,
    ...(request.reason === undefined ? {} : { reason: request.reason }),
  }
  const preview = await client.bulk(body)
  const plain = structured(preview, format) === null
  if (request.dryRun === true) {
    terminal.out(structured(preview, format) ?? previewText(preview, terminal))
    return 0
  }
  if (plain) terminal.out(previewText(preview, terminal))
  if (preview.applies === 0) {
    if (!plain) terminal.out(structured(preview, format) ?? '')
    terminal.err('there is nothing to do\n')
    return 1
  }
  if (request.yes !== true) {
    const sure = await context.confirm(`${wordsOf(operation)} ${countOf(preview.applies)}?`)
    if (sure === null) throw new UsageError('nobody can be asked here: say --yes to do it, or --dry-run to only look')
    if (!sure) {
      terminal.err('nothing was done\n')
      return 1
    }
  }
  const done = await client.bulk({ ...body, dry_run: false, expect: preview.applies })
  const { result } = done
  if (result === undefined) throw new TypeError('the reply says not what was done')
  terminal.out(structured(done, format) ?? resultText(result))
  for (const { run_id: runId, error } of result.refusals) terminal.err(`Error: ${printable(`${runId}: ${error}`)}\n`)
  if (result.refused > result.refusals.length) {
    terminal.err(`and ${result.refused - result.refusals.length} more were refused\n`)
  }
  if (done.more) terminal.err(`there are more than ${MAX_BULK}: run it again for the others\n`)
  return result.refused === 0 && !done.more && !result.cut_short ? 0 : 1
}

/** What would be done to which runs. */
export function previewText(preview: BulkJson, terminal: Terminal): string {
  const { operation, applies, more, matches, matches_more: matchesMore, by_state: byState, runs } = preview
  const states = Object.entries(byState).map(([state, count]) => `${count} ${state}`)
  const found = matchesMore ? `more than ${matches}` : `${matches}`
  const lines = [
    `${wordsOf(operation)}: ${more ? 'the first ' : ''}${countOf(applies)} of ${found} that match` +
      (states.length === 0 ? '' : ` (${states.join(', ')})`),
  ]
  if (applies === 0) return `${lines.join('\n')}\n`
  const shown = terminal.columns === null ? runs : runs.slice(0, SHOWN)
  lines.push(runsTable(shown, terminal).trimEnd())
  if (applies > shown.length) lines.push(`and ${applies - shown.length} more`)
  return `${lines.join('\n')}\n`
}

function resultText({ done, refused, made, undo }: BulkResultJson): string {
  const lines = [`done: ${countOf(done)}${refused === 0 ? '' : `; refused: ${refused}`}`]
  if (made !== undefined && made.length > 0) lines.push(`new runs: ${idsText(made)}`)
  lines.push(`undo: ${undo.text}`)
  return `${lines.join('\n')}\n`
}

function idsText(ids: readonly string[]): string {
  const first = ids.slice(0, 8).join(' ')
  return ids.length > 8 ? `${first} … ${ids.at(-1)}` : first
}

function wordsOf(operation: BulkOperation): string {
  switch (operation.type) {
    case 'mark':
      return `mark ${operation.state}`
    case 'hold':
      return operation.until === undefined || operation.until === null ? 'hold' : `hold until ${operation.until}`
    case 'start':
    case 'skip':
    case 'stop':
    case 'rerun':
    case 'release':
      return operation.type
  }
}

function countOf(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`
}
