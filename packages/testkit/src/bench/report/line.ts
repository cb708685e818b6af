import type { Bound } from './figure.ts'
import { formatNumber } from './number.ts'
import { type Measured, ratioOf, type Result, type Round } from './result.ts'
import { type Summary, summaryOf } from './statistics.ts'

/** `NAME: VALUE UNIT (RATIO x BASELINE-NAME, target TARGET) ok|short`. */
export function lastLine(result: Result): string {
  const { name, unit, figures, ratio, baseline, ok } = result
  const labelled = (label: string | null, value: number): string =>
    `${label === null ? '' : `${label} `}${formatNumber(value)}`
  const values = `${figures.map(({ label, value }) => labelled(label, value)).join(', ')} ${unit}`
  const targets = figures.flatMap(({ label, target }) =>
    target === null ? [] : [`${labelled(label, target.limit)} ${unit}`],
  )
  if (ratio?.target) targets.push(`${formatNumber(ratio.target.limit)} x`)
  const compared = ratio === null || baseline === null ? '' : `${formatNumber(ratio.value)} x ${baseline.name}, `
  return `${name}: ${values} (${compared}target ${targets.join(' and ')}) ${ok ? 'ok' : 'short'}`
}

/** What one round came to. `number` from 1 on. */
export function roundLine({ unit, figures, baseline }: Measured, number: number, round: Round): string {
  const text = `  round ${number}: ${spread(round.samples)} ${unit}`
  if (baseline === null || round.baseline === null) return text
  const ratio = formatNumber(ratioOf(round, figures.at(-1)?.percentile ?? 50))
  return `${text}; ${baseline.name} ${spread(round.baseline)} ${unit}; ${ratio} x`
}

/** All rounds together, a line each for the benchmark and its baseline. */
export function summaryLines({ unit, samples, baseline }: Result): readonly string[] {
  const line = (name: string, { median, min, max, count }: Summary): string =>
    `  ${name}: median ${formatNumber(median)}, min ${formatNumber(min)}, max ${formatNumber(max)} ${unit} (${count} samples)`
  return [line('measured', samples), ...(baseline === null ? [] : [line(baseline.name, baseline)])]
}

/** What a target asks for, as in a list. */
export function targetText({ unit, figures, baseline }: Measured): string {
  const one = (bound: Bound, of: string): string =>
    `${bound.is === 'atLeast' ? '≥' : '≤'} ${formatNumber(bound.limit)} ${of}`
  const texts = figures.flatMap(({ label, target }) =>
    target === null ? [] : [`${label === null ? '' : `${label} `}${one(target, unit)}`],
  )
  if (baseline?.ratio) texts.push(one(baseline.ratio, `x ${baseline.name}`))
  return texts.join(', ')
}

function spread(samples: readonly number[]): string {
  const { count, median, min, max } = summaryOf(samples)
  return count === 1 ? formatNumber(median) : `${formatNumber(median)} (${formatNumber(min)} to ${formatNumber(max)})`
}
