/** Why a template cannot be parsed or expanded. Thrown inside of this module only; `expand` makes it a value. */
export class TemplateFault extends Error {
  /** Offset into the template; null where the one who throws does not know. */
  readonly at: number | null

  constructor(message: string, at: number | null = null) {
    super(message)
    this.at = at
  }
}

/** Ends the expansion with a message. */
export function fail(message: string, at: number | null = null): never {
  throw new TemplateFault(message, at)
}
