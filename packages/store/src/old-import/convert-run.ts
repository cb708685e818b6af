import type { Json, JsonObject } from '@apsis/core/json'
import {
  type Args,
  type Bound,
  type BoundCondition,
  isFinished,
  parseRunId,
  type Run,
  type RunFact,
  STATES,
  type State,
  type Times,
} from '@apsis/core/run'
import { type Instant, parseInstant } from '@apsis/core/time'
import type { RunWrite } from '../port/index.ts'
import { TIME_KEYS } from '../row/times.ts'
import type { OldRow } from './old-file.ts'

/** What a run that had not ended ends with. */
export const UNFINISHED = 'imported while unfinished'

/** A run as it is to be written, or why it cannot be. */
export type Converted = { readonly ok: true; readonly write: RunWrite } | { readonly ok: false; readonly why: string }

/** Converts a run of the existing Apsis, with its log. */
export function convertRun(row: OldRow, history: readonly OldRow[]): Converted {
  try {
    return { ok: true, write: writeOf(row, history) }
  } catch (error) {
    if (!(error instanceof OddRow)) throw error
    return { ok: false, why: error.message }
  }
}

class OddRow extends Error {}

function writeOf(row: OldRow, history: readonly OldRow[]): RunWrite {
  const id = parseRunId(String(row['run_id']))
  if (id === null) throw new OddRow(`${String(row['run_id'])} is no run id`)
  const old = STATES.find((state) => state === row['state'])
  if (old === undefined) throw new OddRow(`its state is ${String(row['state'])}`)
  const changed = Number(row['timestamp']) * 1_000
  if (!Number.isFinite(changed)) throw new OddRow(`its timestamp is ${String(row['timestamp'])}`)
  const meta = row['meta'] === null ? null : objectOf(row['meta'], 'meta')
  const state = isFinished(old) ? old : 'error'
  const times = timesOf(row['times'], state, changed)
  const facts = factsOf(history, old, times[state] ?? changed)
  const running = times.running
  const computed =
    running === undefined || !isFinished(old) ? null : Math.max(0, (times[state] ?? changed) - running) / 1_000
  const elapsed = meta?.['elapsed']
  const run: Run = {
    id,
    jobId: String(row['job_id']),
    args: argsOf(row['args']),
    labels: labelsOf(meta),
    origin: { type: 'import' },
    version: 0,
    times,
    state,
    bound: boundOf(row),
    handle: null,
    message: isFinished(old) ? reasonIn(facts, state) : UNFINISHED,
    elapsed: typeof elapsed === 'number' ? Math.max(0, elapsed) : computed,
  }
  // Labels and elapsed time are kept with the run; what is stored apart is what the program said.
  const program = meta?.['program']
  return { run, expect: null, facts, ...(isObject(program) ? { meta: program } : {}) }
}

function timesOf(value: OldRow[string] | undefined, state: State, changed: Instant): Times {
  const times: { -readonly [Key in keyof Times]: Times[Key] } = {}
  for (const [name, text] of Object.entries(value === null || value === undefined ? {} : objectOf(value, 'times'))) {
    const key = TIME_KEYS.find((one) => one === name)
    if (key === undefined) continue
    const parsed = typeof text === 'string' ? parseInstant(text) : null
    if (parsed?.ok !== true) throw new OddRow(`its time ${name} is ${JSON.stringify(text)}`)
    times[key] = parsed.value
  }
  times[state] ??= changed
  return times
}

/** The log as facts. The line that says how it ended is the fact of its state; where there is none, one is added. */
function factsOf(history: readonly OldRow[], old: State, ended: Instant): RunWrite['facts'] {
  const facts: (RunFact & { readonly time: Instant })[] = history.map(({ timestamp, message }) => ({
    type: 'log',
    message: String(message),
    time: Number(timestamp) * 1_000,
  }))
  if (!isFinished(old)) {
    const last = Math.max(ended, ...facts.map(({ time }) => time))
    return [...facts, { type: 'state', state: 'error', message: `error: ${UNFINISHED} (it was ${old})`, time: last }]
  }
  const at = history.findLastIndex(({ message }) => String(message).startsWith(old))
  const line = facts[at]
  if (line?.type !== 'log') return [...facts, { type: 'state', state: old, message: old, time: ended }]
  return facts.with(at, { type: 'state', state: old, message: line.message, time: line.time })
}

/** The reason after the state in the line that says how it ended. */
function reasonIn(facts: RunWrite['facts'], state: State): string | null {
  const line = facts.find((fact) => fact.type === 'state')
  const said = line?.type === 'state' ? line.message : state
  return said.startsWith(`${state}: `) ? said.slice(state.length + 2) : null
}

/** The program as it was stored, whatever its type: for people to see what ran. */
function boundOf(row: OldRow): Bound | null {
  if (row['program'] === null || row['program'] === undefined) return null
  const program = objectOf(row['program'], 'program')
  const type = typeof program['type'] === 'string' ? program['type'] : 'unknown'
  return {
    definition: 'imported',
    program: { type, spec: program, str: textOf(program, type), stop: { signal: 15, grace: null }, timeout: null },
    conditions: conditionsOf(row['conds']),
  }
}

function conditionsOf(value: OldRow[string] | undefined): readonly BoundCondition[] {
  if (typeof value !== 'string') return []
  const parsed = jsonOf(value, 'conds')
  const list: readonly Json[] = Array.isArray(parsed) ? parsed : []
  return list.filter(isObject).map((spec) => {
    const type = typeof spec['type'] === 'string' ? spec['type'] : 'unknown'
    return { type, spec, str: textOf(spec, type) }
  })
}

function textOf(thing: JsonObject, type: string): string {
  const { str, command, argv } = thing
  if (typeof str === 'string') return str
  if (typeof command === 'string') return command
  return Array.isArray(argv) ? argv.map(String).join(' ') : type
}

function argsOf(value: OldRow[string] | undefined): Args {
  return Object.fromEntries(
    Object.entries(objectOf(value, 'args')).map(([name, arg]) => [
      name,
      typeof arg === 'string' ? arg : JSON.stringify(arg),
    ]),
  )
}

function labelsOf(meta: JsonObject | null): readonly string[] {
  const job = meta?.['job']
  const labels = isObject(job) ? job['labels'] : null
  return Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : []
}

function objectOf(value: OldRow[string] | undefined, what: string): JsonObject {
  const parsed = typeof value === 'string' ? jsonOf(value, what) : null
  if (isObject(parsed)) return parsed
  throw new OddRow(`its ${what} is not an object: ${String(value).slice(0, 100)}`)
}

function jsonOf(text: string, what: string): Json {
  try {
    // What parses is JSON.
    return JSON.parse(text) as Json
  } catch {
    throw new OddRow(`its ${what} is no JSON: ${text.slice(0, 100)}`)
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
