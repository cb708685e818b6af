import type { z } from 'zod'
import { argsField } from '../field/index.ts'
import { commonKeysField } from '../job/common-keys.ts'
import { JOB_FIELDS, KIND_KEYS, SUCCESSOR_KEYS } from '../job/document.ts'
import type { JsonObject } from '../json/index.ts'
import type { KindRegistry } from '../kind/index.ts'
import { fieldSchema, withoutNames } from './field-schema.ts'
import { SCHEDULE_TEXTS } from './key-texts.ts'

/** One kind, and how it is written: keys with their schemas. */
export interface KindShape {
  readonly type: string
  readonly schema: JsonObject
}

/** What a job file may have, with names for people; the JSON Schema and the reference page are made from it. */
export interface JobShape {
  readonly fields: Readonly<Record<string, JsonObject>>
  /** Keys of every schedule, whatever its type. */
  readonly scheduleKeys: Readonly<Record<string, JsonObject>>
  readonly schedules: readonly KindShape[]
  readonly stops: readonly KindShape[]
  readonly programs: readonly KindShape[]
  readonly conditions: readonly KindShape[]
  readonly actions: readonly KindShape[]
}

/** The shape of job files that may name the kinds of a registry. */
export function jobShape(registry: KindRegistry): JobShape {
  const scheduleKeys = {
    enabled: { default: true, description: SCHEDULE_TEXTS['enabled'] ?? '', written: 'true or false' },
    args: { ...fieldSchema(argsField), description: SCHEDULE_TEXTS['args'] ?? '' },
    ...described(members(fieldSchema(commonKeysField)['properties'])),
  }
  return {
    fields: Object.fromEntries(Object.entries(JOB_FIELDS).map(([key, field]) => [key, fieldSchema(field)])),
    scheduleKeys,
    schedules: registry.schedules.map((kind) => withTexts(kindShape(kind, scheduleKeys))),
    stops: registry.stops.map((kind) => withTexts(kindShape(kind, {}))),
    programs: registry.programs.map((kind) => kindShape(kind, {})),
    conditions: registry.conditions.map((kind) => kindShape(kind, {})),
    actions: registry.actions.map((kind) => kindShape(kind, {})),
  }
}

/**
 * The JSON Schema (draft 2020-12) of a job file. Whatever the parser takes, it takes; the parser may refuse more: what templates,
 * durations, time zones and other jobs say is not in it.
 */
export function jobSchema(registry: KindRegistry): JsonObject {
  const shape = jobShape(registry)
  const families = {
    'start-schedule': shape.schedules,
    stop: shape.stops,
    program: shape.programs,
    condition: shape.conditions,
    action: shape.actions,
  }
  const definitions = Object.entries(families).flatMap(([family, kinds]) => [
    ...kinds.map(({ type, schema }): [string, JsonObject] => [`${family}.${type}`, schema]),
    [family, { anyOf: kinds.map(({ type }) => ref(`${family}.${type}`)) }] as [string, JsonObject],
  ])
  const schema: JsonObject = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'An Apsis job',
    description: 'One job: what it runs, when, and on what conditions.',
    type: 'object',
    required: ['program'],
    properties: {
      schedule: { ...oneOrMany(ref('schedule'), true), description: KIND_KEYS.schedule },
      program: { ...ref('program'), description: KIND_KEYS.program },
      condition: { ...oneOrMany(ref('condition'), false), description: KIND_KEYS.condition },
      action: { ...oneOrMany(ref('action'), false), description: KIND_KEYS.action },
      successors: { ...oneOrMany(ref('successor'), false), description: KIND_KEYS.successors },
      ...shape.fields,
    },
    additionalProperties: false,
    $defs: { ...Object.fromEntries(definitions), schedule: SCHEDULE, successor: SUCCESSOR },
  }
  const plain = withoutNames(schema)
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain) ? (plain as JsonObject) : schema
}

const SCHEDULE: JsonObject = {
  anyOf: [
    { $ref: '#/$defs/start-schedule' },
    {
      type: 'object',
      required: ['start'],
      properties: {
        start: { $ref: '#/$defs/start-schedule', description: 'When runs are due.' },
        stop: { anyOf: [{ $ref: '#/$defs/stop' }, { type: 'null' }], description: 'When a run is stopped.' },
      },
      additionalProperties: false,
    },
  ],
}

const SUCCESSOR: JsonObject = {
  anyOf: [
    { type: 'string' },
    {
      type: 'object',
      required: ['job_id'],
      properties: {
        job_id: { type: 'string', description: SUCCESSOR_KEYS.job_id },
        args: { type: ['object', 'null'], description: SUCCESSOR_KEYS.args },
      },
      additionalProperties: false,
    },
  ],
}

function kindShape(
  kind: { readonly type: string; readonly aliases: readonly string[]; readonly schema: z.ZodType },
  more: Readonly<Record<string, JsonObject>>,
): KindShape {
  const schema = fieldSchema(kind.schema)
  const { type: _type, ...keys } = members(schema['properties'])
  const type: JsonObject = {
    description: `\`${kind.type}\`. Other names are those that the existing system takes as well.`,
    anyOf: [{ const: kind.type }, ...(kind.aliases.length === 0 ? [] : [{ enum: kind.aliases, deprecated: true }])],
  }
  return { type: kind.type, schema: { ...schema, properties: { type, ...keys, ...more } } }
}

function withTexts({ type, schema }: KindShape): KindShape {
  return { type, schema: { ...schema, properties: described(members(schema['properties'])) } }
}

// Gives each key that says nothing of itself what is said of keys of its name.
function described(properties: Readonly<Record<string, JsonObject>>): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, property]): [string, JsonObject] => {
      const text = SCHEDULE_TEXTS[key]
      const inner = members(property['properties'])
      const deep = Object.keys(inner).length === 0 ? property : { ...property, properties: described(inner) }
      return [key, deep['description'] === undefined && text !== undefined ? { ...deep, description: text } : deep]
    }),
  )
}

/** The members of a mapping of schemas; none where there is no such mapping. */
export function members(value: unknown): Record<string, JsonObject> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, JsonObject] => typeof entry[1] === 'object' && entry[1] !== null,
    ),
  )
}

function ref(name: string): JsonObject {
  return { $ref: `#/$defs/${name}` }
}

function oneOrMany(item: JsonObject, nullable: boolean): JsonObject {
  return { anyOf: [item, { type: 'array', items: item }, ...(nullable ? [{ type: 'null' }] : [])] }
}
