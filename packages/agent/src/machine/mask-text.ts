import type { ProcSpec } from '@apsis/wire/spec'
import { maskPatterns } from './mask.ts'

/** What the kernel keeps of a program's name (TASK_COMM_LEN, less the NUL), bytes. */
const LONGEST_NAME = 15
/** Characters of the beginning of a secret that say something of it; also the least that a secret has. */
const SHORTEST = 4

/** The secrets of a spec, the longest first, since one may be a part of another; null: none. */
export function secretsOf(spec: ProcSpec): readonly string[] | null {
  const { mask } = spec
  return mask === undefined || mask === null || mask.length === 0 ? null : mask.toSorted((a, b) => b.length - a.length)
}

// Of secrets that a proc has: its result may be asked for again and again.
const FORMS = new WeakMap<readonly string[], readonly string[]>()

/** A text with `***` for each secret, in every form in which output is masked. */
export function maskedText(text: string, secrets: readonly string[] | null = null): string {
  if (secrets === null) return text
  let forms = FORMS.get(secrets)
  if (forms === undefined) {
    forms = maskPatterns(secrets)
      .map((pattern) => Buffer.from(pattern).toString())
      .sort((a, b) => b.length - a.length)
    FORMS.set(secrets, forms)
  }
  return forms.reduce((rest, form) => rest.replaceAll(form, '***'), text)
}

/**
 * The same for the name of a program in /proc, which is the last component of the file that was executed, cut: so it may have only the end of a
 * secret, or only its beginning.
 */
export function maskedName(name: string, secrets: readonly string[] | null = null): string {
  if (secrets === null) return name
  const parts = secrets
    .map((secret) => secret.slice(secret.lastIndexOf('/') + 1))
    .filter((part) => part.length >= SHORTEST)
  const whole = maskedText(maskedText(name, secrets), parts)
  if (Buffer.byteLength(name) < LONGEST_NAME) return whole
  // A character that was cut into.
  const rest = whole.replace(/\ufffd+$/, '')
  const longest = Math.max(...[...secrets, ...parts].map((secret) => overlap(rest, secret)))
  return longest === 0 ? whole : `${rest.slice(0, rest.length - longest)}***`
}

// How much of the beginning of `secret` the text ends with.
function overlap(text: string, secret: string): number {
  for (let length = Math.min(text.length, secret.length); length >= SHORTEST; length--)
    if (text.endsWith(secret.slice(0, length))) return length
  return 0
}
