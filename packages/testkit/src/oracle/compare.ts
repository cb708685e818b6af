import type { KindSyntax, ScheduleSpec, StopSpec } from '@apsis/core/kind'
import { registry } from '@apsis/kinds/builtin'
import { ANY_ZONE, type Comparison, type Due, type Json, timeText } from './due.ts'
import type { StopComparison } from './stop-cases.ts'

/** Where the code under test and the oracle part. Texts for people. */
export interface Difference {
  readonly what: string
  readonly expected: string
  readonly got: string
}

/** The first instant that a schedule says and the rules do not, or the other way round, or with other args; null where there is none. */
export function compareSchedule({ schedule: json, from, to, expected }: Comparison, zone: string): Difference | null {
  const schedule = inZone(json, zone)
  const what = () => `${JSON.stringify(schedule)} in [${timeText(from)}, ${timeText(to)}), no. ${index}`
  const spec = parsed(registry.schedules, schedule)
  let index = 0
  for (const got of spec.occurrences(from, to)) {
    const wanted = expected[index]
    if (wanted === undefined || !agree(wanted, got, zone)) {
      return { what: what(), expected: text(wanted), got: text(got) }
    }
    index++
  }
  return index === expected.length ? null : { what: what(), expected: text(expected[index]), got: text(undefined) }
}

/** As `compareSchedule`, of a stop schedule. */
export function compareStop({ stop: json, dues, expected }: StopComparison, zone: string): Difference | null {
  const stop = inZone(json, zone)
  const spec = parsed(registry.stops, stop)
  for (const [index, due] of dues.entries()) {
    const [wanted, got] = [expected[index], spec.stopTime(due)]
    if (wanted === got) continue
    return {
      what: `${JSON.stringify(stop)} of ${timeText(due)}`,
      expected: wanted === undefined ? 'none' : timeText(wanted),
      got: timeText(got),
    }
  }
  return null
}

function parsed<Spec extends ScheduleSpec | StopSpec>(
  kinds: readonly KindSyntax<Spec>[],
  json: Readonly<Record<string, Json>>,
): Spec {
  const kind = kinds.find(({ type }) => type === json['type'])
  if (kind === undefined) throw new Error(`no kind ${JSON.stringify(json['type'])}`)
  return kind.schema.parse(json)
}

function inZone(json: Readonly<Record<string, Json>>, zone: string): Readonly<Record<string, Json>> {
  return json['tz'] === ANY_ZONE ? { ...json, tz: zone } : json
}

function agree(wanted: Due, { due, args }: Due, zone: string): boolean {
  if (wanted.due !== due) return false
  const names = Object.keys(wanted.args)
  if (names.length !== Object.keys(args).length) return false
  return names.every((name) => args[name] === (wanted.args[name] === ANY_ZONE ? zone : wanted.args[name]))
}

function text(due: Due | undefined): string {
  return due === undefined ? 'no more' : `${timeText(due.due)} ${JSON.stringify({ ...due.args })}`
}
