import {
  type Diagnostic,
  diagnose,
  describeJson,
  hasErrors,
  isList,
  isMapping,
  type KeyPath,
  openMapping,
  type Problem,
  type Source,
  suggestion,
  withinStack,
} from '../document/index.ts'
import type { Json, JsonObject } from '../json/index.ts'
import type { KindRegistry, ProgramSpec } from '../kind/index.ts'
import { JOB_FIELDS, JOB_KEYS } from './document.ts'
import { complain, type Metadata, readField } from './fields.ts'
import { type Family, parseKind } from './family.ts'
import { definitionHash, type Digest, scheduleJson, withKeys } from './identity.ts'
import type { Job } from './job.ts'
import { jobIdFault } from './name.ts'
import { parseSchedules } from './schedules.ts'
import { readSettings } from './read-settings.ts'
import { INACTIVE_KEYS, type JobSettings, settingsJson } from './settings.ts'
import { successorAction } from './successor.ts'

/** What a parser of jobs is given besides the text. */
export interface JobContext {
  /** The ID that the job has by its place. */
  readonly jobId: string
  readonly registry: KindRegistry
  readonly digest: Digest
}

/** A job, with whatever there is to say about it, or everything that keeps it from being one. */
export type JobResult =
  | { readonly ok: true; readonly job: Job; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

/** Parses a job file. `path` is only for diagnostics. Never throws on any text. */
export function parseJob(text: string, context: JobContext & { readonly path: string }): JobResult {
  const source = { path: context.path, text }
  const opened = openMapping(source, {
    syntax: 'JOB_YAML_SYNTAX',
    large: 'JOB_TOO_LARGE',
    notMapping: 'JOB_NOT_A_MAPPING',
    empty: 'JOB_EMPTY',
  })
  return opened.ok ? parseDocument(opened.value, context, source) : opened
}

/** Parses a job that comes as JSON: from the API, or the normal form from the store. Its diagnostics have keys, but no lines. */
export function parseJobJson(json: Json, context: JobContext): JobResult {
  if (isMapping(json)) return parseDocument(json, context, null)
  const message = `expected a mapping, not ${describeJson(json)}`
  const problem = { code: 'JOB_NOT_A_MAPPING', severity: 'error', path: [], at: 'value', message, hint: null } as const
  return { ok: false, diagnostics: diagnose([problem], null) }
}

function parseDocument(document: JsonObject, context: JobContext, source: Source | null): JobResult {
  const problems: Problem[] = []
  const read = withinStack(() => readJob(document, context, problems))
  if (read === null) {
    const message = 'nested too deeply to be read'
    const problem = { code: 'JOB_TOO_LARGE', severity: 'error', path: [], at: 'value', message, hint: null } as const
    return { ok: false, diagnostics: diagnose([problem], source) }
  }
  const job = read.value
  const diagnostics = diagnose(problems, source)
  return job === null || hasErrors(diagnostics) ? { ok: false, diagnostics } : { ok: true, job, diagnostics }
}

function readJob(document: JsonObject, context: JobContext, problems: Problem[]): Job | null {
  const { jobId, registry, digest } = context
  checkKeys(document, problems)
  checkId(document['job_id'], jobId, problems)
  const params = readField(JOB_FIELDS.params, document['params'], ['params'], problems) ?? []
  const schedules = parseSchedules(document['schedule'], registry, problems)
  const conditions = many({ name: 'condition', kinds: registry.conditions }, document, 'condition', problems)
  const actions = many({ name: 'action', kinds: registry.actions }, document, 'action', problems)
  const successors = many(
    { name: 'action', kinds: registry.actions },
    document,
    'successors',
    problems,
    successorAction,
  )
  const metadata = readMetadata(document, problems)
  const adHoc = readField(JOB_FIELDS.ad_hoc, document['ad_hoc'], ['ad_hoc'], problems) ?? false
  const settings = readSettings(document, problems)
  const program = document['program']
  if (program === undefined) {
    const hint = 'a job needs a `program`: what it runs'
    problems.push({
      code: 'JOB_KEY_MISSING',
      severity: 'error',
      path: [],
      at: 'value',
      message: 'missing key: program',
      hint,
    })
    return null
  }
  const programSpec = parseKind({ name: 'program', kinds: registry.programs }, program, ['program'], problems)
  if (programSpec === null || hasErrors(problems)) return null
  noteInactive(document, settings, programSpec, problems)
  const allActions = [...actions, ...successors]
  const json = {
    job_id: jobId,
    params,
    schedule: schedules.map(scheduleJson),
    program: programSpec.json,
    condition: conditions.map((condition) => condition.json),
    action: allActions.map((action) => action.json),
    metadata,
    ad_hoc: adHoc,
    ...settingsJson(settings),
  }
  return {
    id: jobId,
    hash: definitionHash(json, { schedules, environment: registry.environment, digest }),
    json,
    params,
    schedules: withKeys(jobId, schedules, digest),
    program: programSpec,
    conditions,
    actions: allActions,
    labels: metadata.labels,
    metadata,
    adHoc,
    settings,
    environment: registry.environment,
  }
}

// The labels of the top are those of the metadata as well, where the existing clients look for them.
function readMetadata(document: JsonObject, problems: Problem[]): Metadata {
  const labels = readField(JOB_FIELDS.labels, document['labels'], ['labels'], problems) ?? []
  const metadata = readField(JOB_FIELDS.metadata, document['metadata'], ['metadata'], problems) ?? { labels: [] }
  const known = new Set(metadata.labels)
  const more = [...new Set(labels)].filter((label) => !known.has(label))
  return { ...metadata, labels: [...metadata.labels, ...more] }
}

// What is in a job and has no effect is told, so that nobody counts on it.
function noteInactive(document: JsonObject, settings: JobSettings, program: ProgramSpec, problems: Problem[]): void {
  const said = settingsJson(settings)
  const note = (key: string, message: string): void => {
    problems.push({ code: 'JOB_KEY_INACTIVE', severity: 'notice', path: [key], at: 'key', message, hint: null })
  }
  for (const key of INACTIVE_KEYS) {
    if (Object.hasOwn(document, key) && Object.hasOwn(said, key)) {
      note(key, `\`${key}\` is checked, but not acted on by this version`)
    }
  }
  if (Object.hasOwn(said, 'env') && program.takesEnv !== true) {
    note('env', `\`env\` has no effect on a ${program.type} program`)
  }
}

function checkKeys(document: JsonObject, problems: Problem[]): void {
  for (const key of Object.keys(document)) {
    if (JOB_KEYS.includes(key)) continue
    const message = `unexpected key: ${key}`
    const hint = suggestion(key, JOB_KEYS)
    problems.push({ code: 'JOB_KEY_UNKNOWN', severity: 'error', path: [key], at: 'key', message, hint })
  }
}

function checkId(given: Json | undefined, jobId: string, problems: Problem[]): void {
  const fault = jobIdFault(jobId)
  if (fault !== null) {
    problems.push({ code: 'JOB_ID', severity: 'error', path: [], at: 'value', message: fault, hint: null })
  }
  if (given === undefined || given === jobId) return
  const message = `JSON job_id mismatch ${typeof given === 'string' ? given : describeJson(given)}`
  const hint = `remove job_id, or write ${jobId}, which is the job's ID by its file`
  problems.push({ code: 'JOB_ID', severity: 'error', path: ['job_id'], at: 'value', message, hint })
}

// One typed mapping, or a list of them.
function many<Spec>(
  family: Family<Spec>,
  document: JsonObject,
  key: 'condition' | 'action' | 'successors',
  problems: Problem[],
  before: (value: Json, path: KeyPath, problems: Problem[]) => Json | null = (value) => value,
): Spec[] {
  const value = document[key]
  if (value === undefined) return []
  if (value === null) {
    complain(
      problems,
      [key],
      `expected a ${family.name} or a list of them, not null`,
      `remove \`${key}\` where there is none`,
    )
    return []
  }
  const items: [Json, KeyPath][] = isList(value) ? value.map((item, n) => [item, [key, n]]) : [[value, [key]]]
  return items
    .map(([item, path]) => {
      const ready = before(item, path, problems)
      return ready === null ? null : parseKind(family, ready, path, problems)
    })
    .filter((spec) => spec !== null)
}
