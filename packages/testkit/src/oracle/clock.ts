// The oracle's only source of truth: what `Intl` says that clocks show. It shares nothing with core's tables, which are Temporal's.

/** Milliseconds since 1970-01-01T00:00:00 on a clock somewhere. */
export type Reading = number

/** What clocks in a time zone show at an instant (ms, whole seconds), asked of `Intl.DateTimeFormat` each time. */
export type Clock = (instant: number) => Reading

// As `1969-12-31, 23:15:30`.
const READING = /^(\d+)-(\d\d)-(\d\d), (\d\d):(\d\d):(\d\d)$/

/** The clock of a zone. Throws a RangeError for a name that `Intl` does not know. Good for the years 1 to 9999. */
export function clockOf(zone: string): Clock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (instant) => {
    const text = format.format(instant)
    const parts = READING.exec(text)
    if (parts === null) throw new Error(`Intl shows ${text}: not a reading that the oracle understands`)
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number)
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
}
