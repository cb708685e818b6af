import { dump } from 'js-yaml'

/** A value as JSON text, indented. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** A value as YAML text. */
export function yamlText(value: unknown): string {
  return dump(value, { lineWidth: 120, noRefs: true })
}
