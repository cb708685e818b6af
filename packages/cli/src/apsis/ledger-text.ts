import { type InstantJson, type InstantsJson, LEDGER_VERDICTS } from '@apsis/api/json'
import { parseInstant } from '@apsis/core/time'
import { localTime, printable, table, type Terminal, textWidth, wrapText } from '../terminal/index.ts'

/** What stands for the reason of the line before. */
const AS_ABOVE = 'as above'
const INDENT = 4

/**
 * A page of the ledger, and how many instants have each verdict. Reasons are never cut: on a terminal one that does not fit its column stands
 * below its line, and is said once for the lines that share it.
 */
export function ledgerText(
  instants: readonly InstantJson[],
  counts: InstantsJson['counts'],
  { zone, columns }: Pick<Terminal, 'zone' | 'columns'>,
): string {
  const rows = instants.map(({ due, job_id, run_id, verdict, reason }) => [
    local(due, zone),
    job_id,
    run_id ?? '',
    verdict ?? 'undecided',
    reason ?? '',
  ])
  const summed = LEDGER_VERDICTS.filter((name) => (counts?.[name] ?? 0) > 0).map((name) => `${counts?.[name]} ${name}`)
  const shown = columns === null ? lines(rows, null) : fitted(rows, columns)
  return `${shown.join('\n')}\nall jobs: ${summed.length === 0 ? 'nothing was due' : summed.join(', ')}\n`
}

const TITLES = [
  { title: 'due' },
  { title: 'job', min: 10 },
  { title: 'run' },
  { title: 'verdict' },
  { title: 'reason' },
]

function lines(rows: readonly (readonly string[])[], columns: number | null): readonly string[] {
  const cells = rows.map((row) => row.map((text) => ({ text })))
  return table(TITLES, cells, columns).split('\n')
}

function fitted(rows: readonly (readonly string[])[], columns: number): readonly string[] {
  // What the other columns leave, where the last is as narrow as its title.
  const others = lines(
    rows.map((row) => row.with(4, '')),
    columns,
  )
  const space = columns - Math.max(0, textWidth(others[1] ?? '') - 'reason'.length)
  const reasons = rows.map((row) => printable(row[4] ?? ''))
  const said = reasons.map((reason, index) => {
    if (reason === '') return { cell: '', below: [] }
    if (reason === reasons[index - 1]) return { cell: AS_ABOVE, below: [] }
    if (textWidth(reason) <= space) return { cell: reason, below: [] }
    return { cell: '', below: wrapText(reason, Math.max(20, columns - INDENT)) }
  })
  const [title = '', rule = '', ...body] = lines(
    rows.map((row, index) => row.with(4, said[index]?.cell ?? '')),
    columns,
  )
  const whole = body.flatMap((line, index) => [
    line,
    ...(said[index]?.below ?? []).map((text) => `${' '.repeat(INDENT)}${text}`),
  ])
  return [title, rule, ...whole]
}

function local(time: string, zone: string): string {
  const parsed = parseInstant(time)
  return parsed.ok ? localTime(parsed.value, zone) : time
}
