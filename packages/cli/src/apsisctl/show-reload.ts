import { parseTime } from '@apsis/api/json'
import type { JobsStateJson, ReloadJson, ReloadPlanJson } from '@apsis/api/routes'
import { localTime, printable, table, type Terminal } from '../terminal/index.ts'

type Screen = Pick<Terminal, 'columns' | 'zone'>

/** Lines of a list that a terminal shows; a file or a program gets all. */
const SHOWN = 40

/** What a reload did, or would do. */
export function reloadText(changes: ReloadJson, screen: Screen): string {
  const sections = [
    ['Jobs removed', changes.removed],
    ['Jobs added', changes.added],
    ['Jobs changed', changes.changed],
  ] as const
  const texts = sections.flatMap(([title, ids]) =>
    ids.length === 0 ? [] : [`${title}:`, ...ids.map((id) => `- ${printable(id)}`)],
  )
  if (texts.length === 0) texts.push('no changes')
  if (changes.plan !== undefined) texts.push(...planLines(changes.plan, screen))
  if (changes.dry_run) texts.push('Dry run; no changes made.')
  return `${texts.join('\n')}\n`
}

function planLines(plan: ReloadPlanJson, screen: Screen): readonly string[] {
  const { jobs, jobs_left: left, withdrawn, created, orphans } = plan
  const most = screen.columns === null ? Number.POSITIVE_INFINITY : SHOWN
  const lines: string[] = []
  if (jobs.length > 0 || left > 0) {
    lines.push(`Coming runs until ${when(plan.to, screen)}: ${withdrawn} withdrawn, ${created} created`)
    const rows = jobs
      .slice(0, most)
      .map((job) => [
        { text: `${job.withdrawn}${job.more ? '+' : ''}` },
        { text: `${job.created}${job.more ? '+' : ''}` },
        { text: job.change },
        { text: job.job_id },
      ])
    const columns = [
      { title: 'withdrawn', align: 'right' as const },
      { title: 'created', align: 'right' as const },
      { title: 'job is' },
      { title: 'job_id', min: 16 },
    ]
    lines.push(table(columns, rows, screen.columns))
    const more = jobs.length - rows.length + left
    if (more > 0) lines.push(`and ${more} more jobs`)
  }
  if (orphans.length > 0) {
    lines.push('Orphaned dependants:')
    for (const { job_id, names, place, index } of orphans.slice(0, most))
      lines.push(`- ${printable(`${job_id}: ${place}[${index}] names ${names}, which is gone`)}`)
    if (orphans.length > most) lines.push(`and ${orphans.length - most} more`)
  }
  return lines
}

/** Which jobs are in force, and why the folder as it is may not be. */
export function stateText(state: JobsStateJson, screen: Screen): string {
  const time = (text: string | null): string => (text === null ? 'never' : when(text, screen))
  const lines = [
    `jobs: ${state.jobs}, and ${state.ad_hoc_jobs} ad hoc`,
    `in force since: ${time(state.since)}${state.source === 'store' ? ' (the last good set: the folder had errors at the start)' : ''}`,
    ...(state.changing === null
      ? []
      : [`not durable yet, and so not in force: the change of ${time(state.changing)}, which waits for the store`]),
    `folder read: ${time(state.read)}`,
    `watching: ${state.watching}${state.lock === null ? '' : printable(`, waiting for ${state.lock}`)}`,
    `digest: ${state.digest}`,
    ...(state.problem_count === 0
      ? []
      : [`Errors of the folder, which is therefore not in force: ${state.problem_count}`]),
    ...state.problems.map(({ text }) => `- ${printable(text)}`),
  ]
  if (state.problem_count > state.problems.length) lines.push(`and ${state.problem_count - state.problems.length} more`)
  return `${lines.join('\n')}\n`
}

function when(text: string, { zone }: Screen): string {
  const time = parseTime(text)
  return time === null ? text : localTime(time, zone)
}
