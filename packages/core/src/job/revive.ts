import { isList, isMapping, type Problem } from '../document/index.ts'
import type { Json, JsonObject } from '../json/index.ts'
import type { Environment } from '../template/index.ts'
import { withKeys } from './identity.ts'
import type { Job, JobSchedule } from './job.ts'
import { type JobContext, parseJobJson } from './parse.ts'
import { parseSchedules } from './schedules.ts'

/** A definition as it was stored: the normal form of a job, and its hash. */
export interface StoredDefinition {
  readonly jobId: string
  readonly hash: string
  readonly json: JsonObject
}

/**
 * Takes up a stored definition that this version of the program made, in an equal environment, at a third of the cost of parsing it. Its schedules are read at once; program,
 * conditions, actions and settings when one of them is first asked for, which throws a `TypeError` where the definition is damaged. Null where that shows at once.
 */
export function reviveJob(stored: StoredDefinition, context: Omit<JobContext, 'jobId'>): Job | null {
  const { json, jobId } = stored
  const { params, metadata, ad_hoc: adHoc } = json
  const problems: Problem[] = []
  const schedules = parseSchedules(json['schedule'], context.registry, problems)
  if (problems.length > 0 || json['job_id'] !== jobId || typeof adHoc !== 'boolean') return null
  if (!isTexts(params) || !isMapping(metadata) || !isTexts(metadata['labels'])) return null
  const read = {
    params,
    metadata,
    labels: metadata['labels'],
    adHoc,
    schedules: withKeys(jobId, schedules, context.digest),
  }
  return new RevivedJob(stored, context, read)
}

type Whole = Pick<Job, 'program' | 'conditions' | 'actions' | 'settings'>

class RevivedJob implements Job {
  readonly id: string
  readonly hash: string
  readonly json: JsonObject
  readonly params: readonly string[]
  readonly schedules: readonly JobSchedule[]
  readonly labels: readonly string[]
  readonly metadata: JsonObject
  readonly adHoc: boolean
  readonly environment: Environment
  readonly #context: Omit<JobContext, 'jobId'>
  #whole: Whole | null = null

  constructor(
    { jobId, hash, json }: StoredDefinition,
    context: Omit<JobContext, 'jobId'>,
    read: Pick<Job, 'params' | 'schedules' | 'labels' | 'metadata' | 'adHoc'>,
  ) {
    this.id = jobId
    this.hash = hash
    this.json = json
    this.params = read.params
    this.schedules = read.schedules
    this.labels = read.labels
    this.metadata = read.metadata
    this.adHoc = read.adHoc
    this.environment = context.registry.environment
    this.#context = context
  }

  get program(): Job['program'] {
    return this.#rest().program
  }

  get conditions(): Job['conditions'] {
    return this.#rest().conditions
  }

  get actions(): Job['actions'] {
    return this.#rest().actions
  }

  get settings(): Job['settings'] {
    return this.#rest().settings
  }

  #rest(): Whole {
    if (this.#whole !== null) return this.#whole
    const result = parseJobJson(this.json, { ...this.#context, jobId: this.id })
    if (!result.ok) throw new TypeError(`the stored definition of job ${this.id} is damaged`)
    const { program, conditions, actions, settings } = result.job
    this.#whole = { program, conditions, actions, settings }
    return this.#whole
  }
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return isList(value) && value.every((item) => typeof item === 'string')
}
