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
  /** May be read, and throw, only when it is asked for. */
  readonly json: JsonObject
  readonly adHoc: boolean
}

/**
 * Takes up a stored definition that this version of the program made, in an equal environment. Each part is read when it is first asked for, so that
 * many jobs of which little is wanted cost little; where the definition is damaged that throws a `TypeError`, or what `stored.json` throws.
 */
export function reviveJob(stored: StoredDefinition, context: Omit<JobContext, 'jobId'>): Job {
  return new RevivedJob(stored, context)
}

type Head = Pick<Job, 'params' | 'labels' | 'metadata'>
type Whole = Pick<Job, 'program' | 'conditions' | 'actions' | 'settings'>

class RevivedJob implements Job {
  readonly id: string
  readonly hash: string
  readonly adHoc: boolean
  readonly environment: Environment
  readonly #stored: StoredDefinition
  readonly #context: Omit<JobContext, 'jobId'>
  #head: Head | null = null
  #schedules: readonly JobSchedule[] | null = null
  #whole: Whole | null = null

  constructor(stored: StoredDefinition, context: Omit<JobContext, 'jobId'>) {
    this.id = stored.jobId
    this.hash = stored.hash
    this.adHoc = stored.adHoc
    this.environment = context.registry.environment
    this.#stored = stored
    this.#context = context
  }

  get json(): JsonObject {
    return this.#stored.json
  }

  get params(): Job['params'] {
    return this.#readHead().params
  }

  get labels(): Job['labels'] {
    return this.#readHead().labels
  }

  get metadata(): Job['metadata'] {
    return this.#readHead().metadata
  }

  get schedules(): Job['schedules'] {
    if (this.#schedules !== null) return this.#schedules
    const { registry, digest } = this.#context
    const problems: Problem[] = []
    const schedules = parseSchedules(this.json['schedule'], registry, problems)
    if (problems.length > 0) throw this.#damaged()
    this.#schedules = withKeys(this.id, schedules, digest)
    return this.#schedules
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

  #readHead(): Head {
    if (this.#head !== null) return this.#head
    const { params, metadata } = this.json
    if (!isTexts(params) || !isMapping(metadata) || !isTexts(metadata['labels'])) throw this.#damaged()
    this.#head = { params, metadata, labels: metadata['labels'] }
    return this.#head
  }

  #rest(): Whole {
    if (this.#whole !== null) return this.#whole
    const result = parseJobJson(this.json, { ...this.#context, jobId: this.id })
    if (!result.ok) throw this.#damaged()
    const { program, conditions, actions, settings } = result.job
    this.#whole = { program, conditions, actions, settings }
    return this.#whole
  }

  #damaged(): TypeError {
    return new TypeError(`the stored definition of job ${this.id} is damaged`)
  }
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return isList(value) && value.every((item) => typeof item === 'string')
}
