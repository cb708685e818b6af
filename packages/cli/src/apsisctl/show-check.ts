import type { Diagnostic, Severity } from '@apsis/core/document'
import { printable } from '../terminal/index.ts'
import type { CheckedJobFile } from '@apsis/core/job'

/** One line an error, `job_id: text`, as the existing command prints them. */
export function plainText(files: readonly CheckedJobFile[]): string {
  return files
    .flatMap(({ jobId, diagnostics }) =>
      diagnostics.filter(isError).map((one) => `${jobId}: ${where(one)}${one.message}\n`),
    )
    .join('')
}

/** What a compiler would print: place, line, caret, hint. */
export function sourceText(files: readonly CheckedJobFile[], color: boolean): string {
  return files.flatMap((file) => file.diagnostics.map((one) => block(file, one, color))).join('\n')
}

/** A list of all that there is to say, for programs. */
export function checkJson(files: readonly CheckedJobFile[]): readonly object[] {
  return files.flatMap(({ jobId, diagnostics }) => diagnostics.map((one) => ({ job_id: jobId, ...one })))
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error'
}

function where({ key }: Diagnostic): string {
  return key === '' ? '' : `${key}: `
}

const COLORS: Readonly<Record<Severity, number>> = { error: 31, warning: 33, notice: 36 }

function block({ path, text }: CheckedJobFile, one: Diagnostic, color: boolean): string {
  const paint = (part: string, code: number): string => (color ? `\u001b[${code}m${part}\u001b[0m` : part)
  const place = [path, one.line, one.column].filter((part) => part !== null).join(':')
  const lines = [`${place}: ${paint(one.severity, COLORS[one.severity])} ${one.code}: ${one.message}`]
  const source = one.line === null ? undefined : text.split(/\r?\n/)[one.line - 1]
  if (source !== undefined && one.line !== null && one.column !== null) {
    const gutter = `${one.line} | `
    lines.push(`${gutter}${printable(source)}`)
    // A tab is printed as one blank, so columns stay where they are.
    lines.push(`${' '.repeat(gutter.length + one.column - 1)}${paint('^', COLORS[one.severity])}`)
  }
  if (one.hint !== null) lines.push(`  hint: ${one.hint}`)
  return `${lines.join('\n')}\n`
}
