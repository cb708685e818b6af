import { type ArgsScope, type BindScope, expand, type Expanded } from '@apsis/core/template'

/** Expands each of a list of templates; the first that fails is the reason. */
export function expandAll(templates: readonly string[], scope: ArgsScope | BindScope): Expanded<readonly string[]> {
  const values: string[] = []
  for (const template of templates) {
    const expanded = expand(template, scope)
    if (!expanded.ok) return expanded
    values.push(expanded.value)
  }
  return { ok: true, value: values }
}

/** Expands the values of a mapping. */
export function expandEach(
  templates: Readonly<Record<string, string>>,
  scope: ArgsScope | BindScope,
): Expanded<Readonly<Record<string, string>>> {
  const expanded = expandAll(Object.values(templates), scope)
  if (!expanded.ok) return expanded
  const names = Object.keys(templates)
  return { ok: true, value: Object.fromEntries(expanded.value.map((value, index) => [names[index] ?? '', value])) }
}
