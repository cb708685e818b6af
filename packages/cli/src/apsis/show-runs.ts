import { type HeldJson, parseTime, type RunJson, type RunSummary } from '@apsis/api/json'
import type { JsonObject } from '@apsis/core/json'
import { isFinished } from '@apsis/core/run'
import { formatElapsed, type Instant } from '@apsis/core/time'
import { localTime, paintState, printable, STATE_SYMBOLS, table, type Terminal } from '../terminal/index.ts'

type Screen = Pick<Terminal, 'columns' | 'color' | 'zone' | 'now'>

/** The table of runs, by start. */
export function runsTable(runs: readonly RunSummary[], terminal: Screen): string {
  const sorted = [...runs].sort((a, b) => (startOf(a) ?? 0) - (startOf(b) ?? 0))
  const rows = sorted.map((run) => {
    const start = startOf(run)
    const elapsed = elapsedOf(run, terminal.now())
    return [
      { text: run.run_id },
      { text: `[${symbolOf(run)}]`, paint: paintState(run.state, terminal.color) },
      { text: start === null ? '' : localTime(start, terminal.zone) },
      { text: elapsed === null ? '' : formatElapsed(elapsed) },
      { text: run.job_id },
      { text: argsText(run.args) },
    ]
  })
  const columns = [
    { title: 'run_id' },
    { title: 'ste' },
    { title: 'start' },
    { title: 'elapsed', align: 'right' as const },
    { title: 'job_id', min: 12 },
    { title: 'args', min: 8, most: 120 },
  ]
  return `${table(columns, rows, terminal.columns)}\n`
}

/** One run, in a few lines. `detail` 1 adds program, conditions and what it says of itself. */
export function runText(run: RunJson, terminal: Screen): string {
  const args = Object.entries(run.args).map(([name, value]) => `${name}=${value}`)
  const { program } = run
  const lines = [
    printable(`run ${run.run_id} ${run.job_id}(${args.join(' ')})`),
    program === null ? 'program: none' : printable(`${text(program, 'type')}: ${text(program, 'str')}`),
    ...(run.conds.length === 0 ? ['conditions: none'] : run.conds.map((cond) => printable(`• ${text(cond, 'str')}`))),
    stateLine(run, terminal),
  ]
  if (run.because !== undefined) lines.push(printable(`waiting: ${run.because}`))
  if (run.held !== undefined) lines.push(printable(heldText(run.held, terminal)))
  if (run.message !== undefined) lines.push(printable(run.message))
  return `${lines.join('\n')}\n`
}

function stateLine(run: RunJson, terminal: Screen): string {
  const symbol = paintState(run.state, terminal.color)(`[${symbolOf(run)}] ${run.state}`)
  const at = timeOf(run, run.state === 'scheduled' ? 'schedule' : run.state)
  const word = isFinished(run.state) || run.state === 'scheduled' ? 'at' : 'since'
  const elapsed = elapsedOf(run, terminal.now())
  const parts = [symbol]
  if (at !== null) parts.push(`${word} ${localTime(at, terminal.zone)}`)
  if (elapsed !== null) parts.push(`elapsed ${formatElapsed(elapsed)}`)
  return parts.join(' ')
}

/** Of a run that is held its own: it looks as any other that is to come, and will not begin. */
function symbolOf(run: RunSummary): string {
  return run.held === undefined ? STATE_SYMBOLS[run.state] : 'H'
}

function heldText({ since, until, reason, due }: HeldJson, { zone }: Screen): string {
  const when = (time: string): string => localTime(parseTime(time) ?? 0, zone)
  const parts = [`held since ${when(since)}`]
  if (until !== null) parts.push(`until ${when(until)}`)
  if (due) parts.push('(its time has passed)')
  return `${parts.join(' ')}${reason === null ? '' : `: ${reason}`}`
}

/** When the run began to run, or else is to begin. */
export function startOf(run: RunSummary): Instant | null {
  return timeOf(run, 'running') ?? timeOf(run, 'schedule') ?? timeOf(run, 'error')
}

/** How long the run ran, or has been running, ms; null when it never ran. */
export function elapsedOf(run: RunSummary, now: Instant): number | null {
  if (run.elapsed !== undefined) return run.elapsed * 1000
  const start = timeOf(run, 'running')
  return start !== null && (run.state === 'running' || run.state === 'stopping') ? now - start : null
}

function timeOf(run: RunSummary, name: keyof RunSummary['times']): Instant | null {
  const text = run.times[name]
  return text === undefined ? null : parseTime(text)
}

function text(thing: JsonObject, name: string): string {
  const value = thing[name]
  return typeof value === 'string' ? value : ''
}

function argsText(args: RunSummary['args']): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}
