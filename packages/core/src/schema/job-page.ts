import { isList, isMapping } from '../document/index.ts'
import { INACTIVE_KEYS, KIND_KEYS, SUCCESSOR_KEYS } from '../job/index.ts'
import type { Json, JsonObject } from '../json/index.ts'
import type { KindRegistry } from '../kind/index.ts'
import { jobShape, type KindShape, members } from './job-schema.ts'

/** The reference page of job files, in Markdown: all keys, with what may be written for them and what they mean. */
export function jobPage(registry: KindRegistry): string {
  const shape = jobShape(registry)
  const { job_id, params, metadata, ad_hoc, ...settings } = shape.fields
  const one = (key: keyof typeof KIND_KEYS, written: string): [string, JsonObject] => [
    key,
    { description: KIND_KEYS[key], written },
  ]
  const top = Object.fromEntries<JsonObject | undefined>([
    one('program', '[program](#programs)'),
    ['params', params],
    one('schedule', '[schedule](#schedules) or list of them'),
    one('condition', '[condition](#conditions) or list of them'),
    one('action', '[action](#actions) or list of them'),
    one('successors', '[successor](#successors) or list of them'),
    ['metadata', metadata],
    ...Object.entries(settings),
    ['job_id', job_id],
    ['ad_hoc', ad_hoc],
  ])
  const successor = Object.fromEntries(
    Object.entries(SUCCESSOR_KEYS).map(([key, description]): [string, JsonObject] => [
      key,
      { description, written: key === 'args' ? 'mapping of names to values' : 'text' },
    ]),
  )
  return `${[
    INTRODUCTION,
    `## Keys of a job\n\n${table(top, ['program'])}`,
    `${list(INACTIVE_KEYS)} are checked, but not acted on by this version: \`apsisctl check-jobs\` says so (\`JOB_KEY_INACTIVE\`).`,
    ...family('Schedules', SCHEDULES, shape.schedules, Object.keys(shape.scheduleKeys)),
    `### Keys of every schedule\n\n${table(shape.scheduleKeys, [])}`,
    ...family('Stop schedules', STOPS, shape.stops, []),
    ...family('Programs', PROGRAMS, shape.programs, []),
    ...family('Conditions', CONDITIONS, shape.conditions, []),
    ...family('Actions', ACTIONS, shape.actions, []),
    `## Successors\n\n${SUCCESSORS}\n\n${table(successor, ['job_id'])}`,
  ].join('\n\n')}\n`
}

const INTRODUCTION = `# Job files

<!-- Generated from the fields of jobs by npm run gen; do not edit. -->

A job file is one YAML document, a mapping, in a file whose name ends in \`.yaml\`. Its path in the job folder, without \`.yaml\`, is the
ID of the job. An unknown key is an error; so is a key that is there twice.

\`\`\`yaml
params: [date]
schedule: {type: daily, tz: Europe/Paris, calendar: Mon-Fri, daytime: "09:00:00"}
program: {type: procstar-shell, command: "echo {{ date }}"}
\`\`\`

Editors know the keys by the JSON Schema, which stands beside this page as [\`job.schema.json\`](job.schema.json); \`apsisctl schema\` prints
it, and \`apsisctl schema --markdown\` this page. With an editor that uses \`yaml-language-server\`, the first line of a file names it:

\`\`\`yaml
# yaml-language-server: $schema=job.schema.json
\`\`\`

- A **duration** is a number of seconds, or a text with its unit: \`90\`, \`90 s\`, \`1.5 h\`, \`2 days\`.
- A **daytime** is \`HH:MM:SS\`, in quotes or not; a **time** is \`2026-01-31T09:00:00Z\`, or with an offset in the place of \`Z\`.
- A **template** is a text with \`{{ … }}\` in it, which is expanded when a run is made. It needs quotes where it begins with \`{{\`.
- Wherever a number is wanted, its text will do.`

const SCHEDULES = `Each has a \`type\`. Instead of a schedule, \`{start: SCHEDULE, stop: STOP SCHEDULE}\` says as well when a run of it is stopped.`
const STOPS = 'When a run is stopped that is still going on: the `stop` beside `start`.'
const PROGRAMS = 'What a run does.'
const CONDITIONS = 'What a run waits for.'
const ACTIONS = 'What is done when a run finishes, or comes to one of certain states.'
const SUCCESSORS = 'The ID of a job, or a mapping.'

function family(title: string, text: string, kinds: readonly KindShape[], apart: readonly string[]): string[] {
  return [
    `## ${title}\n\n${text}`,
    ...kinds.map(({ type, schema }) => {
      const keys = Object.entries(members(schema['properties'])).filter(
        ([key]) => key !== 'type' && !apart.includes(key),
      )
      const rows = table(Object.fromEntries(keys), requiredOf(schema))
      return `### \`${type}\`\n\n${keys.length === 0 ? 'No further keys.' : rows}`
    }),
  ]
}

function table(properties: Readonly<Record<string, JsonObject | undefined>>, required: readonly Json[]): string {
  return ['| key | value | default | |', '|---|---|---|---|', ...rows(properties, required, '')].join('\n')
}

function rows(
  properties: Readonly<Record<string, JsonObject | undefined>>,
  required: readonly Json[],
  prefix: string,
): string[] {
  return Object.entries(properties).flatMap(([key, property = {}]) => {
    const absent = property['default'] ?? null
    const given = absent === null || isMapping(absent) ? '' : code(JSON.stringify(absent))
    const says = [text(property['description']), examplesOf(property)].filter((part) => part !== '').join(' ')
    const inner = innerOf(property)
    return [
      `| \`${prefix}${key}\` | ${cell(nameOf(property))} | ${required.includes(key) ? 'required' : cell(given)} | ${cell(says)} |`,
      ...rows(members(inner['properties']), requiredOf(inner), `${prefix}${key}.`),
    ]
  })
}

function requiredOf(schema: JsonObject): readonly Json[] {
  const required = schema['required']
  return required !== undefined && isList(required) ? required : []
}

// A mapping, or the one among several forms that is one.
function innerOf(property: JsonObject): JsonObject {
  const forms = property['anyOf']
  if (forms === undefined || !isList(forms)) return property
  return forms.filter(isMapping).find((form) => form['properties'] !== undefined) ?? {}
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
  object: 'mapping',
  array: 'list',
}

function nameOf(schema: JsonObject): string {
  const { written, type, anyOf, enum: values, items, const: only } = schema
  if (typeof written === 'string') return written
  if (values !== undefined && isList(values)) return values.map((value) => code(text(value))).join(', ')
  if (only !== undefined) return code(JSON.stringify(only))
  if (anyOf !== undefined && isList(anyOf)) return [...new Set(anyOf.filter(isMapping).map(nameOf))].join(' or ')
  if (type === 'array') return items !== undefined && isMapping(items) ? `list of (${nameOf(items)})` : 'list'
  const types = type !== undefined && isList(type) ? type.map(text) : [text(type)]
  return types.map((one) => NAMES[one] ?? one).join(' or ') || 'anything'
}

function examplesOf(schema: JsonObject): string {
  const { examples } = schema
  return examples !== undefined && isList(examples)
    ? `As ${examples.map((one) => code(typeof one === 'string' ? one : JSON.stringify(one))).join(', ')}.`
    : ''
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function code(value: string): string {
  return `\`${value}\``
}

function cell(value: string): string {
  return value.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function list(names: readonly string[]): string {
  const shown = names.map(code)
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`
}
