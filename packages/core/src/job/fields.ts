import { describeJson, isList, isMapping, pythonText, type KeyPath, type Problem } from '../document/index.ts'
import type { Json, JsonObject } from '../json/index.ts'

/** The `params` of a job: one name, a list of names, or a mapping whose keys are the names. Sorted, without repeats. */
export function parseParams(value: Json | undefined, problems: Problem[]): string[] {
  if (value === undefined || value === null) return []
  if (isMapping(value)) return sorted(Object.keys(value))
  const names = isList(value) ? value : [value]
  const bad = names.findIndex((name) => name === null || typeof name === 'object' || name === '')
  if (bad < 0) return sorted(names.map(pythonText))
  const path = isList(value) ? ['params', bad] : ['params']
  complain(problems, path, `expected the name of a param, not ${describeJson(names[bad])}`, null)
  return []
}

/** The `metadata` of a job, with `labels` made a list of texts. */
export function parseMetadata(
  value: Json | undefined,
  problems: Problem[],
): JsonObject & { labels: readonly string[] } {
  if (value === undefined) return { labels: [] }
  if (!isMapping(value)) {
    complain(problems, ['metadata'], `expected a mapping, not ${describeJson(value)}`, null)
    return { labels: [] }
  }
  const { labels, description, ...rest } = value
  if (description !== undefined && typeof description !== 'string' && description !== null) {
    complain(problems, ['metadata', 'description'], `expected a text, not ${describeJson(description)}`, null)
  }
  const described = description === undefined ? rest : { ...rest, description }
  return { ...described, labels: parseLabels(labels, problems) }
}

function parseLabels(value: Json | undefined, problems: Problem[]): string[] {
  if (value === undefined || value === null) return []
  const labels = isList(value) ? value : [value]
  const bad = labels.findIndex((label) => label === null || typeof label === 'object')
  if (bad < 0) return labels.map(pythonText)
  const path = isList(value) ? ['metadata', 'labels', bad] : ['metadata', 'labels']
  complain(problems, path, `expected a label, a text, not ${describeJson(labels[bad])}`, null)
  return []
}

/** `ad_hoc`: true or false; false where it is not said. */
export function parseAdHoc(value: Json | undefined, problems: Problem[]): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false
  complain(problems, ['ad_hoc'], `expected true or false, not ${describeJson(value)}`, null)
  return false
}

/** Notes an error at a value. */
export function complain(problems: Problem[], path: KeyPath, message: string, hint: string | null): void {
  problems.push({ code: 'JOB_VALUE', severity: 'error', path, at: 'value', message, hint })
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}
