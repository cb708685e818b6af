import { errorText, type Spool } from '../edges/spool/index.ts'

/** Begins new segments when the present one is long enough; one at a time. */
export class Rotation {
  readonly #spool: Spool
  readonly #begun: (current: number) => void
  readonly #warn: (text: string) => void
  #rotating = false

  constructor(spool: Spool, begun: (current: number) => void, warn: (text: string) => void) {
    this.#spool = spool
    this.#begun = begun
    this.#warn = warn
  }

  /** Looks whether it is time. */
  async look(): Promise<void> {
    if (this.#rotating) return
    this.#rotating = true
    try {
      const current = await this.#spool.rotate()
      if (current !== null) this.#begun(current)
    } catch (error) {
      this.#warn(`beginning a new segment: ${errorText(error)}`)
    } finally {
      this.#rotating = false
    }
  }
}
