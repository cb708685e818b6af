import { type ArgsScope, type BindScope, expand, type Expanded, failureIn, inField } from '@apsis/core/template'

/** Expands a template of a field; a failure says which. */
export function expandField(
  template: string,
  scope: ArgsScope | BindScope,
  ...path: readonly (string | number)[]
): Expanded<string> {
  return inField(expand(template, scope), ...path)
}

/** Expands each of a list of templates; the first that fails is the reason, and its index the field. */
export function expandAll(templates: readonly string[], scope: ArgsScope | BindScope): Expanded<readonly string[]> {
  const values: string[] = []
  for (const [index, template] of templates.entries()) {
    const expanded = expand(template, scope)
    if (!expanded.ok) return failureIn(expanded, index)
    values.push(expanded.value)
  }
  return { ok: true, value: values }
}

/** Expands the values of a mapping; the first that fails is the reason, and its key the field. */
export function expandEach(
  templates: Readonly<Record<string, string>>,
  scope: ArgsScope | BindScope,
): Expanded<Readonly<Record<string, string>>> {
  const values: [string, string][] = []
  for (const [key, template] of Object.entries(templates)) {
    const expanded = expand(template, scope)
    if (!expanded.ok) return failureIn(expanded, key)
    values.push([key, expanded.value])
  }
  return { ok: true, value: Object.fromEntries(values) }
}
