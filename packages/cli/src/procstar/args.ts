/** An option that a command line may have. */
export interface Option {
  /** Without the dashes. */
  readonly long: string
  /** One letter. */
  readonly short?: string
  /** What messages call its value; null for a flag, which has none. */
  readonly value: string | null
}

/** What a command line says: values by long name (of a flag, ''), and what is no option, in order. */
export interface Given {
  readonly values: ReadonlyMap<string, string>
  readonly positionals: readonly string[]
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string }

/**
 * Reads a command line as existing agents do (clap's rules): `--opt value`, `--opt=value`, `-o value`, `-ovalue`, `-o=value`, short flags together,
 * `--` before what is no option, no option twice, no shortened names; a value that begins with a dash, `-` aside, only after `=`. Done by hand: a
 * library for it takes longer to load than the rest of the way to the first process.
 */
export function parseArgs(args: readonly string[], options: readonly Option[]): Parsed<Given> {
  const values = new Map<string, string>()
  const positionals: string[] = []
  let error: string | null = null
  let at = 0

  function take(option: Option, attached: string | null): void {
    const { long, value } = option
    if (values.has(long)) error ??= `the option ${optionText(option)} cannot be used multiple times`
    if (value === null) {
      if (attached !== null) error ??= `unexpected value '${attached}' for ${optionText(option)}: it takes none`
      values.set(long, '')
      return
    }
    const next = args[at]
    if (attached !== null) values.set(long, attached)
    else if (next !== undefined && (next === '-' || !next.startsWith('-'))) {
      values.set(long, next)
      at++
    } else error ??= `a value is required for ${optionText(option)} but none was given`
  }

  function takeLong(text: string): void {
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    const option = options.find(({ long }) => long === name)
    if (option === undefined) error ??= `unexpected argument '--${name}'`
    else take(option, equals < 0 ? null : text.slice(equals + 1))
  }

  function takeShort(letters: string): void {
    for (let index = 0; index < letters.length && error === null; index++) {
      const option = options.find(({ short }) => short === letters[index])
      const rest = letters.slice(index + 1)
      if (option === undefined) error = `unexpected argument '-${letters[index]}'`
      else if (option.value !== null) return take(option, rest === '' ? null : rest.replace(/^=/, ''))
      else if (rest.startsWith('=')) return take(option, rest.slice(1))
      else take(option, null)
    }
  }

  while (at < args.length && error === null) {
    const arg = args[at++] ?? ''
    if (arg === '--') {
      positionals.push(...args.slice(at))
      break
    }
    if (arg.startsWith('--')) takeLong(arg.slice(2))
    else if (arg.startsWith('-') && arg !== '-') takeShort(arg.slice(1))
    else positionals.push(arg)
  }
  return error === null ? { ok: true, value: { values, positionals } } : { ok: false, error }
}

/** An option as messages show it, such as `'--output <FILE>'`. */
export function optionText({ long, value }: Option): string {
  return value === null ? `'--${long}'` : `'--${long} <${value}>'`
}
