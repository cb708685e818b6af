import { createHash } from 'node:crypto'
import { type Job, parseJob } from '@apsis/core/job'
import { registry } from '@apsis/kinds/builtin'
import type { Random } from '../random/index.ts'
import { programArgv } from './program.ts'
import { type ScheduleModel, scheduleYaml } from './schedule-model.ts'

/** A job as the simulation thinks of it: its schedules, and the rest as lines of YAML. */
export interface JobModel {
  readonly id: string
  readonly schedules: readonly ScheduleModel[]
  readonly rest: string
}

const MINUTE = 60_000
const RECENT = '{policy: all, max_count: 2, max_age: 1h, rate: 2}'

/** The YAML text of a job file. */
export function jobYaml(model: JobModel): string {
  const schedules = model.schedules.map((schedule) => `  - ${scheduleYaml(schedule)}\n`).join('')
  return `${schedules === '' ? '' : `schedule:\n${schedules}`}${model.rest}`
}

/** The parsed job. Throws where it is none: a bug of the simulation. */
export function jobOf(model: JobModel): Job {
  const text = jobYaml(model)
  const result = parseJob(text, { jobId: model.id, path: `${model.id}.yaml`, registry, digest })
  if (!result.ok) throw new Error(`${model.id} is no job: ${JSON.stringify(result.diagnostics)}\n${text}`)
  return result.job
}

/** SHA-256, in hex. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The jobs to begin with: each kind of program, condition and stop that takes part in what is checked. */
export function firstJobs(random: Random): readonly JobModel[] {
  return [
    'plain',
    'long',
    'deaf',
    'stopped',
    'single',
    'once',
    'noop',
    'lonely',
    'chain',
    'after',
    'broken',
    'daily',
    'fresh',
    'recent',
    'limited',
  ].map((id) => freshJob(id, random))
}

/** A job of one of the kinds, otherwise than before. */
export function freshJob(id: string, random: Random): JobModel {
  const interval = (): ScheduleModel => {
    const every = (5 + random.below(20)) * MINUTE
    return { kind: 'interval', every, phase: random.below(every / 1000) * 1000, stop: null }
  }
  switch (id) {
    case 'plain':
      return { id, schedules: [interval(), interval()], rest: procYaml(random, { duration: random.below(20_000) }) }
    case 'long':
      return {
        id,
        schedules: [interval()],
        rest: `${procYaml(random, { duration: random.below(900_000), bytes: random.below(3000) })}  timeout: {duration: ${60 + random.below(900)}}\n`,
      }
    case 'deaf':
      return {
        id,
        schedules: [interval()],
        rest: `${procYaml(random, { deaf: true, duration: 300_000 })}  stop: {grace_period: ${random.below(90)}}\n  timeout: {duration: ${30 + random.below(120)}}\n`,
      }
    case 'stopped':
      return {
        id,
        schedules: [{ ...interval(), stop: 1000 * (20 + random.below(100)) }],
        rest: procYaml(random, { duration: random.below(200_000) }),
      }
    case 'single':
      return {
        id,
        schedules: [interval()],
        rest: `${procYaml(random, { duration: random.below(30_000) })}condition: [{type: max_running, count: 1}, {type: dependency, job_id: long, states: [running]}, {type: dependency, job_id: plain, states: [running]}]\n`,
      }
    case 'once':
      return {
        id,
        schedules: [interval(), interval()],
        rest: `${procYaml(random, { duration: 400_000 })}condition: {type: skip_duplicate}\n`,
      }
    case 'noop':
      return { id, schedules: [interval()], rest: `program: {type: no-op, duration: ${random.below(120)}}\n` }
    case 'lonely':
      return { id, schedules: [{ ...interval(), stop: null }], rest: `${procYaml(random, {})}  group_id: nobody\n` }
    case 'chain':
      return {
        id,
        schedules: [interval()],
        rest: `${procYaml(random, { duration: random.below(5000) })}successors: [after]\n`,
      }
    case 'after':
      return {
        id,
        schedules: [],
        rest: `${procYaml(random, { duration: random.below(5000) })}condition: {type: dependency, job_id: chain, states: [success]}\n`,
      }
    case 'broken':
      return { id, schedules: [interval()], rest: procYaml(random, { missing: true }) }
    case 'daily':
      return {
        id,
        schedules: [daily(random)],
        rest: procYaml(random, {
          duration: random.below(60_000),
          bytes: random.chance(0.5) ? 300_000 + random.below(500_000) : 100,
        }),
      }
    case 'fresh':
      return { id, schedules: [{ ...interval(), catchup: 'none' }], rest: procYaml(random, {}) }
    case 'recent':
      return { id, schedules: [{ ...interval(), catchup: RECENT }], rest: procYaml(random, {}) }
    case 'limited': {
      // Often enough that the next one is due before planning comes around.
      const every = (15 + random.below(90)) * 1000
      const phase = random.below(every / 1000) * 1000
      return {
        id,
        schedules: [{ kind: 'interval', every, phase, stop: null, limit: 1 + random.below(3) }],
        rest: `program: {type: no-op, duration: ${random.below(30)}}\n`,
      }
    }
    default:
      throw new Error(`no such job: ${id}`)
  }
}

function daily(random: Random): ScheduleModel {
  const daytimes = Array.from({ length: 30 }, (_, index) => (index * 48 + random.below(40)) * MINUTE)
  return { kind: 'daily', zone: random.chance(0.5) ? 'UTC' : 'Asia/Kolkata', daytimes, stop: null }
}

function procYaml(random: Random, given: Partial<Parameters<typeof programArgv>[0]>): string {
  const exit = random.chance(0.7) ? 0 : 1 + random.below(3)
  const program = { duration: 2_000, exit, bytes: random.below(400), deaf: false, missing: false, ...given }
  return `program:\n  type: procstar\n  argv: [${programArgv(program)
    .map((word) => JSON.stringify(word))
    .join(', ')}]\n`
}
