import { type HeldJson, parseTime, type RunJson, type RunSummary } from '@apsis/api/json'
import type { JsonObject } from '@apsis/core/json'
import { FINISHED, isFinished, type State } from '@apsis/core/run'
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

/** What the log says of a finished run that was marked. */
export interface Mark {
  /** When, in the API form. */
  readonly timestamp: string
  /** `marked as STATE`, and why. */
  readonly message: string
}

/** One run, in a few lines. `mark`: of a run that `isMarked`. */
export function runText(run: RunJson, terminal: Screen, mark: Mark | null = null): string {
  const args = Object.entries(run.args).map(([name, value]) => `${name}=${value}`)
  const { program } = run
  const lines = [
    printable(`run ${run.run_id} ${run.job_id}(${args.join(' ')})`),
    // A run that ended before its program was made has neither it nor conditions to show.
    ...(program === null ? [] : [printable(`${text(program, 'type')}: ${text(program, 'str')}`)]),
    ...(run.conds.length > 0
      ? run.conds.map((cond) => printable(`• ${text(cond, 'str')}`))
      : program === null
        ? []
        : ['conditions: none']),
    stateLine(run, terminal),
  ]
  if (mark !== null)
    lines.push(printable(`${mark.message}, at ${localTime(parseTime(mark.timestamp) ?? 0, terminal.zone)}`))
  if (run.because !== undefined) lines.push(printable(`waiting: ${run.because}`))
  if (run.held !== undefined) lines.push(printable(heldText(run.held, terminal)))
  const ended = endedAs(run)
  if (run.message !== undefined) lines.push(printable(isMarked(run) ? `${ended}: ${run.message}` : run.message))
  return `${lines.join('\n')}\n`
}

function stateLine(run: RunJson, terminal: Screen): string {
  const symbol = paintState(run.state, terminal.color)(`[${symbolOf(run)}] ${run.state}`)
  const at = timeOf(run, run.state === 'scheduled' ? 'schedule' : run.state)
  const word = isFinished(run.state) || run.state === 'scheduled' ? 'at' : 'since'
  const elapsed = elapsedOf(run, terminal.now())
  const parts = [isMarked(run) ? `${symbol}, marked;` : symbol]
  if (at !== null) parts.push(`${word} ${localTime(at, terminal.zone)}`)
  const ended = isMarked(run) ? endedAs(run) : null
  const end = ended === null ? null : timeOf(run, ended)
  if (ended !== null && end !== null) parts.push(`${ended} at ${localTime(end, terminal.zone)}`)
  if (elapsed !== null) parts.push(`elapsed ${formatElapsed(elapsed)}`)
  const away = run.unreachable_since === undefined ? null : parseTime(run.unreachable_since)
  const line = parts.join(' ')
  return away === null ? line : `${line}\nagent unreachable since ${localTime(away, terminal.zone)}`
}

/** Whether a user moved it to its state after it had ended: its times are those of its end. */
export function isMarked(run: RunSummary): boolean {
  return isFinished(run.state) && endedAs(run) !== run.state
}

/** The state in which it ended; of one without a time of that, the state that it has. */
function endedAs(run: RunSummary): State {
  return FINISHED.find((state) => run.times[state] !== undefined) ?? run.state
}

/** Of a run that is held, or whose agent is unreachable, its own: it looks as any other, and will not begin; or nobody knows how it is. */
function symbolOf(run: RunSummary): string {
  if (run.unreachable_since !== undefined) return '?'
  return run.held === undefined ? STATE_SYMBOLS[run.state] : 'H'
}

/** How, and why, a run is held. */
export function heldText({ since, until, reason, due }: HeldJson, { zone }: Pick<Screen, 'zone'>): string {
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
