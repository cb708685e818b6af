/** What the keys of schedules mean, for people. Those of the other kinds stand where the kind reads them. */
export const SCHEDULE_TEXTS: Readonly<Record<string, string>> = {
  tz: 'The time zone, by its name in the tz database.',
  calendar: 'The calendar whose dates count: `all`, `none`, days of the week, or the name of a calendar file.',
  daytime: 'The daytime, with seconds; where a list is allowed, one or several.',
  date_shift: 'By so many days each date is moved.',
  time_shift: 'By so much each due time is moved.',
  cal_shift: 'By so many dates of the calendar each date is moved.',
  dst: 'What to do with a daytime that clocks skip, or show twice.',
  gap: 'For one that they skip: `skip` it, the `next` instant after, or `shift` it by what they skip.',
  fold: 'For one that they show twice: the `first`, the `second`, or `both`.',
  interval: 'How long it is from one due time to the next.',
  phase: 'How long after a whole number of intervals it is due; less than the interval.',
  epoch: 'From when intervals are counted: a date or a time.',
  start: 'The daytime at which a date begins to count.',
  stop: 'The daytime at which a date no longer counts.',
  times: 'The times at which it is due: one, or a list.',
  cron: 'The five fields of a crontab line.',
  expression: 'The five fields of a crontab line.',
  day: 'How the day of the month and the day of the week go together.',
  duration: 'How long after its schedule time a run is stopped.',
  enabled: 'Whether it makes runs; true where it is not said.',
  args: 'Args of its runs; they go before those that the schedule offers by itself.',
  jitter:
    'All due times of the schedule are moved later by one offset, less than this; it follows from the job and the schedule.',
  catchup: 'What becomes of runs that were missed while no server was running.',
  limit:
    'How many coming runs it may have, from 1: those that are there and not due yet. The next is made as soon as one of them begins. What runs is not counted: see max_running.',
}
