import { isList, isMapping } from '../document/index.ts'
import type { Json, JsonObject } from '../json/index.ts'
import type { Budget } from './budget.ts'
import { hashOf } from './compare.ts'
import type { NameSource } from './scope-chain.ts'
import { DictValue, ListValue, type Value } from './value.ts'

/**
 * Names of the config as templates see them. Values are made when asked for, and for one expansion, since a template may change a list
 * that it has.
 */
export class ConfigNames implements NameSource {
  readonly #names: JsonObject
  readonly #budget: Budget
  readonly #made = new Map<string, Value>()

  constructor(names: JsonObject, budget: Budget) {
    this.#names = names
    this.#budget = budget
  }

  get(name: string): Value | undefined {
    const made = this.#made.get(name)
    if (made !== undefined || !Object.hasOwn(this.#names, name)) return made
    const value = valueOf(this.#names[name] ?? null, this.#budget)
    this.#made.set(name, value)
    return value
  }
}

/** A value of JSON as a template has it: whole numbers are ints. Every part costs a step. */
function valueOf(json: Json, budget: Budget): Value {
  budget.spend(1)
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json
  if (json === null || typeof json === 'boolean' || typeof json === 'string') return json
  if (isList(json)) return new ListValue(json.map((item) => valueOf(item, budget)))
  const dict = new DictValue()
  if (isMapping(json)) {
    for (const [key, member] of Object.entries(json)) dict.entries.set(hashOf(key), [key, valueOf(member, budget)])
  }
  return dict
}
