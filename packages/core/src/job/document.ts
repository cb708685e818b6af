import type { z } from 'zod'
import { integerField, textField } from '../field/index.ts'
import { type Env, envField } from './env.ts'
import { adHocField, labelsField, type Metadata, metadataField, paramsField } from './fields.ts'
import { type Limits, limitsField } from './limits.ts'
import { type Claims, resourcesField } from './resources.ts'
import { type Retry, retryField } from './retry.ts'
import { type Waiting, waitingField } from './waiting.ts'

const MAX_PRIORITY = 1000

const priorityField: z.ZodType<number, unknown> = integerField
  .refine(
    (priority) => Math.abs(priority) <= MAX_PRIORITY,
    `expected a whole number from -${MAX_PRIORITY} to ${MAX_PRIORITY}`,
  )
  .default(0)

const ownerField: z.ZodType<string | null, unknown> = textField('owner')
  .nullish()
  .transform((owner) => owner ?? null)

/** The keys of a job document that are read by themselves: the fields by which they are read, and what is said of them to people. */
export const JOB_FIELDS: {
  readonly job_id: z.ZodType<string, unknown>
  readonly params: z.ZodType<readonly string[], unknown>
  readonly metadata: z.ZodType<Metadata, unknown>
  readonly ad_hoc: z.ZodType<boolean, unknown>
  readonly labels: z.ZodType<readonly string[], unknown>
  readonly owner: z.ZodType<string | null, unknown>
  readonly env: z.ZodType<Env, unknown>
  readonly retry: z.ZodType<Retry | null, unknown>
  readonly limits: z.ZodType<Limits, unknown>
  readonly resources: z.ZodType<Claims, unknown>
  readonly waiting: z.ZodType<Waiting | null, unknown>
  readonly priority: z.ZodType<number, unknown>
} = {
  job_id: textField('job_id').describe(
    "The job's ID, which its file already says: its path in the job folder, without `.yaml`. Where it is given, it has to be that.",
  ),
  params: paramsField.describe('The names of the params: each run of the job has an arg for each.'),
  metadata: metadataField.describe('What people and programs want to know of the job; other keys than these are kept.'),
  ad_hoc: adHocField.describe('Whether the job was made for one run. Set by the server.'),
  labels: labelsField.describe('Short texts by which jobs are found and grouped; together with those in `metadata`.'),
  owner: ownerField.describe('Whom to ask about the job.'),
  env: envField.describe('Variables of the environment of its processes; null takes one away. Templates are expanded.'),
  retry: retryField.describe('Another try after a run that did not succeed.'),
  limits: limitsField.describe('What each process of the job may use at most.'),
  resources: resourcesField.describe('What a run takes of named resources while it is starting or running.'),
  waiting: waitingField.describe('A limit to the time for which a run waits for its conditions.'),
  priority: priorityField.describe('Which of several runs that could start goes first: the larger; -1000 to 1000.'),
}

/** The keys of a job document whose values are of one of several types. */
export const KIND_KEYS = {
  schedule:
    'When runs are due: one schedule, or a list of them. Each is a schedule, or `{start, stop}`, a schedule and when a run of it is stopped.',
  program: 'What a run does.',
  condition: 'What a run waits for before it starts: one condition, or a list, which have to hold one after the other.',
  action: 'What is done when a run changes its state: one action, or a list.',
  successors: 'Jobs of which a run is made when a run of this one succeeds: short for such actions.',
} as const

/** The keys of a job document (spec/apsis.md 1.2, and those that are ours). */
export const JOB_KEYS: readonly string[] = [...Object.keys(KIND_KEYS), ...Object.keys(JOB_FIELDS)]

/** The keys of a `successors` item. */
export const SUCCESSOR_KEYS = {
  job_id: 'The job of which a run is made.',
  args: 'Args of that run; for params that are not in it, those of this run.',
} as const
