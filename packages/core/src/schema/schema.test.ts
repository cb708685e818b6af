import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { durationField, integerField, statesField } from '../field/index.ts'
import { JOB_KEYS } from '../job/index.ts'
import { registry } from '../job/sample-kinds.test.ts'
import { fieldSchema, withoutNames } from './field-schema.ts'
import { jobPage, jobSchema } from './index.ts'
import { members } from './job-schema.ts'

test('SCHEMA1: every key, with what it means', () => {
  const schema = jobSchema(registry)
  assert.equal(schema['$schema'], 'https://json-schema.org/draft/2020-12/schema')
  const properties = members(schema['properties'])
  assert.deepEqual(Object.keys(properties).sort(), [...JOB_KEYS].sort())
  assert.equal(schema['additionalProperties'], false)
  for (const [key, property] of Object.entries(properties)) {
    const { description } = property
    assert.ok(typeof description === 'string' && description.endsWith('.'), key)
  }
  assert.doesNotMatch(JSON.stringify(schema), /"(jsonSchema|written)"/)
})

test('SCHEMA2: fields that code reads', () => {
  const field = z.strictObject({
    every: durationField.default(60).describe('How often.'),
    states: statesField.optional(),
    count: integerField.nullable().default(null),
  })
  const properties = members(fieldSchema(field)['properties'])
  assert.deepEqual(withoutNames(properties['every'] ?? {}), {
    default: 60,
    description: 'How often.',
    type: ['number', 'string'],
    examples: [90, '90 s', '1.5 h', '2 days'],
  })
  assert.equal(properties['every']?.['written'], 'duration')
  assert.ok(Array.isArray(properties['states']?.['anyOf']))
  assert.equal(fieldSchema(field)['required'], undefined)
})

test('SCHEMA3: the page', () => {
  const page = jobPage(registry)
  for (const key of JOB_KEYS) assert.ok(page.includes(`| \`${key}\` | `), key)
  assert.match(page, /\| `program` \| \[program\]\(#programs\) \| required \|/)
  assert.match(page, /\| `retry\.backoff` \| number \| `1` \|/)
  assert.match(page, /### `every`\n\n\| key .*\n.*\n\| `seconds` \| number \| required \|/)
  assert.match(page, /yaml-language-server: \$schema=/)
})

test('SCHEMA4: kinds', () => {
  const definitions = members(jobSchema(registry)['$defs'])
  const echo = members(definitions['program.echo']?.['properties'])
  assert.deepEqual(echo['type']?.['anyOf'], [{ const: 'echo' }, { enum: ['sample.program.Echo'], deprecated: true }])
  const every = definitions['start-schedule.every']
  for (const key of ['seconds', 'enabled', 'args', 'jitter', 'catchup', 'limit']) {
    assert.ok(Object.hasOwn(members(every?.['properties']), key), key)
  }
  assert.deepEqual(every?.['required'], ['type', 'seconds'])
})
