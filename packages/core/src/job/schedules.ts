import { describeJson, hasErrors, isList, isMapping, type KeyPath, type Problem } from '../document/index.ts'
import type { Json } from '../json/index.ts'
import type { KindRegistry } from '../kind/index.ts'
import type { Args } from '../run/run.ts'
import { isTemplate } from '../template/index.ts'
import { parseArgs } from './args.ts'
import { parseKind } from './family.ts'
import { COMMON_KEYS, parseCommonKeys } from './common-keys.ts'
import type { KeylessSchedule } from './identity.ts'

/** The `schedule` of a job: nothing, one, or a list; each plain, or `{start, stop}`. */
export function parseSchedules(
  value: Json | undefined,
  registry: KindRegistry,
  problems: Problem[],
): KeylessSchedule[] {
  if (value === undefined || value === null) return []
  const items: [Json, KeyPath][] = isList(value)
    ? value.map((item, n) => [item, ['schedule', n]])
    : [[value, ['schedule']]]
  return items
    .map(([item, path]) => parseSchedule(item, path, registry, problems))
    .filter((schedule) => schedule !== null)
}

function parseSchedule(
  value: Json,
  path: KeyPath,
  registry: KindRegistry,
  problems: Problem[],
): KeylessSchedule | null {
  const split = startAndStop(value)
  if (split === null) return parseStart(value, path, null, registry, problems)
  const stops = { name: 'stop schedule', kinds: registry.stops } as const
  const before = problems.length
  const stop =
    split.stop === undefined || split.stop === null ? null : parseKind(stops, split.stop, [...path, 'stop'], problems)
  const schedule = parseStart(split.start, [...path, 'start'], stop, registry, problems)
  return hasErrors(problems.slice(before)) ? null : schedule
}

// A mapping with exactly these keys; `daily-interval` has keys of the same names, beside others.
function startAndStop(value: Json): { readonly start: Json; readonly stop: Json | undefined } | null {
  if (!isMapping(value)) return null
  const { start, stop, ...rest } = value
  return start !== undefined && Object.keys(rest).length === 0 ? { start, stop } : null
}

function parseStart(
  value: Json,
  path: KeyPath,
  stop: KeylessSchedule['stop'],
  registry: KindRegistry,
  problems: Problem[],
): KeylessSchedule | null {
  const family = {
    name: 'schedule',
    kinds: registry.schedules,
    otherKeys: ['enabled', 'args', ...COMMON_KEYS],
  } as const
  if (!isMapping(value)) {
    parseKind(family, value, path, problems)
    return null
  }
  const { enabled, args, ...others } = value
  const { common, rest } = parseCommonKeys(others, path, problems)
  const parsedArgs = parseArgs(args, [...path, 'args'], problems)
  noteTemplates(parsedArgs ?? {}, [...path, 'args'], problems)
  const on = enabled === undefined || truthy(enabled)
  if (enabled !== undefined && typeof enabled !== 'boolean') {
    problems.push({
      code: 'JOB_VALUE_ODD',
      severity: 'warning',
      path: [...path, 'enabled'],
      at: 'value',
      message: `enabled: ${describeJson(enabled)} counts as ${on}`,
      hint: 'write true or false',
    })
  }
  const schedule = parseKind(family, rest, path, problems)
  if (schedule === null || parsedArgs === null || common === null) return null
  return { enabled: on, args: parsedArgs, schedule, stop, ...common }
}

// Args are what a schedule gives: nothing is expanded in them.
function noteTemplates(args: Args, path: KeyPath, problems: Problem[]): void {
  for (const [name, text] of Object.entries(args)) {
    if (!isTemplate(text)) continue
    problems.push({
      code: 'JOB_VALUE_ODD',
      severity: 'warning',
      path: [...path, name],
      at: 'value',
      message: `arg ${name} is this very text: templates are not expanded in the args of a schedule`,
      hint: /\bschedule_time\b/.test(text)
        ? 'remove it, and add schedule_time to params: it is the time of the run; templates of the program can use it'
        : 'write the template where the arg is used, in the program or a condition',
    })
  }
}

// As Python has it.
function truthy(value: Json): boolean {
  if (isList(value)) return value.length > 0
  if (isMapping(value)) return Object.keys(value).length > 0
  return value !== null && value !== false && value !== 0 && value !== ''
}
