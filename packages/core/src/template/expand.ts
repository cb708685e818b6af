import { isStackOverflow } from '../document/index.ts'
import { Budget, MAX_TEMPLATE } from './budget.ts'
import { BoundedCache } from './cache.ts'
import { TemplateFault } from './fault.ts'
import { topScope } from './names.ts'
import type { Body } from './node.ts'
import { parseTemplate } from './parse.ts'
import { Renderer } from './render.ts'
import type { ArgsScope, BindScope, Expanded } from './scope.ts'

type Parsed = { readonly ok: true; readonly body: Body } | { readonly ok: false; readonly fault: TemplateFault }

/** Parsed templates kept, and the characters of their texts (the trees take some twenty times as much). */
const cache = new BoundedCache<Parsed>(4_096, 524_288)

/**
 * Expands a Jinja template; the result is always a text. A text without `{{`, `{%` or `{#` is itself, but for one line break at its end,
 * as in Jinja. Undefined names, errors of syntax and of values, and what exceeds a limit are reasons not to have a value.
 */
export function expand(template: string, scope: ArgsScope | BindScope): Expanded<string> {
  const plain = plainText(template)
  if (plain !== null) return { ok: true, value: plain }
  const parsed = parse(template)
  if (!parsed.ok) return failure(template, parsed.fault, parsed.fault.at)
  const budget = new Budget()
  const renderer = new Renderer(budget)
  try {
    return { ok: true, value: renderer.render(parsed.body, topScope(scope, budget)) }
  } catch (error) {
    const fault = faultOf(error)
    return failure(template, fault, fault.at ?? renderer.evaluator.at)
  }
}

/** What is wrong with a template that can be said without expanding it; null for a template that parses. */
export function templateFault(template: string): (Expanded<never> & { readonly ok: false }) | null {
  if (plainText(template) !== null) return null
  const parsed = parse(template)
  return parsed.ok ? null : failure(template, parsed.fault, parsed.fault.at)
}

/** Whether a text has anything to expand in it. */
export function isTemplate(text: string): boolean {
  return text.includes('{') && /\{[{%#]/.test(text)
}

function plainText(template: string): string | null {
  if (isTemplate(template)) return null
  // Jinja makes all line breaks \n, and drops the last.
  return template.includes('\r') ? template.replace(/\r\n|\r/g, '\n').replace(/\n$/, '') : template.replace(/\n$/, '')
}

function parse(template: string): Parsed {
  if (template.length > MAX_TEMPLATE) {
    return { ok: false, fault: new TemplateFault(`the template has more than ${MAX_TEMPLATE} characters`, 0) }
  }
  try {
    return cache.get(template, () => parsedAnew(template))
  } catch (error) {
    // Not kept: with more room on the stack the same template may parse.
    return { ok: false, fault: faultOf(error) }
  }
}

function parsedAnew(template: string): Parsed {
  try {
    return { ok: true, body: parseTemplate(template) }
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error
    return { ok: false, fault: error }
  }
}

// The limits of nesting are meant to come first; how much stack there is depends on the caller.
function faultOf(error: unknown): TemplateFault {
  if (error instanceof TemplateFault) return error
  if (isStackOverflow(error)) return new TemplateFault('the template is nested too deeply')
  throw error
}

function failure(template: string, fault: TemplateFault, at: number | null): Expanded<never> & { readonly ok: false } {
  const { message } = fault
  if (at === null) return { ok: false, message }
  const before = template.slice(0, at).split(/\r\n|\r|\n/)
  return { ok: false, message, at: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 } }
}
