import { type Given, type Option, optionText } from './args.ts'

/** Reads the values of a command line; the first that is wrong is the error. */
export class Values {
  readonly #given: Given
  readonly #options: readonly Option[]
  error: string | null = null

  constructor(given: Given, options: readonly Option[]) {
    this.#given = given
    this.#options = options
  }

  flag(long: string): boolean {
    return this.#given.values.has(long)
  }

  text(long: string): string | undefined {
    return this.#given.values.get(long)
  }

  /** A text that is not empty: what an unset variable of a shell leaves is no file and no host. */
  filled(long: string): string | undefined {
    const text = this.text(long)
    if (text === '') this.#wrong(long, text, 'a text that is not empty')
    return text
  }

  /** A whole number of a range, both ends included. */
  whole(long: string, least: number, most: number): number | undefined {
    const expected = `a whole number from ${least} to ${most}`
    return this.#number(long, expected, (text) => {
      const number = Number(text)
      return /^\+?[0-9]{1,16}$/.test(text) && number >= least && number <= most ? number : null
    })
  }

  /** A whole number from 1 on. Existing agents' default is the largest of 64 bits, which is for ever. */
  count(long: string): number | undefined {
    return this.#number(long, 'a whole number from 1 on', (text) => {
      if (!/^\+?[0-9]{1,20}$/.test(text) || Number(text) < 1) return null
      return Number.isSafeInteger(Number(text)) ? Number(text) : Infinity
    })
  }

  /** A number that is not negative, such as 1, .5 or 1e3. */
  positive(long: string): number | undefined {
    return this.#number(long, 'a number from 0 on', (text) =>
      /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) && Number.isFinite(Number(text)) ? Number(text) : null,
    )
  }

  /** Permissions, as an octal number. */
  mode(long: string): number | undefined {
    return this.#number(long, 'permissions as an octal number from 0 to 777', (text) =>
      /^(0o?)?[0-7]{1,3}$/.test(text) ? Number.parseInt(text.replace('o', ''), 8) : null,
    )
  }

  word<const T extends string>(long: string, words: readonly T[]): T | undefined {
    const text = this.text(long)
    if (text === undefined) return undefined
    const word = words.find((known) => known === text)
    if (word === undefined) this.#wrong(long, text, `one of ${words.join(', ')}`)
    return word
  }

  #number(long: string, expected: string, read: (text: string) => number | null): number | undefined {
    const text = this.text(long)
    if (text === undefined) return undefined
    const number = read(text)
    if (number === null) this.#wrong(long, text, expected)
    return number ?? undefined
  }

  #wrong(long: string, text: string, expected: string): void {
    const option = this.#options.find((known) => known.long === long)
    const name = option === undefined ? `'--${long}'` : optionText(option)
    this.error ??= `invalid value '${text}' for ${name}: expected ${expected}`
  }
}
