import type { z } from 'zod'
import type { Problem } from '../document/index.ts'
import type { JsonObject } from '../json/index.ts'
import { JOB_FIELDS } from './document.ts'
import { readField } from './fields.ts'
import { type JobSettings, PLAIN_SETTINGS } from './settings.ts'

/** Reads the settings of a job document; what cannot be read is noted, and as if it were not said. */
export function readSettings(document: JsonObject, problems: Problem[]): JobSettings {
  const read = <T>(key: string, field: z.ZodType<T, unknown>, absent: T): T =>
    readField(field, document[key], [key], problems) ?? absent
  const plain = PLAIN_SETTINGS
  return {
    env: read('env', JOB_FIELDS.env, plain.env),
    retry: read('retry', JOB_FIELDS.retry, plain.retry),
    limits: read('limits', JOB_FIELDS.limits, plain.limits),
    resources: read('resources', JOB_FIELDS.resources, plain.resources),
    waiting: read('waiting', JOB_FIELDS.waiting, plain.waiting),
    priority: read('priority', JOB_FIELDS.priority, plain.priority),
    owner: read('owner', JOB_FIELDS.owner, plain.owner),
  }
}
