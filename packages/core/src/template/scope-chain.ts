import { UndefinedValue, type Value } from './value.ts'

/** Names and their values, in scopes inside each other: what an inner one does not have comes from the next. */
export class ScopeChain {
  readonly #parent: ScopeChain | null
  readonly #names: Map<string, Value>

  constructor(parent: ScopeChain | null, names: Map<string, Value> = new Map()) {
    this.#parent = parent
    this.#names = names
  }

  /** An undefined value where no scope has the name. */
  get(name: string): Value {
    // Null is a value.
    const value = this.#names.get(name)
    if (value !== undefined) return value
    return this.#parent === null ? new UndefinedValue(`name '${name}' is not defined`) : this.#parent.get(name)
  }

  /** Sets a name in this scope, whatever outer ones have. */
  set(name: string, value: Value): void {
    this.#names.set(name, value)
  }

  inner(): ScopeChain {
    return new ScopeChain(this)
  }
}
