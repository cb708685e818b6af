import type { CheckedJobFile } from '@apsis/core/check'
import { printable } from '../terminal/index.ts'

/** Annotations as GitHub's workflows read them from the output of a step: a line each. */
export function githubText(files: readonly CheckedJobFile[]): string {
  return files
    .flatMap(({ path, diagnostics }) =>
      diagnostics.map(({ severity, code, line, column, message, hint }) => {
        const properties = [
          `file=${property(path)}`,
          ...(line === null ? [] : [`line=${line}`]),
          ...(column === null ? [] : [`col=${column}`]),
          `title=${property(code)}`,
        ]
        return `::${severity} ${properties.join(',')}::${data(hint === null ? message : `${message} (${hint})`)}\n`
      }),
    )
    .join('')
}

function data(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\r\n]/gu, printable)
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
