import { Option } from 'commander'
import { jsonText, yamlText } from '../terminal/index.ts'

/** Forms of output: a table for people, the others for programs. */
export type Format = 'json' | 'yaml' | 'table'

/** The option `--format`, with the forms that a command has; the first is the default. */
export function formats(...choices: readonly Format[]): Option {
  return new Option('--format <format>', `form of the output; default ${choices[0] ?? ''}`).choices(choices)
}

/** The text of a value in a form for programs; null where the form is for people. */
export function structured(value: unknown, format: Format | undefined): string | null {
  if (format === 'json') return jsonText(value)
  return format === 'yaml' ? yamlText(value) : null
}
