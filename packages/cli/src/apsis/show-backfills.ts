import { type BackfillJson, type BackfillPreviewJson, parseTime } from '@apsis/api/json'
import { localTime, printable, table, type Terminal } from '../terminal/index.ts'
import { shortId } from './short-id.ts'

type Screen = Pick<Terminal, 'columns' | 'zone'>

/** Due times that a terminal shows; a file or a program gets all that the server gives. */
const SHOWN = 40

/** A backfill just started. */
export function backfillText({ backfill_id: id, job_id: jobId, total, order, concurrency }: BackfillJson): string {
  const text = `backfill ${shortId(id)}: ${countOf(total)} of ${jobId}, ${order} first, ${concurrency} at a time`
  return printable(text).concat('\n')
}

/** What a backfill would make. */
export function backfillPreviewText({ job_id: jobId, total, instants }: BackfillPreviewJson, screen: Screen): string {
  const shown = screen.columns === null ? instants : instants.slice(0, SHOWN)
  const rows = shown.map(({ due, schedule_key: key, args }) => [
    { text: local(due, screen) },
    { text: argsText(args) },
    { text: key },
  ])
  const columns = [{ title: 'due' }, { title: 'args', min: 12 }, { title: 'schedule', min: 8 }]
  const lines = [printable(`a backfill of ${jobId} would make ${countOf(total)}`), table(columns, rows, screen.columns)]
  if (total > shown.length) lines.push(`and ${total - shown.length} more`)
  return `${lines.join('\n')}\n`
}

/** The table of backfills. */
export function backfillsTable(backfills: readonly BackfillJson[], screen: Screen): string {
  const rows = backfills.map((backfill) =>
    [
      shortId(backfill.backfill_id),
      backfill.state,
      `${backfill.made}/${backfill.total}`,
      local(backfill.from, screen),
      local(backfill.to, screen),
      backfill.job_id,
      [backfill.reason, backfill.message].filter((one) => one !== null).join('; '),
    ].map((text) => ({ text })),
  )
  const columns = [
    { title: 'backfill' },
    { title: 'state' },
    { title: 'made', align: 'right' as const },
    { title: 'from', min: 10 },
    { title: 'to', min: 10 },
    { title: 'job_id', min: 10 },
    { title: 'reason', min: 6 },
  ]
  return `${table(columns, rows, screen.columns)}\n`
}

function countOf(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`
}

function argsText(args: Readonly<Record<string, string>>): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

function local(time: string, { zone }: Pick<Terminal, 'zone'>): string {
  const at = parseTime(time)
  return at === null ? time : localTime(at, zone)
}
