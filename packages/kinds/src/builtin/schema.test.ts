import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isList, isMapping, readYaml } from '@apsis/core/document'
import { jobIdOfPath } from '@apsis/core/job'
import type { Json } from '@apsis/core/json'
import { jobSchema } from '@apsis/core/schema'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { registry } from './index.ts'
import { parse } from './sample.test.ts'

const EXAMPLES = join(import.meta.dirname, '../../../../examples/jobs')
const schema = jobSchema(registry)
const accepts = new Ajv2020({ strict: false, allErrors: false }).compile(schema)

const examples = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
  .filter((path) => jobIdOfPath(path.replaceAll('\\', '/')) !== null)
  .map((path) => readFileSync(join(EXAMPLES, path), 'utf8'))

const FULL = `
params: {date: , n: text}
schedule:
  - {type: interval, interval: 1.5 h, phase: "90", epoch: 2026-01-01, args: {a: [1], b: ~}, enabled: yes, jitter: 5}
  - start: {type: daily, tz: Europe/Paris, calendar: Mon-Fri, daytime: 10:30:00, date_shift: "-1", dst: {gap: next}}
    stop: {type: duration, duration: 1 day}
  - start: {type: apsis.schedule.DailySchedule, tz: UTC, daytime: [3600, "02:00:00"], catchup: {policy: last}, limit: 3}
    stop: {type: daytime, tz: UTC, daytime: 36000.5}
program:
  type: procstar
  argv: [echo, 1, 2.0, true, ~, "{{ date }}", 2024-01-01]
  group_id: 3
  sudo_user: ~
  stop: {signal: 9, grace_period: ~}
  timeout: {duration: "{{ n }}", signal: TERM}
  resources: {mem_max_gb: "1.0"}
condition:
  - {type: dependency, job_id: x, args: ~, states: success, exist: true, enabled: "{{ n }}"}
  - {type: dependency, job_id: x, states: [success, failure], exist: [success, failure, running]}
  - {type: max_running, count: "{{ n }}", job_id: ~, args: {a: 1}}
  - {type: skip_duplicate, check_states: running, target_state: error}
  - {type: const, value: true, enabled: false}
action: {type: schedule, job_id: y, if: {states: ~}}
successors: [z, {job_id: w, args: {a: 1}}]
metadata: {labels: 1, description: text, more: {x: [1]}}
labels: [a, 2]
owner: me
env: {A: 1, B: ~, C: "{{ n }}"}
retry: {count: "3", delay: 1 min, backoff: 1.0, on: failure}
limits: {memory: 2 GiB, cpu_time: 60, open_files: 100}
resources: {a: 1.0, b: {shared: false}}
waiting: {max_time: 1 h}
priority: 5
ad_hoc: false
job_id: j
`

function read(text: string): Json {
  const yaml = readYaml(text)
  assert.ok(yaml.ok)
  return yaml.value
}

const corpus = [FULL, ...examples].map(read)

test('KIND9: what the parser takes, the JSON Schema takes', () => {
  for (const [index, document] of corpus.entries()) {
    assert.ok(accepts(document), `${index}: ${JSON.stringify(accepts.errors)}`)
  }
  const full = parse(FULL)
  assert.ok(full.ok, JSON.stringify(full.diagnostics))
  assert.ok(accepts(full.job.json), JSON.stringify(accepts.errors))
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    put: fc.oneof(
      fc.constantFrom<Json>(
        null,
        true,
        false,
        0,
        1,
        -1,
        1.5,
        '1',
        '',
        'x',
        [],
        {},
        ['success'],
        'UTC',
        '00:00:01',
        '{{ x }}',
      ),
      fc.constant(undefined),
    ),
  })
  let taken = 0
  fc.assert(
    fc.property(fc.constantFrom(...corpus), fc.array(edit, { minLength: 1, maxLength: 2 }), (document, edits) => {
      const changed = edits.reduce<Json>((json, { at, put }) => replaced(json, at, put), document)
      if (!parse(JSON.stringify(changed)).ok) return
      taken += 1
      assert.ok(accepts(changed), JSON.stringify(accepts.errors))
    }),
    { numRuns: 600 },
  )
  assert.ok(taken > 100, `${taken}`)
})

test('KIND10: the JSON Schema refuses unknown keys, unknown types and values of the wrong shape', () => {
  const program = { type: 'no-op' }
  const wrong: Json[] = [
    [],
    'x',
    {},
    { program, x: 1 },
    { program: 'echo' },
    { program: { type: 'no-opp' } },
    { program: { type: 'no-op', x: 1 } },
    { program: { type: 'procstar' } },
    { program, schedule: { type: 'interval' } },
    { program, schedule: { type: 'interval', interval: [1] } },
    { program, schedule: { start: { type: 'interval', interval: 1 }, stop: { type: 'interval', interval: 1 } } },
    { program, condition: null },
    { program, condition: { type: 'dependency' } },
    { program, condition: { type: 'dependency', job_id: 'x', states: 'runing' } },
    { program, action: { type: 'schedule', job_id: 'x', if: 'success' } },
    { program, successors: { job: 'x' } },
    { program, metadata: [] },
    { program, ad_hoc: 'maybe' },
    { program, retry: { times: 1 } },
    { program, limits: { memory: 'much' } },
    { program, env: ['A=b'] },
    // oxlint-disable-next-line unicorn/no-thenable -- a key of job files
    { program, waiting: { then: 'error' } },
  ]
  for (const document of wrong) {
    assert.equal(accepts(document), false, JSON.stringify(document))
    assert.equal(parse(JSON.stringify(document)).ok, false, JSON.stringify(document))
  }
})

test('KIND11: every key of the JSON Schema says what it means', () => {
  const silent: string[] = []
  const visit = (node: Json, path: string): void => {
    if (isList(node)) for (const [index, item] of node.entries()) visit(item, `${path}[${index}]`)
    if (!isMapping(node)) return
    const { properties } = node
    for (const [key, property] of properties !== undefined && isMapping(properties) ? Object.entries(properties) : []) {
      if (!isMapping(property) || typeof property['description'] !== 'string') silent.push(`${path}.${key}`)
    }
    for (const [key, member] of Object.entries(node)) visit(member, `${path}.${key}`)
  }
  visit(schema, '')
  assert.deepEqual(silent, [])
})

// One value of a document replaced, or taken away; `at` says which, as a part of all there are.
function replaced(document: Json, at: number, put: Json | undefined): Json {
  const paths = pathsOf(document)
  const path = paths[Math.floor(at * paths.length)] ?? []
  const copy = JSON.parse(JSON.stringify(document)) as Json
  const last = path.at(-1)
  const holder = path.slice(0, -1).reduce<unknown>((node, key) => Reflect.get(Object(node), key), copy)
  if (last === undefined || typeof holder !== 'object' || holder === null) return copy
  if (put === undefined) Reflect.deleteProperty(holder, last)
  else Reflect.set(holder, last, put)
  return JSON.parse(JSON.stringify(copy)) as Json
}

function pathsOf(node: Json): (string | number)[][] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, member]) => [[key], ...pathsOf(member).map((path) => [key, ...path])])
}
