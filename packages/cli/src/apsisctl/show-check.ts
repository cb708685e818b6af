import type { Diagnostic, Severity } from '@apsis/core/document'
import { printable } from '../terminal/index.ts'
import type { CheckedJobFile } from '@apsis/core/check'
import { showLine } from './source-line.ts'

/** One line an error, `job_id: PLACE: text`, for who reads no colours and carets: programs, and pipes. */
export function plainText(files: readonly CheckedJobFile[]): string {
  return files
    .flatMap(({ jobId, path, diagnostics }) =>
      diagnostics
        .filter(isError)
        .map((one) => `${printable(`${jobId}: ${placeOf(path, one)}: ${where(one)}${one.message}${hintOf(one)}`)}\n`),
    )
    .join('')
}

/** Columns of a source line that are shown where there is no terminal to fit. */
const NO_TERMINAL_COLUMNS = 160

/** What a compiler would print: place, line, caret, hint. `columns`: of the terminal, to which source lines are cut; null: there is none. */
export function sourceText(files: readonly CheckedJobFile[], color: boolean, columns: number | null = null): string {
  return files
    .flatMap((file) => {
      const lines = file.diagnostics.length === 0 ? [] : file.text.split(/\r?\n/)
      return file.diagnostics.map((one) =>
        block(file.path, lines, one, { color, columns: columns ?? NO_TERMINAL_COLUMNS }),
      )
    })
    .join('\n')
}

/** A list of all that there is to say, for programs. */
export function checkJson(files: readonly CheckedJobFile[]): readonly object[] {
  return files.flatMap(({ jobId, diagnostics }) => diagnostics.map((one) => ({ job_id: jobId, ...one })))
}

/** `3 errors, 1 warning in 120 files`; what was left out is told too. */
export function summaryText(files: readonly CheckedJobFile[], shown: readonly Severity[]): string {
  const counts = (['error', 'warning', 'notice'] as const).map((severity) => {
    const count = files.reduce(
      (sum, { diagnostics }) => sum + diagnostics.filter((one) => one.severity === severity).length,
      0,
    )
    const text = `${count} ${severity}${count === 1 ? '' : 's'}`
    return count === 0 ? null : shown.includes(severity) ? text : `${text} (see them with -v)`
  })
  const said = counts.filter((one) => one !== null)
  const what = said.length === 0 ? 'nothing wrong' : said.join(', ')
  return `${what} in ${files.length} file${files.length === 1 ? '' : 's'}\n`
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error'
}

function placeOf(path: string, { line, column }: Diagnostic): string {
  return [path, line, column].filter((part) => part !== null).join(':')
}

function hintOf({ hint }: Diagnostic): string {
  return hint === null ? '' : ` (${hint})`
}

function where({ key }: Diagnostic): string {
  return key === '' ? '' : `${key}: `
}

const COLORS: Readonly<Record<Severity, number>> = { error: 31, warning: 33, notice: 36 }

function block(
  path: string,
  source: readonly string[],
  one: Diagnostic,
  { color, columns }: { readonly color: boolean; readonly columns: number },
): string {
  const paint = (part: string, code: number): string => (color ? `\u001b[${code}m${part}\u001b[0m` : part)
  const place = printable(placeOf(path, one))
  // Some messages are trees.
  const [message = '', ...more] = one.message.split('\n').map(printable)
  const lines = [`${place}: ${paint(one.severity, COLORS[one.severity])} ${one.code}: ${message}`, ...more]
  const line = one.line === null ? undefined : source[one.line - 1]
  if (line !== undefined && one.line !== null && one.column !== null) {
    const gutter = `${one.line} | `
    const shown = showLine(line, one.column, columns - gutter.length)
    lines.push(`${gutter}${shown.text}`)
    lines.push(`${' '.repeat(gutter.length + shown.caret)}${paint('^', COLORS[one.severity])}`)
  }
  if (one.hint !== null) lines.push(`  hint: ${printable(one.hint)}`)
  return `${lines.join('\n')}\n`
}
