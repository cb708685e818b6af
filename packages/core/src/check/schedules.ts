import type { KeyPath, Problem, Severity } from '../document/index.ts'
import { DAY, formatDate, type Instant } from '../time/index.ts'
import type { Job, JobSchedule } from '../job/job.ts'
import { nextRunArgs } from './next-runs.ts'

const YEAR = 366 * DAY

/** What is odd about the schedules of a job by themselves: none is wrong, and each may be what was meant. */
export function scheduleProblems(job: Job, now: Instant): readonly Problem[] {
  const { schedules } = job
  const problems = schedules.flatMap((schedule, index) => [
    ...unusedArgs(job, schedule, placeOf(schedule, index)),
    ...endings(job, schedule, placeOf(schedule, index), now),
    ...(schedule.schedule.remarks?.(now) ?? []).map((message) =>
      say('JOB_REMARK', 'notice', ['schedule', index], message, null),
    ),
  ])
  if (schedules.length > 0 && schedules.every(({ enabled }) => !enabled)) {
    const message = schedules.length === 1 ? 'the schedule is disabled' : 'all schedules are disabled'
    problems.push(say('JOB_DISABLED', 'notice', ['schedule'], message, 'the job runs only when it is told to'))
  }
  return problems
}

function placeOf({ stop }: JobSchedule, index: number): KeyPath {
  return stop === null ? ['schedule', index] : ['schedule', index, 'start']
}

function unusedArgs(job: Job, { args }: JobSchedule, path: KeyPath): readonly Problem[] {
  return Object.keys(args)
    .filter((name) => !job.params.includes(name) || name === 'schedule_time')
    .map((name) => {
      const given = job.params.includes(name)
      const message = given
        ? 'arg schedule_time is not used: it is always the time of the run'
        : `arg ${name} is not used: job ${job.id} has no such param`
      const hint = given ? 'remove it' : `remove it, or add ${name} to params`
      return { ...say('JOB_ARGS_UNUSED', 'notice', [...path, 'args', name], message, hint), at: 'key' }
    })
}

function endings(job: Job, schedule: JobSchedule, path: KeyPath, now: Instant): readonly Problem[] {
  const calendars = schedule.schedule.calendars ?? []
  const today = Math.floor(now / DAY)
  if (nextRunArgs(job, schedule, now) === null) {
    const ended = calendars.find(({ end }) => end <= today)
    const hint =
      ended === undefined
        ? 'remove it, or give it days that come'
        : `calendar ${ended.name} ends with ${formatDate(ended.end - 1)}`
    return schedule.enabled ? [say('JOB_SCHEDULE_OVER', 'warning', path, 'this schedule is never due again', hint)] : []
  }
  return calendars
    .filter(({ end }) => (end - today) * DAY < YEAR)
    .map(({ name, end }) =>
      say(
        'JOB_CALENDAR_END',
        schedule.enabled ? 'warning' : 'notice',
        [...path, 'calendar'],
        `calendar ${name} ends with ${formatDate(end - 1)}: nothing is due after it`,
        'add the dates that follow to the calendar',
      ),
    )
}

function say(code: Problem['code'], severity: Severity, path: KeyPath, message: string, hint: string | null): Problem {
  return { code, severity, path, at: 'value', message, hint }
}
