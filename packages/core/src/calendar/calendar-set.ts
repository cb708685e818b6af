import {
  diagnose,
  type Diagnostic,
  type DiagnosticCode,
  type KeyPath,
  type Problem,
  suggestion,
} from '../document/index.ts'
import { yearOf } from './year-days.ts'
import type { Calendar } from './calendar.ts'
import { CALENDAR_LIMITS, type CalendarFile } from './calendar-file.ts'
import { type CalendarSource, findCalendar } from './calendars.ts'
import { isComposite, parseComposite } from './composite.ts'
import { parseDateList } from './date-list.ts'
import { type DaySet, keptDays, listedDays, weekdaySet } from './day-set.ts'
import { evaluate } from './evaluate.ts'
import { type Expression, namesIn } from './expression.ts'
import { COMPUTED_CALENDARS, computedSet } from './federal.ts'
import { calendarOf } from './set-calendar.ts'
import { builtInCalendar } from './weekdays.ts'

/** Calendars made of files, beside those that are built in. */
export interface CalendarSet {
  /** Knows the built-in calendars too; a file comes before the computed one of its name. A file with an error makes its calendar unusable. */
  readonly calendars: CalendarSource
  /** By file, in the order of the files. */
  readonly diagnostics: readonly Diagnostic[]
  /** The usable calendars of the files, sorted. */
  readonly names: readonly string[]
  /** Canonical text of all the files: equal where they mean the same. Empty where there is no file. */
  readonly source: string
}

interface Entry {
  readonly file: CalendarFile
  readonly label: string
  /** What defines the calendar, in this file. */
  readonly canonical: string
  /** Null: the file has an error. */
  readonly content: DaySet | Expression | null
  readonly diagnostics: Diagnostic[]
}

interface Built {
  readonly set: DaySet
  readonly calendar: Calendar
  /** Of composites upon composites: how many. */
  readonly height: number
  /** The files that it is made of, its own included. */
  readonly files: ReadonlySet<Entry>
}

/**
 * Makes calendars of files. Of several with one name the first counts. At most 1,000 files, and other limits: CALENDAR_LIMITS. Never throws; reads no more
 * than the texts, so that making a set of unused calendars costs the parsing alone.
 */
export function calendarSet(files: readonly CalendarFile[]): CalendarSet {
  const builder = new SetBuilder(files)
  const built = builder.build()
  const usable = [...built].flatMap(([name, one]) => (one === null ? [] : [{ name, calendar: one.calendar }]))
  const calendars = new Map(usable.map(({ name, calendar }) => [name, calendar]))
  const texts = [...builder.entries.values()].map(({ file, canonical }) => [file.name, canonical])
  return {
    calendars: (name) => {
      const broken = built.get(name) === null ? builder.entries.get(name) : undefined
      if (broken === undefined) {
        return findCalendar(
          name,
          (asked) => calendars.get(asked) ?? null,
          () => calendars.keys(),
        )
      }
      return { ok: false, message: `calendar ${name} cannot be used: there are errors in ${broken.file.path}` }
    },
    diagnostics: builder.diagnostics(),
    names: usable.map(({ name }) => name).sort(),
    source: texts.length === 0 ? '' : JSON.stringify(texts.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))),
  }
}

class SetBuilder {
  readonly entries = new Map<string, Entry>()
  readonly #built = new Map<string, Built | null>()
  readonly #underway: string[] = []
  readonly #refused: Diagnostic[] = []

  constructor(files: readonly CalendarFile[]) {
    for (const file of files.slice(0, CALENDAR_LIMITS.files)) {
      const first = this.entries.get(file.name)
      if (first !== undefined) {
        const message = `calendar ${file.name} is what ${first.file.path} says, and this file is not used`
        this.#refuse(file, 'CALENDAR_NAME', 'warning', message)
      } else if (builtInCalendar(file.name) !== null) {
        this.#refuse(
          file,
          'CALENDAR_NAME',
          'error',
          `'${file.name}' is the name of a built-in calendar`,
          'rename the file',
        )
      } else {
        this.entries.set(file.name, entryOf(file))
      }
    }
    const beyond = files[CALENDAR_LIMITS.files]
    if (beyond === undefined) return
    const message = `${files.length} calendar files; those after ${CALENDAR_LIMITS.files} are not used`
    this.#refuse(beyond, 'CALENDAR_TOO_LARGE', 'error', message)
  }

  build(): ReadonlyMap<string, Built | null> {
    for (const name of this.entries.keys()) this.#build(name)
    return this.#built
  }

  diagnostics(): readonly Diagnostic[] {
    return [...this.entries.values()].flatMap(({ diagnostics }) => diagnostics).concat(this.#refused)
  }

  #refuse(
    file: CalendarFile,
    code: DiagnosticCode,
    severity: 'error' | 'warning',
    message: string,
    hint: string | null = null,
  ): void {
    this.#refused.push({ code, severity, file: file.path, line: 1, column: 1, key: '', message, hint })
  }

  #build(name: string): Built | null {
    const known = this.#built.get(name)
    if (known !== undefined) return known
    const entry = this.entries.get(name)
    this.#underway.push(name)
    const built = entry === undefined ? null : this.#make(entry)
    this.#underway.pop()
    this.#built.set(name, built)
    return built
  }

  #make(entry: Entry): Built | null {
    const { content, file, label } = entry
    if (content === null) return null
    if (!('kind' in content)) {
      const calendar = calendarOf({ name: file.name, label, source: () => entry.canonical }, content)
      return { set: content, calendar, height: 0, files: new Set([entry]) }
    }
    const parts = new Map<string, DaySet>()
    const made = new Set([entry])
    const problems: Problem[] = []
    let height = 0
    for (const { name, path } of namesIn(content)) {
      const part = parts.has(name) ? null : this.#part(name)
      if (typeof part === 'string') problems.push(this.#problem(name, path, part))
      if (part === null || typeof part === 'string') continue
      parts.set(name, part.set)
      height = Math.max(height, part.height + 1)
      for (const one of part.files) made.add(one)
    }
    if (height > CALENDAR_LIMITS.depth) {
      const message = `made of composites of composites, more than ${CALENDAR_LIMITS.depth} deep`
      problems.push({ code: 'CALENDAR_TOO_LARGE', severity: 'error', path: [], at: 'value', message, hint: null })
    }
    for (const diagnostic of diagnose(problems, file)) entry.diagnostics.push(diagnostic)
    if (problems.length > 0) return null
    const named = (name: string): DaySet => {
      const set = parts.get(name)
      if (set === undefined) throw new Error(`no part ${name}`)
      return set
    }
    const source = (): string => sourceOf(entry, made)
    const set = keptDays(evaluate(content, named))
    const calendar = calendarOf({ name: file.name, label, source }, set)
    return { set, calendar, height, files: made }
  }

  #part(name: string): Pick<Built, 'set' | 'height' | 'files'> | 'unknown' | 'cycle' | 'broken' {
    const ruled = builtInCalendar(name)
    if (ruled !== null) return { set: weekdaySet(ruled), height: 0, files: new Set() }
    if (this.#underway.includes(name)) return 'cycle'
    if (this.entries.has(name)) return this.#build(name) ?? 'broken'
    const set = computedSet(name)
    return set === null ? 'unknown' : { set, height: 0, files: new Set() }
  }

  #problem(name: string, path: KeyPath, trouble: 'unknown' | 'cycle' | 'broken'): Problem {
    const problem = { severity: 'error', path, at: 'value', hint: null } as const
    if (trouble === 'cycle') {
      const round = [...this.#underway.slice(this.#underway.indexOf(name)), name].join(', made from ')
      return { ...problem, code: 'CALENDAR_CYCLE', message: `a calendar cannot be made from itself: ${round}` }
    }
    if (trouble === 'broken') {
      const message = `calendar ${name} cannot be used: there are errors in ${this.entries.get(name)?.file.path ?? name}`
      return { ...problem, code: 'CALENDAR_UNKNOWN', message }
    }
    const known = ['all', 'none', 'Mon-Fri', ...COMPUTED_CALENDARS, ...this.entries.keys()]
    return { ...problem, code: 'CALENDAR_UNKNOWN', message: `no such calendar: ${name}`, hint: suggestion(name, known) }
  }
}

function entryOf(file: CalendarFile): Entry {
  if (file.text.length > CALENDAR_LIMITS.characters) {
    const message = `${file.text.length} characters; at most ${CALENDAR_LIMITS.characters} are allowed`
    const at = { file: file.path, line: 1, column: 1, key: '' }
    const diagnostics: Diagnostic[] = [{ code: 'CALENDAR_TOO_LARGE', severity: 'error', ...at, message, hint: null }]
    return { file, label: file.name, canonical: '', content: null, diagnostics }
  }
  if (isComposite(file.text)) {
    const { expression, label, canonical, diagnostics } = parseComposite(file)
    return { file, label: label ?? file.name, canonical, content: expression, diagnostics: [...diagnostics] }
  }
  const { list, diagnostics } = parseDateList(file)
  return {
    file,
    label: file.name,
    canonical: list === null ? '' : JSON.stringify([list.first, list.end, list.dates]),
    content: list === null ? null : listedDays(list, list.dates, yearOf),
    diagnostics: [...diagnostics],
  }
}

// Each file once, however often it is a part: a text made of the parts' texts could grow without bound.
function sourceOf(entry: Entry, made: ReadonlySet<Entry>): string {
  const parts = [...made].filter((one) => one !== entry).map(({ file, canonical }) => [file.name, canonical])
  return JSON.stringify([entry.canonical, ...parts.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))])
}
