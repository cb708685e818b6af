import { editText } from '@apsis/core/change'
import type { Diagnostic } from '@apsis/core/document'
import type { ForecastRun, RunPair, Sorted } from '@apsis/core/forecast'
import { durationSeconds } from '@apsis/core/time'
import { localTime } from '../terminal/index.ts'
import type { Plan } from './plan-make.ts'

/** A list of a plan: what it is of, how many there are, and lines for some of them. */
export interface PlanSection {
  readonly title: string
  readonly count: number
  /** There are more than were counted. */
  readonly more: boolean
  readonly items: readonly PlanItem[]
}

/** A line, and lines below it. */
export interface PlanItem {
  readonly text: string
  readonly below: readonly string[]
  /** How many of what the section counts it stands for. */
  readonly stands: number
}

/** The lists of a plan that have something in them, for people. */
export function planSections(plan: Plan, zone: string): readonly PlanSection[] {
  const { jobs, runs, oddDays, orphans, problems, oldProblems } = plan
  const run = (one: ForecastRun): PlanItem => line(runLine(one, zone))
  return [
    all(
      'Errors',
      problems.map(({ jobId, diagnostics }) => ({
        text: jobId,
        below: diagnostics.map(errorLine),
        stands: diagnostics.length,
      })),
    ),
    list('Old files with errors, not compared', oldProblems, line),
    list('Jobs added', jobs.added, ({ id }) => line(id)),
    list('Jobs removed', jobs.removed, ({ id }) => line(id)),
    list('Jobs moved', jobs.moved, ({ from, to }) => line(`${from.id} → ${to.id}`)),
    list('Jobs changed', jobs.changed, ({ to, edits, calendars }) => ({
      text: to.id,
      below: [
        ...edits.map(editText),
        ...calendars.map((name) => `calendar ${name} has changed`),
        ...environment(edits.length + calendars.length),
      ],
      stands: 1,
    })),
    list('Orphaned dependants', orphans, ({ jobId, names, place, index }) =>
      line(`${jobId}: ${place}[${index}] names ${names}, which is gone`),
    ),
    some('Runs added', runs.added, run),
    some('Runs removed', runs.removed, run),
    some('Runs moved', runs.moved, (pair) => line(pairLine(pair, zone))),
    some('Runs changed', runs.changed, (pair) => line(changedLine(pair, zone))),
    list('Jobs with too many runs to compare to the end', runs.cut, ({ jobId, until }) =>
      line(`${jobId}: compared only up to ${localTime(until, zone)}`),
    ),
    list('Odd days of new schedules', oddDays, ({ jobId, index, message }) =>
      line(`${jobId}: schedule[${index}]: ${message}`),
    ),
    list('Schedules that failed', runs.broken, ({ jobId, index, message }) =>
      line(`${jobId}: schedule[${index}]: ${message}`),
    ),
  ].filter(({ count }) => count > 0)
}

/** One line of what there is: `Jobs changed: 1 · Runs moved: 7`. */
export function summary(sections: readonly PlanSection[]): string {
  return sections.length === 0 ? 'no changes' : sections.map(heading).join(' · ')
}

/** Its title, and how many there are. */
export function heading({ title, count, more }: PlanSection): string {
  return `${title}: ${more ? 'more than ' : ''}${count}`
}

function environment(known: number): readonly string[] {
  return known > 0 ? [] : ['what its templates are given has changed: calendars or config']
}

function line(text: string): PlanItem {
  return { text, below: [], stands: 1 }
}

function errorLine({ key, line: at, message, hint }: Diagnostic): string {
  return `${at === null ? '' : `line ${at}: `}${key === '' ? '' : `${key}: `}${message}${hint === null ? '' : ` (${hint})`}`
}

function list<T>(title: string, items: readonly T[], item: (one: T) => PlanItem): PlanSection {
  return { title, count: items.length, more: false, items: items.map(item) }
}

function all(title: string, items: readonly PlanItem[]): PlanSection {
  return { title, count: items.reduce((sum, { stands }) => sum + stands, 0), more: false, items }
}

function some<T>(title: string, { count, more, first }: Sorted<T>, item: (one: T) => PlanItem): PlanSection {
  return { title, count, more, items: first.map(item) }
}

function runLine({ due, jobId, args, stopAt }: ForecastRun, zone: string): string {
  const stop = stopAt === null ? '' : `, stop ${localTime(stopAt, zone)}`
  return `${localTime(due, zone)} ${jobId}(${argsText(args)})${stop}`
}

function pairLine({ from, to }: RunPair, zone: string): string {
  const minutes = durationSeconds(to.due - from.due) / 60
  const by = `${minutes > 0 ? '+' : ''}${Math.round(minutes * 100) / 100} min`
  return `${localTime(from.due, zone)} → ${localTime(to.due, zone)} (${by}) ${to.jobId}(${argsText(to.args)})`
}

function changedLine({ from, to }: RunPair, zone: string): string {
  const args =
    argsText(from.args) === argsText(to.args) ? argsText(to.args) : `${argsText(from.args)} → ${argsText(to.args)}`
  const stop = (one: ForecastRun): string => (one.stopAt === null ? 'none' : localTime(one.stopAt, zone))
  const stops = from.stopAt === to.stopAt ? '' : `, stop ${stop(from)} → ${stop(to)}`
  return `${localTime(to.due, zone)} ${to.jobId}(${args})${stops}`
}

function argsText(args: ForecastRun['args']): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}
