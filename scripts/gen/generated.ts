/** One file that is made from sources and never edited by hand. */
export interface Generated {
  /** Relative to the root. */
  readonly path: string
  /** The whole text, the same for the same sources. */
  readonly content: () => string
}
