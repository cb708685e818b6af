import { type JobJson, parseTime, type PauseJson } from '@apsis/api/json'
import { isOfJob } from '@apsis/core/pause'
import { bold, localTime, printable, table, type Terminal } from '../terminal/index.ts'

/** The table of jobs; with a column for pauses where any of them is paused. */
export function jobsTable(
  jobs: readonly JobJson[],
  pauses: readonly PauseJson[],
  terminal: Pick<Terminal, 'columns' | 'color' | 'zone'>,
): string {
  const paused = jobs.map((job) => pausesOf(job, pauses).map((pause) => untilText(pause, terminal)))
  const any = paused.some((some) => some.length > 0)
  const rows = jobs.map((job, index) => [
    { text: job.job_id, paint: (text: string) => bold(text, terminal.color) },
    { text: job.params.join(', ') },
    { text: labelsOf(job).join(' ') },
    ...(any ? [{ text: paused[index]?.join(', ') ?? '' }] : []),
  ])
  const columns = [
    { title: 'job_id', min: 16 },
    { title: 'params', min: 8 },
    { title: 'labels', min: 8 },
    ...(any ? [{ title: 'paused', min: 8 }] : []),
  ]
  return `${table(columns, rows, terminal.columns)}\n`
}

function labelsOf(job: JobJson): string[] {
  const { labels } = job.metadata
  return Array.isArray(labels) ? labels.map(String) : []
}

/** The pauses of a job as lines of YAML that mean nothing to programs: why what is below does not begin. */
export function pausedText(pauses: readonly PauseJson[], terminal: Pick<Terminal, 'zone'>): string {
  return pauses
    .map((pause) => {
      const of =
        pause.scope === 'label' ? ` by label ${pause.target}` : pause.target.endsWith('/') ? ` by ${pause.target}` : ''
      const why = pause.reason === null ? '' : `: ${pause.reason}`
      return `# ${printable(`paused${of}, ${untilText(pause, terminal)}, what comes due is ${WORDS[pause.mode]}${why}`)}\n`
    })
    .join('')
}

const WORDS: Readonly<Record<PauseJson['mode'], string>> = { skip: 'skipped', hold: 'held' }

function pausesOf(job: JobJson, pauses: readonly PauseJson[]): readonly PauseJson[] {
  return pauses.filter((pause) => isOfJob(pause, { jobId: job.job_id, labels: labelsOf(job) }))
}

function untilText({ until }: PauseJson, { zone }: Pick<Terminal, 'zone'>): string {
  return until === null ? 'until resumed' : `until ${localTime(parseTime(until) ?? 0, zone)}`
}
