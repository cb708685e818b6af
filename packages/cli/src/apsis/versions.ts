import { parseTime } from '@apsis/api/json'
import type { JobDiffJson, JobVersionsJson } from '@apsis/api/routes'
import { localTime, printable, table, type Terminal } from '../terminal/index.ts'

type Screen = Pick<Terminal, 'columns' | 'zone'>

/** Digits of a hash that people see: as many as tell versions of one job apart. */
export const SHORT_HASH = 12

/** The table of the definitions that a job has had. */
export function versionsText({ versions, more }: JobVersionsJson, screen: Screen): string {
  const rows = versions.map(({ since, hash, current }) => [
    { text: when(since, screen) },
    { text: hash === null ? '-' : hash.slice(0, SHORT_HASH) },
    { text: current ? 'in force' : hash === null ? 'job removed' : '' },
  ])
  const text = table([{ title: 'since' }, { title: 'version' }, { title: '' }], rows, screen.columns)
  return `${text}\n${more ? 'and older ones\n' : ''}`
}

/** What made one definition of the other. */
export function diffText({ from, to, edits }: JobDiffJson, screen: Screen): string {
  const end = ({ since, hash }: JobDiffJson['from']): string =>
    `${(hash ?? '').slice(0, SHORT_HASH)} (since ${when(since, screen)})`
  const lines = edits.map(({ text }) => `  ${printable(text)}`)
  if (lines.length === 0) lines.push('  only what its templates are given has changed: calendars or config')
  return `${end(from)} → ${end(to)}\n${lines.join('\n')}\n`
}

function when(since: string | null, { zone }: Screen): string {
  const time = since === null ? null : parseTime(since)
  return time === null ? 'before versions were kept' : localTime(time, zone)
}
