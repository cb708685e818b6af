import { UndefinedValue, type Value } from './value.ts'

/** Names and their values; undefined for a name that is none of them. */
export interface NameSource {
  get(name: string): Value | undefined
}

/** Names and their values, in scopes inside each other: what an inner one does not have comes from the next. */
export class ScopeChain {
  readonly #parent: ScopeChain | null
  readonly #given: NameSource | null
  #set: Map<string, Value> | null = null

  /** `given`: names that the scope has from the start. */
  constructor(parent: ScopeChain | null, given: NameSource | null = null) {
    this.#parent = parent
    this.#given = given
  }

  /** An undefined value where no scope has the name. */
  get(name: string): Value {
    // Null is a value.
    let value = this.#set?.get(name)
    if (value === undefined) value = this.#given?.get(name)
    if (value !== undefined) return value
    return this.#parent === null ? new UndefinedValue(`name '${name}' is not defined`) : this.#parent.get(name)
  }

  /** Sets a name in this scope, whatever outer ones have. */
  set(name: string, value: Value): void {
    this.#set ??= new Map()
    this.#set.set(name, value)
  }

  inner(): ScopeChain {
    return new ScopeChain(this)
  }
}
