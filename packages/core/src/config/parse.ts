import {
  type Diagnostic,
  diagnose,
  hasErrors,
  isList,
  type IssueCodes,
  type KeyPath,
  openMapping,
  type Problem,
  problemsOf,
} from '../document/index.ts'
import { type FamilyCodes, parseKind } from '../job/family.ts'
import type { Json } from '../json/index.ts'
import type { ActionSpec, KindRegistry } from '../kind/index.ts'
import type { Config } from './config.ts'
import { meantKey, unusedKeys } from './notices.ts'
import { configSchema } from './schema.ts'

/** A config, with whatever there is to say about it, or everything that is wrong with it. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

const ISSUE_CODES: IssueCodes = {
  keyUnknown: 'CONFIG_KEY_UNKNOWN',
  keyMissing: 'CONFIG_KEY_MISSING',
  value: 'CONFIG_VALUE',
}
const FAMILY_CODES: FamilyCodes = { ...ISSUE_CODES, typeMissing: 'CONFIG_VALUE', typeUnknown: 'CONFIG_VALUE' }

/** Parses a config file. An empty one has all defaults. Never throws on any text. */
export function parseConfig(text: string, path: string, registry: KindRegistry): ConfigResult {
  const source = { path, text }
  const opened = openMapping(source, {
    syntax: 'CONFIG_YAML_SYNTAX',
    large: 'CONFIG_TOO_LARGE',
    notMapping: 'CONFIG_NOT_A_MAPPING',
    empty: null,
  })
  if (!opened.ok) return opened
  const problems: Problem[] = unusedKeys(opened.value)
  const actions = globalActions(opened.value['action'], registry, problems)
  const parsed = configSchema.safeParse(opened.value)
  if (!parsed.success) {
    const scope = { codes: ISSUE_CODES, schema: configSchema, value: opened.value, path: [] }
    for (const problem of problemsOf(parsed.error.issues, scope).map(meantKey)) problems.push(problem)
  }
  const diagnostics = diagnose(problems, source)
  if (!parsed.success || hasErrors(problems)) return { ok: false, diagnostics }
  return { ok: true, config: { ...parsed.data, actions }, diagnostics }
}

/** The config of a server without a config file. */
export function defaultConfig(): Config {
  return { ...configSchema.parse({}), actions: [] }
}

function globalActions(value: Json | undefined, registry: KindRegistry, problems: Problem[]): ActionSpec[] {
  if (value === undefined || value === null) return []
  const items: [Json, KeyPath][] = isList(value) ? value.map((item, n) => [item, ['action', n]]) : [[value, ['action']]]
  const family = { name: 'action', kinds: registry.actions, codes: FAMILY_CODES } as const
  return items.map(([item, path]) => parseKind(family, item, path, problems)).filter((action) => action !== null)
}
